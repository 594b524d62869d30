//~ E0308 Refusal
use pinbolt::{Failure, Refusal};

pub fn tell(failure: Failure) -> Refusal {
    failure
}

fn main() {}
