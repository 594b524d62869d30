//~ E0451 account
use pinbolt::Accepted;

pub fn forge(proof: Accepted) -> Accepted {
    Accepted { account: String::from("another"), ..proof }
}

fn main() {}
