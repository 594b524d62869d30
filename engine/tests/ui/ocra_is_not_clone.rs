//~ E0599 clone
use pinbolt::oath::Ocra;

pub fn twice(ocra: Ocra) -> [Ocra; 2] {
    [ocra.clone(), ocra]
}

fn main() {}
