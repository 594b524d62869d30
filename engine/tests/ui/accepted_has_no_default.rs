//~ E0277 Default
fn some<T: Default>() -> T {
    T::default()
}

fn main() {
    let _proof: pinbolt::Accepted = some();
}
