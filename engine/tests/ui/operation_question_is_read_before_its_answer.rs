//~ E0502 operation
use pinbolt::driver::{Answer, Operation};

pub fn answer(operation: &mut Operation) {
    let asked = operation.asked();
    operation.answer(0, Answer::Applied).ok();
    drop(asked);
}

fn main() {}
