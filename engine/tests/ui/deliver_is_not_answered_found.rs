//~ E0599 found
use pinbolt::{Accepted, op::Deliver};

pub fn answer(question: Deliver<Accepted>) {
    question.found(0);
}

fn main() {}
