//~ E0369 ==
pub fn same(a: pinbolt::op::TokenSecret<'_>, b: pinbolt::op::TokenSecret<'_>) -> bool {
    a == b
}

fn main() {}
