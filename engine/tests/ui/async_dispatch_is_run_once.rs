//~ E0382 dispatch
use pinbolt::{
    driver::{AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, Error},
    op::{Delivered, Dispatch},
};

type Engine = AsyncEngine<Box<dyn AsyncStore>, Box<dyn AsyncDelivery>, Box<dyn AsyncHost>>;

pub async fn twice(engine: &Engine, dispatch: Dispatch) -> Result<Delivered, Error> {
    engine.deliver(dispatch).await?;
    engine.deliver(dispatch).await
}

fn main() {}
