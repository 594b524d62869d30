//~ E0599 clone
use pinbolt::Authority;

pub fn twice(authority: Authority) -> [Authority; 2] {
    [authority.clone(), authority]
}

fn main() {}
