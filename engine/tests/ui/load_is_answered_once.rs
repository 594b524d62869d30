//~ E0382 question
use pinbolt::{
    Accepted,
    op::{Load, Step},
};

pub fn answer(question: Load<Accepted>) -> (Step<Accepted>, Step<Accepted>) {
    (question.found(0, None), question.found(0, None))
}

fn main() {}
