//~ E0599 found
use pinbolt::{Accepted, op::Hash};

pub fn answer(question: Hash<Accepted>) {
    question.found(0);
}

fn main() {}
