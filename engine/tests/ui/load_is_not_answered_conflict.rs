//~ E0599 conflict
use pinbolt::{Accepted, op::Load};

pub fn answer(question: Load<Accepted>) {
    question.conflict(0);
}

fn main() {}
