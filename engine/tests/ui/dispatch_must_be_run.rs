//~ unused_must_use Dispatch
#![deny(unused_must_use)]
use pinbolt::op::Dispatch;

fn begun() -> Dispatch {
    todo!()
}

fn main() {
    begun();
}
