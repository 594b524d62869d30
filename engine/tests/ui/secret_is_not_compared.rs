//~ E0369 ==
pub fn same(a: &pinbolt::Secret<String>, b: &pinbolt::Secret<String>) -> bool {
    a == b
}

fn main() {}
