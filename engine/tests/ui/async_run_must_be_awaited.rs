//~ unused_must_use Future
#![deny(unused_must_use)]
use pinbolt::{
    driver::{AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore},
    op::Describe,
};

type Engine = AsyncEngine<Box<dyn AsyncStore>, Box<dyn AsyncDelivery>, Box<dyn AsyncHost>>;

pub fn describe(engine: &Engine) {
    engine.run(Describe { account: "ana" });
}

fn main() {}
