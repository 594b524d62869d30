//! The rows, and what is carried between them.

/// An account's number.
pub type Account = u8;
/// An address's number, or a document's.
pub type Address = u8;
/// A claim's number: an address's own, or the one that several addresses share.
pub type Key = u8;
/// Distinguishes the intents of one account; 0 stands for any that nobody holds any more.
pub type Nonce = u8;
/// What a claim holds of one binding.
pub type Holder = (Account, Nonce);

pub(super) const FORGOTTEN: Nonce = 0;
/// One that nobody holds yet; it is renumbered before the next.
pub(super) const NEW: Nonce = Nonce::MAX;

/// What an account's record says of one address. A mere candidate is not kept: it blocks nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Held {
    pub(super) address: Address,
    pub(super) nonce: Nonce,
    pub(super) phase: Phase,
    pub(super) suspended: bool,
    /// The nonce of the one that it is to replace.
    pub(super) replaces: Nonce,
    /// A code that was sent there is open.
    pub(super) code: bool,
}

/// How far a binding has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// The first of the three writes was made.
    Intended,
    /// The third was made; it waits out the cooling-off.
    Waiting,
    /// In force.
    Bound,
    /// In force until the one of this nonce is; of no nonce: given up, until its own time is over.
    Leaving(Nonce),
    /// Another took its place; nothing was cleared yet.
    Left,
}

impl Held {
    pub(super) fn is_bound(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Bound | Phase::Leaving(_))
    }

    pub(super) fn is_live(&self) -> bool {
        self.is_bound() || self.phase == Phase::Intended
    }

    pub(super) fn names(&self) -> bool {
        matches!(self.phase, Phase::Bound | Phase::Leaving(_))
    }

    pub(super) fn in_force(&self) -> bool {
        self.names() && !self.suspended
    }
}

/// A claim row; without a holder it is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Claim {
    pub(super) holders: Vec<Holder>,
    /// Who is under way and was in it before: a stale load shows him still.
    pub(super) before: Vec<Holder>,
}

/// What a swap expects of a claim row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expected {
    /// That there is none.
    Absent,
    /// The version that stands at present.
    Present,
    /// A version that is gone for good.
    Gone,
}

/// A binding under way: whose, of what, under which nonce, and which of its claims comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bind {
    pub(super) account: Account,
    pub(super) address: Address,
    pub(super) nonce: Nonce,
    pub(super) key: Key,
}

impl Bind {
    pub(super) const fn holder(self) -> Holder {
        (self.account, self.nonce)
    }
}

/// An operation, at the question that it asks next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// Binding: load the claim.
    Claim(Bind),
    /// Binding: write the record of the first of these holders; those that stay are kept.
    Fence(Bind, Vec<Holder>, Vec<Holder>, Expected),
    /// Binding: swap the claim.
    Take(Bind, Vec<Holder>, Expected),
    /// Binding: turn the intent into a binding.
    Settle(Bind),
    /// The account is written: load the claim of the first of these, to take it out.
    LetGo(Account, Vec<(Key, Nonce)>),
    /// Swap that claim.
    Delete(Account, Vec<(Key, Nonce)>, Expected),
    /// Only in a broken form: write the account after its claims.
    Forget(Account, Nonce),
}

/// A code that was sent, as its receiver keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sent {
    pub(super) account: Account,
    pub(super) address: Address,
    pub(super) nonce: Nonce,
    /// The address was given up, suspended or another's since.
    pub(super) spoiled: bool,
}

/// A write on a claim that nobody waits for any more.
pub type Late = (Key, Vec<Holder>, Expected);

/// The rows, the running operations, the writes still in flight, and a code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(super) records: Vec<Vec<Held>>,
    pub(super) claims: Vec<Claim>,
    pub(super) ops: Vec<Op>,
    pub(super) late: Vec<Late>,
    pub(super) sent: Option<Sent>,
    /// Who signed in by an address that isn't his; a code that was accepted although spoiled.
    pub(super) misled: bool,
    pub(super) deceived: bool,
}

impl State {
    pub(super) fn record(&self, account: Account) -> &Vec<Held> {
        &self.records[usize::from(account)]
    }

    pub(super) fn record_mut(&mut self, account: Account) -> &mut Vec<Held> {
        &mut self.records[usize::from(account)]
    }

    pub(super) fn held(&mut self, (account, nonce): Holder) -> Option<&mut Held> {
        self.record_mut(account).iter_mut().find(|held| held.nonce == nonce)
    }

    /// Every binding in the records, with whose it is.
    pub(super) fn all(&self) -> impl Iterator<Item = (Account, &Held)> {
        (0..).zip(&self.records).flat_map(|(a, record)| record.iter().map(move |held| (a, held)))
    }

    /// Swaps a claim if what is expected of it still stands.
    pub(super) fn swap(&mut self, key: Key, expected: Expected, mut to: Vec<Holder>) -> bool {
        let claim = &mut self.claims[usize::from(key)];
        let stands = match expected {
            Expected::Absent => claim.holders.is_empty(),
            Expected::Present => true,
            Expected::Gone => false,
        };
        if stands {
            to.sort_unstable();
            let before = std::mem::replace(&mut claim.holders, to);
            claim.before.extend(before);
            self.overtake(key);
        }
        stands
    }

    /// Whoever expects the version that stood of this claim is too late.
    fn overtake(&mut self, key: Key) {
        let gone = |e: &mut Expected| {
            if *e == Expected::Present {
                *e = Expected::Gone;
            }
        };
        for op in self.ops.iter_mut().filter(|op| op.key() == Some(key)) {
            if let Op::Fence(.., e) | Op::Take(.., e) | Op::Delete(.., e) = op {
                gone(e);
            }
        }
        self.late.iter_mut().filter(|(at, ..)| *at == key).for_each(|(.., e)| gone(e));
    }

    /// Every nonce that a record, an operation or a code still goes by.
    fn each_nonce(&mut self, mut visit: impl FnMut(Account, &mut Nonce)) {
        for (account, record) in (0..).zip(&mut self.records) {
            record.iter_mut().for_each(|held| visit(account, &mut held.nonce));
        }
        for op in &mut self.ops {
            match op {
                Op::Claim(bind) | Op::Settle(bind) | Op::Fence(bind, ..) | Op::Take(bind, ..) => {
                    visit(bind.account, &mut bind.nonce);
                }
                Op::LetGo(a, left) | Op::Delete(a, left, _) => {
                    left.iter_mut().for_each(|(_, n)| visit(*a, n));
                }
                Op::Forget(a, n) => visit(*a, n),
            }
        }
        if let Some(sent) = &mut self.sent {
            visit(sent.account, &mut sent.nonce);
        }
    }

    /// Every list of holders: what they name beside those is an orphan, one as good as another.
    fn each_list(&mut self, mut visit: impl FnMut(&mut Vec<Holder>)) {
        for claim in &mut self.claims {
            visit(&mut claim.holders);
            visit(&mut claim.before);
        }
        for op in &mut self.ops {
            match op {
                Op::Fence(_, todo, kept, _) => {
                    visit(todo);
                    visit(kept);
                }
                Op::Take(_, kept, _) => visit(kept),
                _ => {}
            }
        }
        self.late.iter_mut().for_each(|(_, holders, _)| visit(holders));
    }

    /// One of the states that differ from this one only in the order of operations and the
    /// numbering of nonces: forgets what can never matter again.
    pub(super) fn canonical(mut self) -> Self {
        self.late.retain(|(.., expected)| *expected != Expected::Gone);
        for op in &mut self.ops {
            match op {
                Op::Fence(bind, .., Expected::Gone) | Op::Take(bind, _, Expected::Gone) => {
                    *op = Op::Claim(*bind);
                }
                Op::Delete(account, left, Expected::Gone) => {
                    *op = Op::LetGo(*account, std::mem::take(left));
                }
                _ => {}
            }
        }
        self.late.sort_unstable();
        self.ops.sort_unstable();
        let mut names: Vec<Holder> = Vec::new();
        self.each_nonce(|account, nonce| {
            if !names.contains(&(account, *nonce)) {
                names.push((account, *nonce));
            }
            *nonce = rename(&names, account, *nonce);
        });
        self.each_list(|holders| {
            holders.iter_mut().for_each(|(account, nonce)| {
                *nonce = rename(&names, *account, *nonce);
            });
            holders.sort_unstable();
            holders.dedup();
        });
        for (account, record) in (0..).zip(&mut self.records) {
            for held in record {
                held.replaces = rename(&names, account, held.replaces);
                if let Phase::Leaving(by) = &mut held.phase {
                    *by = rename(&names, account, *by);
                }
            }
        }
        let under_way: Vec<Holder> = self.ops.iter().filter_map(Op::claims).collect();
        for claim in &mut self.claims {
            let holders = &claim.holders;
            claim.before.retain(|held| under_way.contains(held) && !holders.contains(held));
        }
        self.late.sort_unstable();
        self.ops.sort_unstable();
        self
    }
}

impl Op {
    /// The claim that it loads or swaps next.
    pub(super) fn key(&self) -> Option<Key> {
        match self {
            Self::Claim(bind) | Self::Fence(bind, ..) | Self::Take(bind, ..) => Some(bind.key),
            Self::LetGo(_, left) | Self::Delete(_, left, _) => left.first().map(|(key, _)| *key),
            Self::Settle(_) | Self::Forget(..) => None,
        }
    }

    /// The binding for which claims are still to be loaded.
    fn claims(&self) -> Option<Holder> {
        match self {
            Self::Claim(bind) | Self::Fence(bind, ..) | Self::Take(bind, ..) => Some(bind.holder()),
            _ => None,
        }
    }
}

/// A nonce's place among the names of its account, from 1.
fn rename(names: &[Holder], account: Account, nonce: Nonce) -> Nonce {
    let mut place = FORGOTTEN;
    for name in names.iter().filter(|(a, _)| *a == account) {
        place += 1;
        if *name == (account, nonce) {
            return place;
        }
    }
    FORGOTTEN
}
