//~ E0277 Operation
use pinbolt::{Accepted, driver::Operation, op::Step};

pub fn untype(step: Step<Accepted>) -> Operation {
    Operation::from(step)
}

fn main() {}
