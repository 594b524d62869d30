//~ unused_must_use Answer
#![deny(unused_must_use)]
use pinbolt::{Accepted, Answer};

fn check() -> Answer<Accepted> {
    todo!()
}

fn main() {
    check();
}
