//~ E0599 done
use pinbolt::{Accepted, op::Deliver};

pub fn answer(question: Deliver<Accepted>) {
    question.done(0);
}

fn main() {}
