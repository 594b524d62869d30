//~ E0600 !
use pinbolt::{Accepted, Answer};

pub fn let_in(answer: Answer<Accepted>) {
    match !answer {
        _ => {}
    }
}

fn main() {}
