//~ E0599 sent
use pinbolt::{Accepted, op::Commit};

pub fn answer(question: Commit<Accepted>) {
    question.sent(0);
}

fn main() {}
