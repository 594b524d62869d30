//~ E0599 clone
use pinbolt::op::AddedToken;

pub fn twice(added: AddedToken) -> [AddedToken; 2] {
    [added.clone(), added]
}

fn main() {}
