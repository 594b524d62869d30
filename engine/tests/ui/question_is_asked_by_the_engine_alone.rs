//~ E0451 Load
use pinbolt::{Accepted, op::Load, row::RowName};

pub fn ask(other: Load<Accepted>, row: RowName) -> Load<Accepted> {
    Load { row, ..other }
}

fn main() {}
