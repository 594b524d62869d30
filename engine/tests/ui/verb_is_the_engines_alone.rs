//~ E0277 Sealed
use pinbolt::{
    Accepted, Pinbolt,
    op::{Step, Verb},
};

struct LetMeIn;

impl Verb for LetMeIn {
    type Output = Accepted;

    fn start(self, _: &Pinbolt, _: u64, _: [u8; 32]) -> Step<Accepted> {
        todo!()
    }
}

fn main() {}
