//~ unused_must_use Result
#![deny(unused_must_use)]
use pinbolt::{Accepted, Error};

fn check() -> Result<Accepted, Error> {
    todo!()
}

fn main() {
    check();
}
