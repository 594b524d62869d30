//~ E0599 applied
use pinbolt::{Accepted, op::Hash};

pub fn answer(question: Hash<Accepted>) {
    question.applied(0);
}

fn main() {}
