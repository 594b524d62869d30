//~ E0423 RecoveryCodes
use pinbolt::op::RecoveryCodes;

pub fn none() -> RecoveryCodes {
    RecoveryCodes(Vec::new())
}

fn main() {}
