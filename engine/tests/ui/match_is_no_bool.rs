//~ E0308 bool
use pinbolt::oath::{Code, Hotp};

pub fn matches(hotp: &Hotp, code: &Code) -> bool {
    hotp.matching(code, 0, 1)
}

fn main() {}
