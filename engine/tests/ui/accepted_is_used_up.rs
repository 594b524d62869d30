//~ E0382 proof
use pinbolt::{Accepted, Authority};

pub fn two_acts(proof: Accepted) -> (Authority, Authority) {
    (Authority::from(proof), Authority::from(proof))
}

fn main() {}
