//! The rows, and what is carried between them.

/// An account's number.
pub type Account = u8;
/// Distinguishes one account's intents; 0 stands for any that nobody holds any more.
pub type Nonce = u8;

pub(super) const FORGOTTEN: Nonce = 0;

/// What an account's record says of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Record {
    /// Nothing.
    Free,
    /// It means to bind the address.
    Intended(Nonce),
    /// It owns the address.
    Bound(Nonce),
}

/// The claim row: absent, or the account it names and that account's nonce.
pub type Claim = Option<(Account, Nonce)>;

/// What a swap expects of the claim row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expected {
    /// That there is none.
    Absent,
    /// The version that stands at present.
    Present,
    /// A version that is gone for good.
    Gone,
}

/// An operation, at the question that it asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// Binding: load the claim.
    Point(Account, Nonce),
    /// Binding: the claim names this account under another nonce; write its record.
    Fence(Account, Nonce, Account, Expected),
    /// Binding: swap the claim.
    Take(Account, Nonce, Expected),
    /// Binding: turn the intent into a binding.
    Confirm(Account, Nonce),
    /// Release: the account is written; load the claim.
    Unpoint(Account, Nonce),
    /// Release: delete the claim.
    Delete(Expected),
}

/// The rows, the running operations, and the writes still in flight.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(super) records: Vec<Record>,
    pub(super) claim: Claim,
    /// What the claim row ever held before, as far as anyone still holds the nonce.
    pub(super) claimed: Vec<(Account, Nonce)>,
    pub(super) ops: Vec<Op>,
    pub(super) late: Vec<(Account, Nonce, Expected)>,
    pub(super) misled: bool,
}

impl State {
    pub(super) fn owners(&self) -> impl Iterator<Item = Account> {
        let bound = |(account, record): (Account, &Record)| {
            matches!(record, Record::Bound(_)).then_some(account)
        };
        (0..).zip(&self.records).filter_map(bound)
    }

    pub(super) fn intend(&mut self, account: Account) -> Option<()> {
        if matches!(self.records[usize::from(account)], Record::Bound(_)) {
            return None;
        }
        let nonce = self.fresh(account);
        self.records[usize::from(account)] = Record::Intended(nonce);
        self.ops.push(Op::Point(account, nonce));
        Some(())
    }

    /// Every nonce was its account's intent once, so a stale load may return any of them.
    pub(super) fn resume(&mut self, account: Account, nonce: Nonce) {
        let nonce = if nonce == FORGOTTEN { self.fresh(account) } else { nonce };
        self.ops.push(Op::Point(account, nonce));
    }

    pub(super) fn release(&mut self, account: Account) -> Option<()> {
        let record = &mut self.records[usize::from(account)];
        let (Record::Intended(nonce) | Record::Bound(nonce)) = *record else {
            return None;
        };
        *record = Record::Free;
        self.ops.push(Op::Unpoint(account, nonce));
        Some(())
    }

    /// Swaps the claim row if what is expected of it still stands.
    pub(super) fn swap_claim(&mut self, expected: Expected, to: Claim) -> bool {
        let stands = match expected {
            Expected::Absent => self.claim.is_none(),
            Expected::Present => true,
            Expected::Gone => false,
        };
        if stands {
            self.claimed.extend(self.claim);
            self.claim = to;
            self.expectations(|e| {
                if *e == Expected::Present {
                    *e = Expected::Gone;
                }
            });
        }
        stands
    }

    fn expectations(&mut self, change: impl Fn(&mut Expected)) {
        for op in &mut self.ops {
            if let Op::Fence(.., e) | Op::Take(.., e) | Op::Delete(e) = op {
                change(e);
            }
        }
        self.late.iter_mut().for_each(|(.., e)| change(e));
    }

    /// A nonce that nobody holds: the held ones are numbered from 1 without a gap.
    pub(super) fn fresh(&self, account: Account) -> Nonce {
        1 + self.held().filter(|(a, _)| *a == account).map(|(_, n)| n).max().unwrap_or(FORGOTTEN)
    }

    /// The nonces that a row, an operation or a write in flight still holds.
    fn held(&self) -> impl Iterator<Item = (Account, Nonce)> {
        let records = (0..).zip(&self.records).filter_map(|(account, record)| match record {
            Record::Intended(nonce) | Record::Bound(nonce) => Some((account, *nonce)),
            Record::Free => None,
        });
        let ops = self.ops.iter().filter_map(|op| match op {
            Op::Point(a, n) | Op::Fence(a, n, ..) | Op::Take(a, n, _) => Some((*a, *n)),
            Op::Confirm(a, n) | Op::Unpoint(a, n) => Some((*a, *n)),
            Op::Delete(_) => None,
        });
        let late = self.late.iter().map(|(account, nonce, _)| (*account, *nonce));
        records.chain(self.claim).chain(ops).chain(late)
    }

    fn each_nonce(&mut self, mut visit: impl FnMut(Account, &mut Nonce)) {
        for (account, record) in (0..).zip(&mut self.records) {
            if let Record::Intended(nonce) | Record::Bound(nonce) = record {
                visit(account, nonce);
            }
        }
        if let Some((account, nonce)) = &mut self.claim {
            visit(*account, nonce);
        }
        for op in &mut self.ops {
            if let Op::Point(a, n)
            | Op::Fence(a, n, ..)
            | Op::Take(a, n, _)
            | Op::Confirm(a, n)
            | Op::Unpoint(a, n) = op
            {
                visit(*a, n);
            }
        }
        for (account, nonce, _) in &mut self.late {
            visit(*account, nonce);
        }
    }

    /// One of the states that differ from this one only in the order of operations and the
    /// numbering of nonces: forgets what can never matter again.
    pub(super) fn canonical(mut self) -> Self {
        self.late.retain(|(.., expected)| *expected != Expected::Gone);
        self.ops.retain(|op| *op != Op::Delete(Expected::Gone));
        for op in &mut self.ops {
            if let Op::Take(account, nonce, Expected::Gone) = *op {
                *op = Op::Point(account, nonce);
            }
        }
        self.late.sort_unstable();
        self.ops.sort_unstable();
        let mut names: Vec<(Account, Nonce)> = Vec::new();
        self.each_nonce(|account, nonce| {
            if !names.contains(&(account, *nonce)) {
                names.push((account, *nonce));
            }
            *nonce = rename(&names, account, *nonce);
        });
        self.claimed.retain(|held| names.contains(held));
        for (account, nonce) in &mut self.claimed {
            *nonce = rename(&names, *account, *nonce);
        }
        self.claimed.sort_unstable();
        self.claimed.dedup();
        self.late.sort_unstable();
        self.ops.sort_unstable();
        self
    }
}

/// A nonce's place among the names of its account, from 1.
fn rename(names: &[(Account, Nonce)], account: Account, nonce: Nonce) -> Nonce {
    let mut place = 0;
    for name in names.iter().filter(|(a, _)| *a == account) {
        place += 1;
        if *name == (account, nonce) {
            return place;
        }
    }
    FORGOTTEN
}
