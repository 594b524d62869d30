//~ E0277 Display
pub fn tell(codes: &pinbolt::op::RecoveryCodes) -> String {
    format!("{codes}")
}

fn main() {}
