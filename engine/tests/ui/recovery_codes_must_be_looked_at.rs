//~ unused_must_use RecoveryCodes
#![deny(unused_must_use)]
use pinbolt::op::RecoveryCodes;

fn issued() -> RecoveryCodes {
    todo!()
}

fn main() {
    issued();
}
