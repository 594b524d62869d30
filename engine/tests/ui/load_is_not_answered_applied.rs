//~ E0599 applied
use pinbolt::{Accepted, op::Load};

pub fn answer(question: Load<Accepted>) {
    question.applied(0);
}

fn main() {}
