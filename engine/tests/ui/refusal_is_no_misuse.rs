//~ E0277 Misuse
use pinbolt::{Misuse, Refusal};

pub fn tell(refusal: Refusal) -> Misuse {
    refusal.into()
}

fn main() {}
