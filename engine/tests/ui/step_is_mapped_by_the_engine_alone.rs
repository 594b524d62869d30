//~ E0624 map
use pinbolt::{Accepted, op::Step};

pub fn peek(step: Step<Accepted>) -> Step<bool> {
    step.map(|_| true)
}

fn main() {}
