//~ E0599 clone
use pinbolt::driver::Granted;

pub fn twice(granted: Granted) -> (Granted, Granted) {
    (granted.clone(), granted)
}

fn main() {}
