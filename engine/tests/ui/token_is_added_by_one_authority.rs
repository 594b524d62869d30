//~ E0382 add
use pinbolt::{
    Pinbolt,
    op::{AddToken, Verb},
};

pub fn twice(pinbolt: &Pinbolt, add: AddToken<'_>) {
    let _first = add.start(pinbolt, 1, [1; 32]);
    let _second = add.start(pinbolt, 2, [2; 32]);
}

fn main() {}
