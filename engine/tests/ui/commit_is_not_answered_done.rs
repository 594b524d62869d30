//~ E0599 done
use pinbolt::{Accepted, op::Commit};

pub fn answer(question: Commit<Accepted>) {
    question.done(0);
}

fn main() {}
