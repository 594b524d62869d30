//~ E0369 ==
pub fn same(a: pinbolt::op::Evidence<'_>, b: pinbolt::op::Evidence<'_>) -> bool {
    a == b
}

fn main() {}
