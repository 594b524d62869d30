//~ E0451 Policy
pub fn widen(policy: pinbolt::Policy) -> pinbolt::Policy {
    pinbolt::Policy { purposes: Vec::new(), ..policy }
}

fn main() {}
