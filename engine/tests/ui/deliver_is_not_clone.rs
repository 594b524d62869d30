//~ E0599 clone
use pinbolt::{Accepted, op::Deliver};

pub fn twice(question: Deliver<Accepted>) -> [Deliver<Accepted>; 2] {
    [question.clone(), question]
}

fn main() {}
