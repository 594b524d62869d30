//~ E0369 ==
use pinbolt::oath::ocra::Response;

pub fn same(a: &Response, b: &Response) -> bool {
    a == b
}

fn main() {}
