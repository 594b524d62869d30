//~ E0616 0
pub fn read(secret: pinbolt::Secret<[u8; 32]>) -> [u8; 32] {
    secret.0
}

fn main() {}
