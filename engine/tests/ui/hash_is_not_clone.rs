//~ E0599 clone
use pinbolt::{Accepted, op::Hash};

pub fn twice(question: Hash<Accepted>) -> [Hash<Accepted>; 2] {
    [question.clone(), question]
}

fn main() {}
