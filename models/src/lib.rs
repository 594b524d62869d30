//! Exhaustive models of pinbolt's protocols.
//!
//! Each model is a protocol as it is meant, explored to its last state. Beside it stand broken
//! forms of it, the negative controls: each leaves out one rule, and the exploration must find
//! what that rule prevents. A model whose controls don't fail proves nothing.
//!
//! | module | protocol | what must never happen |
//! | --- | --- | --- |
//! | [`binding`] | an address is claimed, taken over, released | two accounts are bound to one address |
//! | [`life`] | addresses change, are suspended, shared, folded; documents; codes | the same, an address lost for good, a code that outlives its address |
//! | [`ledger`] | a guess is reserved, hashed, settled or refunded | more hashes run than the cap allows |
//! | [`in_doubt`] | a write whose answer was lost is resolved | a write is misjudged, or made twice |
//!
//! `cargo run -p pinbolt-models` prints one line for each. Nothing here uses the engine: a model
//! that shared its code would share its mistakes.

// A wrong index or an overflow stops the exploration, which is what a model should do.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

pub mod binding;
pub mod in_doubt;
pub mod ledger;
pub mod life;

use stateright::{Checker, HasDiscoveries, Model};
use std::fmt;
use std::hash::Hash;

/// Every model with its controls.
pub fn cases(size: Size) -> Vec<Case> {
    let addresses = binding::cases(size).into_iter().chain(life::cases(size));
    addresses.chain(ledger::cases()).chain(in_doubt::cases()).collect()
}

/// How much of a model is explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// What takes seconds: fewer operations at once, no write in flight that nobody waits for.
    Small,
    /// All that the bounds allow.
    Full,
}

/// A model to explore: the whole protocol, or a control that must break a rule.
pub struct Case {
    name: String,
    must_break: Option<&'static str>,
    explore: Box<dyn Fn() -> Report>,
}

/// What an exploration came to.
#[derive(Clone, Debug, Default)]
struct Report {
    /// Distinct states visited: all that there are, unless a broken rule ended the exploration.
    states: usize,
    /// The broken rules, each with a way to break it.
    broken: Vec<(&'static str, Vec<String>)>,
    /// What should be possible and was never reached.
    unreached: Vec<&'static str>,
}

impl Case {
    fn whole<M>(name: String, model: M) -> Self
    where
        M: Model + Clone + Send + Sync + 'static,
        M::State: Hash + Clone + PartialEq + Send + Sync + 'static,
        M::Action: Clone + PartialEq + fmt::Debug,
    {
        let explore = move || {
            let checker = model.clone().checker().threads(2);
            report(&checker.finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join())
        };
        Case { name, must_break: None, explore: Box::new(explore) }
    }

    /// Explored on one thread, so that it ends at the same state each time.
    fn control<M>(name: String, model: M, rule: &'static str) -> Self
    where
        M: Model + Clone + Send + Sync + 'static,
        M::State: Hash + Clone + PartialEq + Send + Sync + 'static,
        M::Action: Clone + PartialEq + fmt::Debug,
    {
        let explore = move || {
            let checker = model.clone().checker();
            report(&checker.finish_when(HasDiscoveries::AnyOf([rule].into())).spawn_bfs().join())
        };
        Case { name, must_break: Some(rule), explore: Box::new(explore) }
    }

    /// Whether this is a control.
    pub fn is_control(&self) -> bool {
        self.must_break.is_some()
    }

    /// Explores it; one line that says what was found.
    ///
    /// # Errors
    /// What is wrong: a rule that the protocol breaks, and how; a rule that a control doesn't
    /// break; something that should be possible and isn't.
    pub fn run(&self) -> Result<String, String> {
        let name = &self.name;
        let Report { states, broken, unreached } = (self.explore)();
        if let Some(rule) = self.must_break {
            return match broken.iter().find(|(broken, _)| *broken == rule) {
                Some(_) => {
                    Ok(format!("control {name} found within {states} states: not \"{rule}\""))
                }
                None => Err(format!("control {name} states={states} doesn't break \"{rule}\"")),
            };
        }
        if let Some((rule, steps)) = broken.first() {
            return Err(format!("model {name} breaks \"{rule}\": {}", steps.join(", ")));
        }
        if !unreached.is_empty() {
            return Err(format!("model {name} states={states} never reaches {unreached:?}"));
        }
        Ok(format!("model {name} states={states} ok"))
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).finish_non_exhaustive()
    }
}

fn report<M>(checker: &impl Checker<M>) -> Report
where
    M: Model,
    M::State: Clone + PartialEq,
    M::Action: Clone + PartialEq + fmt::Debug,
{
    let mut report = Report { states: checker.unique_state_count(), ..Report::default() };
    for property in checker.model().properties() {
        let must_not = property.expectation.discovery_is_failure();
        match checker.discovery(property.name) {
            Some(path) if must_not => {
                let steps = path.into_actions().iter().map(|step| format!("{step:?}")).collect();
                report.broken.push((property.name, steps));
            }
            None if !must_not => report.unreached.push(property.name),
            _ => {}
        }
    }
    report
}
