//~ E0599 clone
use pinbolt::{Accepted, op::Commit};

pub fn twice(question: Commit<Accepted>) -> [Commit<Accepted>; 2] {
    [question.clone(), question]
}

fn main() {}
