//~ E0616 key
pub fn key(hotp: &pinbolt::oath::Hotp) -> usize {
    size_of_val(&hotp.key)
}

fn main() {}
