//~ E0308 bool
use pinbolt::{Accepted, Answer};

pub fn let_in(answer: Answer<Accepted>) {
    if answer {}
}

fn main() {}
