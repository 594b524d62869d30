//~ E0599 new
fn main() {
    let _proof = pinbolt::Accepted::new("ana", "sign-in");
}
