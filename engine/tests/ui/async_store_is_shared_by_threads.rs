//~ E0277 Rc
use std::rc::Rc;

use pinbolt::{
    driver::{AsyncStore, BoxFuture, StoreError, Swapped},
    row::{RowName, Snapshot, Write},
};

struct Local(Rc<()>);

impl AsyncStore for Local {
    fn load<'a>(&'a self, _: &'a RowName) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        todo!()
    }

    fn swap<'a>(&'a self, _: &'a Write) -> BoxFuture<'a, Swapped> {
        todo!()
    }
}

fn main() {}
