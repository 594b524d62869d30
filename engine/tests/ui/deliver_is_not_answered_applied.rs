//~ E0599 applied
use pinbolt::{Accepted, op::Deliver};

pub fn answer(question: Deliver<Accepted>) {
    question.applied(0);
}

fn main() {}
