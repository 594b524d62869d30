//! One address, several accounts: who owns it?
//!
//! Binding is three writes: the account records an intent with a random nonce; the claim row is
//! created or swapped to (account, nonce); the account turns that intent into a binding. A claim
//! that holds anything else is swapped only after a write on the record of the account it names,
//! be it the taker's own. On another's record that write removes an intent that has run out, and so
//! fences the third step of whoever held the claim; on the taker's own it proves that his intent
//! still stands. A bound address is never taken. Release writes the account first, and then deletes
//! the claim, only if it holds that very nonce.
//!
//! # How rows and swaps are modelled
//! A swap applies only on the version that was loaded, and versions never repeat. So a load and a
//! swap of the *same* record are one step here: had the load been stale the swap would have
//! changed nothing, and an operation that only tries again is one that has not started. What an
//! operation carries from one row to another is kept in full: the nonce of an intent it read
//! (perhaps long ago), and what its swap expects of the claim row ([`Expected`]). That makes the
//! model finite although any number of operations may follow each other; only how many run at
//! once, and how many writes are in flight without an operation waiting for them, is bounded.
//!
//! * A stale load returns any state that the row ever held; each account has had the address once.
//! * An operation stops at any step. A write in flight is an operation that moves later; one whose
//!   operation gave up waiting and went on is kept apart, and arrives at any time or never.
//! * Absence has no version: a late create applies whenever the row is absent again.
//! * Whether an intent has run out is each reader's free choice: clocks err.
//! * No record, a tombstone and a record without the address are one: each can be written over. So
//!   a tombstone must outlive every write in flight.
//! * A write on a record is never in doubt here: [`in_doubt`](crate::in_doubt) resolves it.
//! * A nonce that nobody holds any more is forgotten, and the rest are renumbered.

mod state;

pub use state::{Account, Claim, Expected, Nonce, Op, Record, State};

use crate::{Case, Size};
use state::FORGOTTEN;
use stateright::{Model, Property};

/// The models, each with its controls.
pub fn cases(size: Size) -> Vec<Case> {
    let model = |accounts, at_once, late, form| Binding { accounts, at_once, late, form };
    let bounds = match size {
        Size::Small => [(2, 2, 1), (3, 2, 0)],
        Size::Full => [(2, 3, 1), (3, 2, 1)],
    };
    let whole = bounds.map(|(accounts, at_once, late)| {
        let name = format!("binding accounts={accounts} at-once={at_once} late={late}");
        Case::whole(name, model(accounts, at_once, late, Form::Whole))
    });
    let controls = [
        ("without-fence", Form::WithoutFence, ONE_OWNER),
        ("fence-only-intents", Form::FenceOnlyIntents, ONE_OWNER),
        ("own-claim-unfenced", Form::OwnClaimUnfenced, ONE_OWNER),
        ("delete-any-claim", Form::DeleteAnyClaim, ONE_OWNER),
        ("delete-without-nonce", Form::DeleteWithoutNonce, ONE_OWNER),
        ("claim-is-authority", Form::ClaimIsAuthority, SIGN_IN),
    ]
    .map(|(name, form, rule)| Case::control(format!("binding {name}"), model(2, 2, 1, form), rule));
    whole.into_iter().chain(controls).collect()
}

/// What may be left out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The protocol.
    Whole,
    /// A takeover reads the other account's record and doesn't write it.
    WithoutFence,
    /// A takeover writes the other account's record only when there is an intent to remove.
    FenceOnlyIntents,
    /// An account swaps its own older claim without a write on its own record.
    OwnClaimUnfenced,
    /// Release deletes whatever claim it finds.
    DeleteAnyClaim,
    /// Release deletes any claim of its account, not only that of its nonce.
    DeleteWithoutNonce,
    /// Sign-in believes the claim.
    ClaimIsAuthority,
}

/// The model: how many accounts contend, and what is bounded.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The accounts that want the address.
    pub accounts: u8,
    /// The operations that run at once.
    pub at_once: usize,
    /// The writes in flight that nobody waits for.
    pub late: usize,
    /// The protocol or a broken form of it.
    pub form: Form,
}

/// One step of the world. A number counts from 0 in the state's list of operations or late writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An account records an intent under a new nonce, replacing its own older one.
    Intend(Account),
    /// An operation loads an intent of the account, this one or one long gone, to finish it.
    Resume(Account, Nonce),
    /// An account gives up its intent or binding: release, or cancellation of the account.
    Release(Account),
    /// Someone signs in by the address: the claim that was loaded named this account, and its
    /// record was loaded and swapped.
    SignIn(Account),
    /// An operation loads the claim, and finds this.
    Load(usize, Claim, Expected),
    /// An operation's write arrives and is answered.
    Write(usize),
    /// An operation gives up waiting for its write on the claim, and loads the claim again.
    Doubt(usize),
    /// An operation stops for good, here.
    Stop(usize),
    /// A late write arrives.
    Arrive(usize),
    /// A late write is lost.
    Lose(usize),
}

impl Model for Binding {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            records: vec![Record::Free; usize::from(self.accounts)],
            claim: None,
            claimed: Vec::new(),
            ops: Vec::new(),
            late: Vec::new(),
            misled: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for account in 0..self.accounts {
            if state.claimed.iter().chain(&state.claim).any(|(named, _)| *named == account) {
                steps.push(Step::SignIn(account));
            }
            if state.ops.len() < self.at_once {
                steps.extend([Step::Intend(account), Step::Release(account)]);
                steps.extend((FORGOTTEN..state.fresh(account)).map(|n| Step::Resume(account, n)));
            }
        }
        for (number, op) in state.ops.iter().enumerate() {
            steps.push(Step::Stop(number));
            if matches!(op, Op::Point(..) | Op::Unpoint(..)) {
                steps.extend(self.loads(state).map(|(claim, e)| Step::Load(number, claim, e)));
            } else {
                steps.push(Step::Write(number));
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
            Step::Intend(account) => next.intend(account)?,
            Step::Resume(account, nonce) => next.resume(account, nonce),
            Step::Release(account) => next.release(account)?,
            Step::SignIn(account) => {
                let bound = matches!(state.records[usize::from(account)], Record::Bound(_));
                next.misled = !bound && self.form == Form::ClaimIsAuthority;
                if !next.misled {
                    return None;
                }
            }
            Step::Load(number, claim, expected) => {
                let op = next.ops.remove(number);
                next.ops.extend(self.after_load(op, claim, expected));
            }
            Step::Write(number) => {
                let op = next.ops.remove(number);
                let then = self.write(&mut next, op);
                next.ops.extend(then);
            }
            Step::Doubt(number) => {
                let Op::Take(account, nonce, expected) = next.ops.remove(number) else {
                    return None;
                };
                next.late.push((account, nonce, expected));
                next.ops.push(Op::Point(account, nonce));
            }
            Step::Stop(number) => drop(next.ops.remove(number)),
            Step::Arrive(number) => {
                let (account, nonce, expected) = next.late.remove(number);
                next.swap_claim(expected, Some((account, nonce)));
            }
            Step::Lose(number) => drop(next.late.remove(number)),
        }
        Some(next.canonical())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ONE_OWNER, |_, state: &State| state.owners().count() <= 1),
            Property::always("an owner's claim names him", |_, state: &State| {
                state.owners().all(|owner| state.claim.is_some_and(|(named, _)| named == owner))
            }),
            Property::always(SIGN_IN, |_, state: &State| !state.misled),
            Property::sometimes("an account is bound", |_, state: &State| {
                state.owners().count() == 1
            }),
            Property::sometimes("a claim is an orphan", |_, state: &State| {
                state.claim.is_some_and(|(a, _)| state.records[usize::from(a)] == Record::Free)
            }),
            Property::sometimes("another's claim is about to be taken", |_, state: &State| {
                state.ops.iter().any(|op| match *op {
                    Op::Take(a, n, Expected::Present) => {
                        state.claim.is_some_and(|(named, _)| named != a)
                            && state.records[usize::from(a)] == Record::Intended(n)
                    }
                    _ => false,
                })
            }),
        ]
    }
}

impl Binding {
    /// What a load of the claim may return: the present, or any state that it ever held.
    fn loads(&self, state: &State) -> impl Iterator<Item = (Claim, Expected)> {
        let present = state.claim.map(|claim| (Some(claim), Expected::Present));
        let ever = state.claimed.iter().map(|claim| (Some(*claim), Expected::Gone));
        let long_ago =
            (0..self.accounts).map(|account| (Some((account, FORGOTTEN)), Expected::Gone));
        present.into_iter().chain([(None, Expected::Absent)]).chain(ever).chain(long_ago)
    }

    /// What an operation does with the claim that it loaded; nothing if it ends here.
    fn after_load(&self, op: Op, claim: Claim, expected: Expected) -> Option<Op> {
        match (op, claim) {
            (Op::Point(a, n), None) => Some(Op::Take(a, n, expected)),
            (Op::Point(a, n), Some(held)) if held == (a, n) => Some(Op::Confirm(a, n)),
            (Op::Point(a, n), Some((named, _)))
                if named == a && self.form == Form::OwnClaimUnfenced =>
            {
                Some(Op::Take(a, n, expected))
            }
            (Op::Point(a, n), Some((named, _))) => Some(Op::Fence(a, n, named, expected)),
            (Op::Unpoint(a, n), Some((named, nonce))) => {
                let mine = match self.form {
                    Form::DeleteAnyClaim => true,
                    Form::DeleteWithoutNonce => named == a,
                    _ => (named, nonce) == (a, n),
                };
                mine.then_some(Op::Delete(expected))
            }
            _ => None,
        }
    }

    /// An operation's write; what it asks next, unless it ends here.
    fn write(&self, state: &mut State, op: Op) -> Option<Op> {
        match op {
            Op::Point(..) | Op::Unpoint(..) => None,
            Op::Fence(a, n, named, expected) => {
                self.fence(state, a, n, named).then_some(Op::Take(a, n, expected))
            }
            Op::Take(a, n, expected) => {
                let taken = state.swap_claim(expected, Some((a, n)));
                Some(if taken { Op::Confirm(a, n) } else { Op::Point(a, n) })
            }
            Op::Confirm(a, n) => {
                let record = &mut state.records[usize::from(a)];
                if *record == Record::Intended(n) {
                    *record = Record::Bound(n);
                }
                None
            }
            Op::Delete(expected) => {
                state.swap_claim(expected, None);
                None
            }
        }
    }

    /// The write on the record of the account that the claim names: may the claim be taken?
    /// A bound address never; nor a live intent, but whoever finds one live stops here anyway.
    fn fence(&self, state: &mut State, taker: Account, nonce: Nonce, named: Account) -> bool {
        let record = &mut state.records[usize::from(named)];
        if named == taker {
            return *record == Record::Intended(nonce);
        }
        match (self.form, *record) {
            // A stale load showed the record as it was before its intent.
            (Form::WithoutFence, _) => true,
            (Form::FenceOnlyIntents, Record::Free | Record::Bound(_)) => true,
            (_, Record::Bound(_)) => false,
            (_, Record::Free) => true,
            (_, Record::Intended(_)) => {
                *record = Record::Free;
                true
            }
        }
    }
}

const ONE_OWNER: &str = "an address has one owner";
const SIGN_IN: &str = "whoever signs in is bound";
