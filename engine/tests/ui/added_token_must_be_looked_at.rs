//~ unused_must_use Result
#![deny(unused_must_use)]
use pinbolt::{Error, op::AddedToken};

fn add() -> Result<AddedToken, Error> {
    todo!()
}

fn main() {
    add();
}
