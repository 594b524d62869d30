//~ E0599 sent
use pinbolt::{Accepted, op::Load};

pub fn answer(question: Load<Accepted>) {
    question.sent(0);
}

fn main() {}
