//~ E0277 Rc
use std::{future::poll_fn, rc::Rc, task::Poll};

use pinbolt::{
    Digest, Work,
    driver::{AsyncHost, BoxFuture},
};

struct Host;

impl AsyncHost for Host {
    fn now(&self) -> u64 {
        0
    }

    fn pause(&self, _: u64) -> BoxFuture<'_, ()> {
        let local = Rc::new(());
        Box::pin(poll_fn(move |_| Poll::Ready(*local)))
    }

    fn hash(&self, _: Work) -> BoxFuture<'_, Option<Digest>> {
        Box::pin(async { None })
    }
}

fn main() {}
