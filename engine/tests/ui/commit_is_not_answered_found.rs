//~ E0599 found
use pinbolt::{Accepted, op::Commit};

pub fn answer(question: Commit<Accepted>) {
    question.found(0);
}

fn main() {}
