//~ E0369 ==
pub fn same(a: &pinbolt::oath::Hotp, b: &pinbolt::oath::Hotp) -> bool {
    a == b
}

fn main() {}
