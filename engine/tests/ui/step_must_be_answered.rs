//~ unused_must_use Step
#![deny(unused_must_use)]
use pinbolt::{Accepted, op::Commit};

pub fn forget(commit: Commit<Accepted>) {
    commit.applied(0);
}

fn main() {}
