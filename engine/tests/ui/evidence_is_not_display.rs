//~ E0277 Display
pub fn tell(evidence: &pinbolt::op::Evidence<'_>) -> String {
    format!("{evidence}")
}

fn main() {}
