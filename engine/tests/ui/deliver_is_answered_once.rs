//~ E0382 question
use pinbolt::{
    Accepted,
    op::{Deliver, Step},
};

pub fn answer(question: Deliver<Accepted>) -> (Step<Accepted>, Step<Accepted>) {
    (question.sent(0), question.sent(0))
}

fn main() {}
