//~ E0277 Display
pub fn tell(secret: &pinbolt::op::TokenSecret<'_>) -> String {
    format!("{secret}")
}

fn main() {}
