//~ E0369 ==
pub fn same(a: &pinbolt::oath::Code, b: &pinbolt::oath::Code) -> bool {
    a == b
}

fn main() {}
