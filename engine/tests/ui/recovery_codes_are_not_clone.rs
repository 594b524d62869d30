//~ E0599 clone
use pinbolt::op::RecoveryCodes;

pub fn twice(codes: RecoveryCodes) -> [RecoveryCodes; 2] {
    [codes.clone(), codes]
}

fn main() {}
