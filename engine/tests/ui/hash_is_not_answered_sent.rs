//~ E0599 sent
use pinbolt::{Accepted, op::Hash};

pub fn answer(question: Hash<Accepted>) {
    question.sent(0);
}

fn main() {}
