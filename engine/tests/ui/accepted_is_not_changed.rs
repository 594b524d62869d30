//~ E0616 account
pub fn forge(mut proof: pinbolt::Accepted) -> pinbolt::Accepted {
    proof.account = String::from("another");
    proof
}

fn main() {}
