//~ E0603 sealed
struct LetMeIn;

impl pinbolt::op::sealed::Sealed for LetMeIn {}

fn main() {}
