//~ E0599 clone
use pinbolt::{Accepted, op::Load};

pub fn twice(question: Load<Accepted>) -> [Load<Accepted>; 2] {
    [question.clone(), question]
}

fn main() {}
