//~ E0599 account
use pinbolt::{Accepted, Done};

pub fn who(done: &Done<Accepted>) -> &str {
    done.result.account()
}

fn main() {}
