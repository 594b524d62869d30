//~ E0599 clone
use pinbolt::driver::Operation;

pub fn twice(operation: Operation) -> (Operation, Operation) {
    (operation.clone(), operation)
}

fn main() {}
