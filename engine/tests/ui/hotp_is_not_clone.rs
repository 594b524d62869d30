//~ E0599 clone
use pinbolt::oath::Hotp;

pub fn twice(hotp: Hotp) -> [Hotp; 2] {
    [hotp.clone(), hotp]
}

fn main() {}
