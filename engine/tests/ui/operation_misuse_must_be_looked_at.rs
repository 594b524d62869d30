//~ unused_must_use Result
#![deny(unused_must_use)]
use pinbolt::driver::{Answer, Operation};

pub fn answer(operation: &mut Operation) {
    operation.answer(0, Answer::Applied);
}

fn main() {}
