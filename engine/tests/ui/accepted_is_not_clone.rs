//~ E0599 clone
pub fn twice(proof: pinbolt::Accepted) -> (pinbolt::Accepted, pinbolt::Accepted) {
    (proof.clone(), proof)
}

fn main() {}
