//~ E0308 bool
use pinbolt::{Accepted, Done};

pub fn let_in(done: Done<Accepted>) {
    if done.result {}
}

fn main() {}
