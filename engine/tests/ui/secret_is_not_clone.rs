//~ E0599 clone
use pinbolt::Secret;

pub fn twice(secret: Secret<String>) -> [Secret<String>; 2] {
    [secret.clone(), secret]
}

fn main() {}
