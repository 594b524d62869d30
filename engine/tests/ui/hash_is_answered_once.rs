//~ E0382 question
use pinbolt::{
    Accepted,
    op::{Hash, Step},
};

pub fn answer(question: Hash<Accepted>) -> (Step<Accepted>, Step<Accepted>) {
    (question.not_run(0), question.not_run(0))
}

fn main() {}
