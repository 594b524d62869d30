//~ E0382 proof
use pinbolt::{Accepted, Authority};

pub fn two_acts(proof: Accepted) -> (Authority, Authority) {
    (Authority::Accepted(proof), Authority::Accepted(proof))
}

fn main() {}
