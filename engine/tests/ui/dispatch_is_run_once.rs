//~ E0382 dispatch
use pinbolt::op::{Delivered, Dispatch, Step};

pub fn twice(dispatch: Dispatch) -> (Step<Delivered>, Step<Delivered>) {
    (dispatch.start(0, [0; 32]), dispatch.start(0, [1; 32]))
}

fn main() {}
