//~ E0599 clone
use pinbolt::op::Dispatch;

pub fn twice(dispatch: Dispatch) -> [Dispatch; 2] {
    [dispatch.clone(), dispatch]
}

fn main() {}
