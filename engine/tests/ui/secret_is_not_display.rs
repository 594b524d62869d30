//~ E0277 Display
pub fn tell(secret: &pinbolt::Secret<String>) -> String {
    format!("{secret}")
}

fn main() {}
