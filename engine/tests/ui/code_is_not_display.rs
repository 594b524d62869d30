//~ E0277 Display
pub fn tell(code: &pinbolt::oath::Code) -> String {
    format!("{code}")
}

fn main() {}
