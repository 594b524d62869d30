//~ E0616 secret
use pinbolt::op::AddedToken;

pub fn secret(added: AddedToken) -> usize {
    added.secret.map_or(0, |secret| secret.expose().len())
}

fn main() {}
