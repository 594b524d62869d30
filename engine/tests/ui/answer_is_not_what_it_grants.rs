//~ E0599 account
use pinbolt::{Accepted, Answer};

pub fn who(answer: &Answer<Accepted>) -> &str {
    answer.account()
}

fn main() {}
