//! Several addresses, several accounts: the whole life of a registration's addresses.
//!
//! Beside the binding of one address ([`binding`](crate::binding)): a change, which waits out a
//! cooling-off while the address that it replaces stays in force; suspension and confirming anew;
//! giving up, ending a change, cancelling; a claim with several holders; a mailbox that two
//! spellings share, so that an address has two claims; civil documents, of which an account has one
//! at most; and the codes that were sent to an address.
//!
//! # How it is modelled
//! Rows and swaps, stale loads, late writes and nonces are as in [`binding`](crate::binding), with
//! these differences.
//! * Time is a step: a write on a record has seen an intent run out ([`Step::Lapse`]), or a change
//!   take effect ([`Step::Pass`]). What a write has seen stays so. A reader that writes nothing may
//!   believe either, and a broken form acts on it.
//! * A fence that finds a holder may have been shown an older record: then it keeps him, for it
//!   writes nothing. One that drops a holder has written.
//! * A stale load of a claim that names others costs writes and a lost swap; only one that still
//!   shows the binding itself, or no row at all, goes on.
//! * Sign-in and codes are judged on the record that is swapped: one step.
//! * That no address is lost is asked of every state: let all that is under way stop, let those who
//!   hold the address give it up and stop before they delete its claims; then each account can bind
//!   it, alone.

mod cases;
mod state;
mod steps;

pub use cases::cases;
pub use state::{
    Account, Address, Bind, Claim, Expected, Held, Holder, Key, Late, Nonce, Op, Phase, Sent, State,
};

use state::FORGOTTEN;
use stateright::{Model, Property};

/// What may be left out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The protocol.
    Whole,
    /// A holder is judged by a load of his record, without a write.
    WithoutFence,
    /// A holder whose time is over for the reader's clock is dropped without a write.
    LeavingUnfenced,
    /// The fence by a shared claim looks for the one spelling only.
    FenceByAddress,
    /// Only the first of several holders is judged.
    FirstHolderOnly,
    /// A claim with as many holders as may be is full, whatever their records say.
    CountsTheDead,
    /// A holder whose record says nothing is believed to hold it: no tombstone is written.
    OrphanHolds,
    /// An address that left is its account's until that writes again.
    LeftHolds,
    /// An intent never runs out.
    IntentForever,
    /// An account takes its own older binding out of a claim without a write on its own record.
    OwnClaimUnfenced,
    /// An account's intent that ran out is taken out of a claim, and may be settled all the same.
    OldIntentSettles,
    /// The third write settles whatever intent it finds.
    AnyIntentSettles,
    /// The claim is taken first, then the account written.
    ClaimBeforeIntent,
    /// Only the spelling is claimed, not the mailbox.
    AddressKeyAlone,
    /// Release deletes the claim first, then writes the account.
    ReleaseClaimFirst,
    /// Release deletes whatever claim it finds.
    DeleteAnyClaim,
    /// Release takes every binding of its account out of the claim.
    DeleteWithoutNonce,
    /// The claim of an address that is being replaced is deleted when it leaves by the clock, before
    /// its account was written.
    SweepBeforeWrite,
    /// The claim of what is replaced is deleted when the change begins to wait.
    ReplacedAtOnce,
    /// What was given up is taken back though another is to take its place.
    TakenBackFromChange,
    /// When one of two changes of an address is ended, the address stays.
    OtherChangeForgotten,
    /// A suspension leaves codes alive.
    SuspensionKeepsCodes,
    /// A code is good for the address, whichever binding of it stands.
    CodeByAddress,
    /// Sign-in believes the claim.
    ClaimIsAuthority,
}

/// The model: who contends for what, which verbs there are, and what is bounded.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// The accounts.
    pub accounts: u8,
    /// The addresses, or documents.
    pub addresses: u8,
    /// How many accounts may hold the same.
    pub most: usize,
    /// New addresses wait, and may replace others.
    pub changes: bool,
    /// Addresses are suspended and confirmed anew, and codes are sent there.
    pub codes: bool,
    /// All addresses are one mailbox.
    pub folded: bool,
    /// They are civil documents.
    pub documents: bool,
    /// The operations that run at once.
    pub at_once: usize,
    /// The writes in flight that nobody waits for.
    pub late: usize,
    /// The protocol or a broken form of it.
    pub form: Form,
}

/// One step of the world. A place counts from 0 in the account's record, or in the state's list of
/// operations or late writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An account records an intent for an address, in place of the one with this nonce.
    Intend(Account, Address, Nonce),
    /// An address is given up and leaves at once: an operator releases it, a change is ended, a
    /// document untied.
    GiveUp(Account, usize),
    /// The person gives up an address in force, which leaves when its time is over.
    Release(Account, usize),
    /// He confirms it anew before that, and it stays.
    TakeBack(Account, usize),
    /// A write has seen that its time is over.
    Leave(Account, usize),
    /// An account is cancelled.
    Cancel(Account),
    /// A write has seen an intent of the account run out.
    Lapse(Account, usize),
    /// A write has seen a change of the account take effect.
    Pass(Account),
    /// An address is suspended.
    Suspend(Account, usize),
    /// It is confirmed anew.
    Reconfirm(Account, usize),
    /// A code is sent to an address in force.
    Send(Account, usize),
    /// The code that was sent is typed.
    Accept,
    /// Someone signs in by the address of a claim that names this account.
    SignIn(Account, Key),
    /// Only in a broken form: an operation deletes the claim of an address whose time is over.
    Sweep(Account, usize),
    /// An operation loads a claim as it is.
    Load(usize),
    /// An operation is shown no claim.
    LoadNone(usize),
    /// An operation is shown the claim as it was when it named its binding.
    LoadBefore(usize),
    /// An operation's write arrives and is answered.
    Write(usize),
    /// An operation is shown a holder's record as it was when he held it.
    Stale(usize),
    /// An operation gives up waiting for its write on the claim, and loads the claim again.
    Doubt(usize),
    /// An operation stops for good, here.
    Stop(usize),
    /// A late write arrives.
    Arrive(usize),
    /// A late write is lost.
    Lose(usize),
}

impl Model for Life {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let keys = usize::from(self.addresses) + usize::from(self.folded);
        vec![State {
            records: vec![Vec::new(); usize::from(self.accounts)],
            claims: vec![Claim::default(); keys],
            ops: Vec::new(),
            late: Vec::new(),
            sent: None,
            misled: false,
            deceived: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for account in 0..self.accounts {
            if state.ops.len() < self.at_once {
                self.verbs(state, account, steps);
            }
            self.times(state, account, steps);
        }
        if state.sent.is_some() {
            steps.push(Step::Accept);
        }
        for (number, op) in state.ops.iter().enumerate() {
            steps.push(Step::Stop(number));
            match op {
                Op::Claim(bind) => {
                    let before = &state.claims[usize::from(bind.key)].before;
                    let before = before.contains(&bind.holder());
                    steps.extend([Step::Load(number), Step::LoadNone(number)]);
                    steps.extend(before.then_some(Step::LoadBefore(number)));
                }
                Op::LetGo(..) => steps.extend([Step::Load(number), Step::LoadNone(number)]),
                Op::Fence(bind, todo, ..) => {
                    steps.push(Step::Write(number));
                    let another = todo.first().is_some_and(|(named, _)| *named != bind.account);
                    steps.extend((another && self.most > 1).then_some(Step::Stale(number)));
                }
                _ => steps.push(Step::Write(number)),
            }
            if matches!(op, Op::Take(..)) && state.late.len() < self.late {
                steps.push(Step::Doubt(number));
            }
        }
        for number in 0..state.late.len() {
            steps.extend([Step::Arrive(number), Step::Lose(number)]);
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Intend(account, address, replaces) => {
                self.intend(&mut next, account, (address, replaces))?;
            }
            Step::GiveUp(account, at) => self.give_up(&mut next, account, at),
            Step::Release(account, at) => {
                next.record_mut(account)[at].phase = Phase::Leaving(FORGOTTEN);
            }
            Step::TakeBack(account, at) => next.record_mut(account)[at].phase = Phase::Bound,
            Step::Leave(account, at) => {
                let held = &mut next.record_mut(account)[at];
                (held.phase, held.code) = (Phase::Left, false);
            }
            Step::Cancel(account) => self.cancel(&mut next, account),
            Step::Lapse(account, at) => drop(next.record_mut(account).remove(at)),
            Step::Pass(account) => Self::pass(&mut next, account),
            Step::Suspend(account, at) => {
                let held = &mut next.record_mut(account)[at];
                held.suspended = true;
                held.code &= self.form == Form::SuspensionKeepsCodes;
            }
            Step::Reconfirm(account, at) => next.record_mut(account)[at].suspended = false,
            Step::Send(account, at) => {
                let held = &mut next.record_mut(account)[at];
                held.code = true;
                let (address, nonce) = (held.address, held.nonce);
                next.sent = Some(Sent { account, address, nonce, spoiled: false });
            }
            Step::Accept => {
                let sent = next.sent.take()?;
                if let Some(held) = next.held((sent.account, sent.nonce)) {
                    held.code = false;
                }
                next.deceived = sent.spoiled && self.accepts(state, sent);
            }
            Step::SignIn(account, key) => {
                let own = |held: &Held| held.names() && self.keys(held.address).any(|k| k == key);
                next.misled = !state.record(account).iter().any(own);
            }
            Step::Sweep(account, at) => {
                let held = state.record(account)[at];
                let left = self.keys(held.address).map(|key| (key, held.nonce)).collect();
                next.ops.push(Op::LetGo(account, left));
            }
            Step::Load(number) => {
                let op = next.ops.remove(number);
                let key = op.key()?;
                let seen = next.claims[usize::from(key)].holders.clone();
                next.ops.extend(self.after_load(op, (&seen, steps::present(&seen))));
            }
            Step::LoadNone(number) => {
                let op = next.ops.remove(number);
                next.ops.extend(self.after_load(op, (&[], Expected::Absent)));
            }
            Step::LoadBefore(number) => {
                let op = next.ops.remove(number);
                let Op::Claim(bind) = op else { return None };
                next.ops.extend(self.after_load(op, (&[bind.holder()], Expected::Gone)));
            }
            Step::Write(number) | Step::Stale(number) => {
                let op = next.ops.remove(number);
                let then = self.write(&mut next, op, matches!(step, Step::Stale(_)));
                next.ops.extend(then);
            }
            Step::Doubt(number) => {
                let Op::Take(bind, mut kept, expected) = next.ops.remove(number) else {
                    return None;
                };
                kept.push(bind.holder());
                next.late.push((bind.key, kept, expected));
                next.ops.push(Op::Claim(bind));
            }
            Step::Stop(number) => drop(next.ops.remove(number)),
            Step::Arrive(number) => {
                let (key, holders, expected) = next.late.remove(number);
                next.swap(key, expected, holders);
            }
            Step::Lose(number) => drop(next.late.remove(number)),
        }
        self.spoil(&mut next);
        Some(next.canonical())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(ONE_OWNER, |model: &Self, state: &State| {
                model.all_keys().all(|key| model.owners(state, key) <= model.most)
            }),
            Property::always(CLAIMED, |model: &Self, state: &State| {
                state.all().filter(|(_, held)| held.is_bound()).all(|(account, held)| {
                    let names = |key: Key| &state.claims[usize::from(key)].holders;
                    model.keys(held.address).all(|k| names(k).contains(&(account, held.nonce)))
                })
            }),
            Property::always(NOT_LOST, |model: &Self, state: &State| model.is_free(state)),
            Property::always(REPLACED, |_, state: &State| {
                state.all().filter(|(_, new)| new.phase == Phase::Waiting).all(|(account, new)| {
                    let replaced = |held: &&Held| held.nonce == new.replaces;
                    let replaced = state.record(account).iter().find(replaced);
                    replaced
                        .is_none_or(|held| matches!(held.phase, Phase::Leaving(_) | Phase::Left))
                })
            }),
            Property::always(SIGN_IN, |_, state: &State| !state.misled),
            Property::always(CODES, |_, state: &State| !state.deceived),
            Property::sometimes("as many own it as may", |model: &Self, state: &State| {
                model.all_keys().any(|key| model.owners(state, key) == model.most)
            }),
            Property::sometimes("a claim is an orphan", |_, state: &State| {
                let dead = |(a, n): &Holder| state.record(*a).iter().all(|held| held.nonce != *n);
                state.claims.iter().any(|claim| claim.holders.iter().any(dead))
            }),
        ];
        if self.changes {
            properties.push(Property::sometimes("an address left", |_, state: &State| {
                state.all().any(|(_, held)| held.phase == Phase::Left)
            }));
        }
        if self.accounts > 1 {
            properties.push(Property::sometimes(
                "another's claim is about to be taken",
                |_, state: &State| {
                    state.ops.iter().any(|op| match op {
                        Op::Take(bind, _, Expected::Present) => {
                            let claim = &state.claims[usize::from(bind.key)];
                            claim.holders.iter().any(|(named, _)| *named != bind.account)
                        }
                        _ => false,
                    })
                },
            ));
        }
        properties
    }
}

impl Life {
    /// What an account may begin.
    fn verbs(&self, state: &State, account: Account, steps: &mut Vec<Step>) {
        let record = state.record(account);
        for address in 0..self.addresses {
            steps.push(Step::Intend(account, address, FORGOTTEN));
            let replaced = |held: &&Held| {
                self.changes && held.phase == Phase::Bound && held.address != address
            };
            let replaced = record.iter().filter(replaced);
            steps.extend(replaced.map(|held| Step::Intend(account, address, held.nonce)));
        }
        for (at, held) in record.iter().enumerate() {
            if held.phase != Phase::Left {
                steps.push(Step::GiveUp(account, at));
            }
            if self.changes && held.phase == Phase::Bound {
                steps.push(Step::Release(account, at));
            }
            let takes = |new: &Held| new.phase == Phase::Waiting && new.replaces == held.nonce;
            let stays = self.form == Form::TakenBackFromChange || !record.iter().any(takes);
            if held.phase == Phase::Leaving(FORGOTTEN) && stays {
                steps.push(Step::TakeBack(account, at));
            }
            let leaving = matches!(held.phase, Phase::Leaving(_));
            if self.form == Form::SweepBeforeWrite && leaving {
                steps.push(Step::Sweep(account, at));
            }
        }
        if record.len() > 1 {
            steps.push(Step::Cancel(account));
        }
    }

    /// What time and others do to an account, and what one write is enough for.
    fn times(&self, state: &State, account: Account, steps: &mut Vec<Step>) {
        let record = state.record(account);
        for (at, held) in record.iter().enumerate() {
            if held.phase == Phase::Leaving(FORGOTTEN) {
                steps.push(Step::Leave(account, at));
            }
            if held.phase == Phase::Intended && self.form != Form::IntentForever {
                steps.push(Step::Lapse(account, at));
            }
            if self.codes && held.is_bound() && !held.suspended {
                steps.push(Step::Suspend(account, at));
            }
            if self.codes && held.names() && held.suspended {
                steps.push(Step::Reconfirm(account, at));
            }
            if self.codes && held.in_force() && state.sent.is_none() {
                steps.push(Step::Send(account, at));
            }
        }
        if record.iter().any(|held| held.phase == Phase::Waiting) {
            steps.push(Step::Pass(account));
        }
        if self.form == Form::ClaimIsAuthority {
            let sole = |key: &Key| {
                let holders = &state.claims[usize::from(*key)].holders;
                holders.iter().any(|(named, _)| *named == account)
            };
            steps.extend(self.all_keys().filter(sole).map(|key| Step::SignIn(account, key)));
        }
    }

    fn all_keys(&self) -> impl Iterator<Item = Key> + use<> {
        0..self.addresses + u8::from(self.folded)
    }

    /// How many accounts own what has this key.
    fn owners(&self, state: &State, key: Key) -> usize {
        let owns = |held: &Held| {
            let shared = self.folded && key == self.addresses;
            held.is_bound() && (shared || held.address == key)
        };
        state.records.iter().filter(|record| record.iter().any(owns)).count()
    }
}

const ONE_OWNER: &str = "no more accounts own an address than may";
const CLAIMED: &str = "an owner's claims name him";
const NOT_LOST: &str = "an address that is given up can be bound again";
const REPLACED: &str = "what is replaced leaves";
const SIGN_IN: &str = "whoever signs in is bound";
const CODES: &str = "no code outlives its address";
