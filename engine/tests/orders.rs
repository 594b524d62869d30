//! All orders of events up to a length, against a specification of a page: whoever skips a step is
//! not accepted, and who did them all is. `PINBOLT_ORDERS` sets another length.
//!
//! Each node of the tree is run on the rows that its parent left. An event that changes nothing ends in
//! a state that was seen with more events to come, so what follows it is not run again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

#[path = "orders/codes.rs"]
mod codes;
mod common;
#[path = "orders/factors.rs"]
mod factors;
#[path = "orders/tickets.rs"]
mod tickets;

use common::World;
use pinbolt::{
    row::{RowName, Snapshot},
    testkit::MemoryStore,
};

/// What a family of events is made of: what is in somebody's hands, and what the specification says.
trait Story: Clone {
    const NAME: &'static str;
    /// Of an unoptimised build.
    const LENGTH: u32;
    type Event: Copy + core::fmt::Debug + 'static;
    const EVENTS: &'static [Self::Event];

    fn begin() -> (World<MemoryStore>, Self);

    /// Whether somebody is accepted by this event now.
    fn permits(&self, event: Self::Event, now: u64) -> bool;

    /// Does it; whether somebody was accepted.
    fn act(&mut self, world: &World<MemoryStore>, event: Self::Event) -> bool;

    /// What the specification makes of it.
    fn note(&mut self, event: Self::Event, now: u64);
}

/// The rows, and what a clock shows.
type State = (Vec<(RowName, Snapshot)>, u64);

struct Walk<S: Story> {
    world: World<MemoryStore>,
    path: Vec<S::Event>,
    orders: u64,
    run: u64,
    accepted: u64,
}

impl<S: Story> Walk<S> {
    fn state(&self) -> State {
        (self.world.engine.store().rows(), self.world.clock_now())
    }

    fn restore(&self, (rows, now): &State) {
        let store = self.world.engine.store();
        for (name, _) in store.rows() {
            store.tamper(&name, None);
        }
        for (name, snapshot) in rows {
            store.tamper(name, Some(snapshot.clone()));
        }
        self.world.clock.set(*now);
    }

    /// Every order of so many events after this state.
    fn walk(&mut self, story: &S, state: &State, left: u32) {
        for event in S::EVENTS {
            self.restore(state);
            self.path.push(*event);
            self.run += 1;
            self.orders += 1;
            let mut after = story.clone();
            let permitted = after.permits(*event, state.1);
            let accepted = after.act(&self.world, *event);
            assert_eq!(accepted, permitted, "{}: {:?}", S::NAME, self.path);
            self.accepted += u64::from(accepted);
            after.note(*event, state.1);
            let reached = self.state();
            match left {
                1 => {}
                _ if reached == *state => self.orders += below(S::EVENTS.len() as u64, left - 1),
                _ => self.walk(&after, &reached, left - 1),
            }
            self.path.pop();
        }
    }
}

/// How many orders of one to so many events there are.
const fn below(events: u64, left: u32) -> u64 {
    match left {
        0 => 0,
        _ => events * (1 + below(events, left - 1)),
    }
}

fn all<S: Story>() {
    #[allow(clippy::disallowed_methods, reason = "how long the orders are, not what they do")]
    let length = std::env::var("PINBOLT_ORDERS");
    let length = length.map_or(S::LENGTH, |text| text.parse().unwrap());
    let (world, story) = S::begin();
    let path = Vec::new();
    let mut walk = Walk::<S> { world, path, orders: 0, run: 0, accepted: 0 };
    let first = walk.state();
    walk.walk(&story, &first, length);
    let Walk { orders, run, accepted, .. } = walk;
    let events = S::EVENTS.len();
    assert_eq!(orders, below(events as u64, length));
    println!(
        "orders of {}: all {orders} of {events} events up to {length}, {run} run; {accepted} ended in \
         Accepted, none with a required step missing",
        S::NAME,
    );
    assert!(accepted > 0);
}

#[test]
fn failure_21_all_orders_of_codes_and_links() {
    all::<codes::Codes>();
}

#[test]
fn failure_21_all_orders_of_tickets_and_activations() {
    all::<tickets::Tickets>();
}

#[test]
fn failure_21_all_orders_of_two_factors_and_recovery() {
    all::<factors::Factors>();
}
