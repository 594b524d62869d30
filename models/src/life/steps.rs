//! What each step does to the rows.

use super::{
    Form, Life,
    state::{
        Account, Address, Bind, Expected, FORGOTTEN, Held, Holder, Key, NEW, Nonce, Op, Phase,
        Sent, State,
    },
};

impl Life {
    /// The claims of an address, in the order in which they are taken.
    pub(super) fn keys(&self, address: Address) -> impl Iterator<Item = Key> {
        let shared = (self.folded && self.form != Form::AddressKeyAlone).then_some(self.addresses);
        shared.into_iter().chain([address])
    }

    fn has_key(&self, held: &Held, key: Key) -> bool {
        self.keys(held.address).any(|own| own == key)
    }

    /// The first write. An account's own older intent for the address is replaced; of documents it
    /// has one at most.
    pub(super) fn intend(
        &self,
        state: &mut State,
        account: Account,
        (address, replaces): (Address, Nonce),
    ) -> Option<()> {
        let documents = self.documents;
        let same =
            |held: &Held| held.phase != Phase::Left && (documents || held.address == address);
        let record = state.record_mut(account);
        let live = |held: &Held| held.phase != Phase::Intended || held.address != address;
        if record.iter().any(|held| same(held) && live(held)) {
            return None;
        }
        record.retain(|held| !same(held));
        let nonce = NEW;
        if self.form != Form::ClaimBeforeIntent {
            let (phase, suspended, code) = (Phase::Intended, false, false);
            record.push(Held { address, nonce, phase, suspended, replaces, code });
        }
        let key = self.keys(address).next()?;
        state.ops.push(Op::Claim(Bind { account, address, nonce, key }));
        Some(())
    }

    /// What an operation does with the claim that it loaded; nothing if it ends here.
    pub(super) fn after_load(&self, op: Op, (seen, expected): (&[Holder], Expected)) -> Option<Op> {
        match op {
            Op::Claim(bind) if seen.contains(&bind.holder()) => Some(self.claimed(bind)),
            Op::Claim(bind) => self.fenced(bind, (seen.to_vec(), Vec::new()), expected),
            Op::LetGo(account, mut left) => {
                let nonce = left.first()?.1;
                let mine = match self.form {
                    Form::DeleteAnyClaim => !seen.is_empty(),
                    Form::DeleteWithoutNonce => seen.iter().any(|(named, _)| *named == account),
                    _ => seen.contains(&(account, nonce)),
                };
                if mine {
                    return Some(Op::Delete(account, left, expected));
                }
                left.remove(0);
                let_go(account, left)
            }
            other => Some(other),
        }
    }

    /// The next claim of the binding, or its third write.
    fn claimed(&self, bind: Bind) -> Op {
        match self.keys(bind.address).skip_while(|key| *key != bind.key).nth(1) {
            Some(key) => Op::Claim(Bind { key, ..bind }),
            None => Op::Settle(bind),
        }
    }

    /// Once every holder was judged: may the claim be taken beside those that stay?
    fn fenced(
        &self,
        bind: Bind,
        (mut todo, kept): (Vec<Holder>, Vec<Holder>),
        expected: Expected,
    ) -> Option<Op> {
        if self.form == Form::FirstHolderOnly && !kept.is_empty() {
            todo.clear();
        }
        if self.form == Form::CountsTheDead && todo.len() >= self.most {
            return None;
        }
        if !todo.is_empty() {
            return Some(Op::Fence(bind, todo, kept, expected));
        }
        let mut others: Vec<Account> = kept.iter().map(|(account, _)| *account).collect();
        others.retain(|account| *account != bind.account);
        others.sort_unstable();
        others.dedup();
        (others.len() < self.most).then_some(Op::Take(bind, kept, expected))
    }

    /// An operation's write; what it asks next, unless it ends here. `stale`: it was shown an older
    /// record of the holder whom it judges, and writes nothing for he seems to hold it.
    pub(super) fn write(&self, state: &mut State, op: Op, stale: bool) -> Option<Op> {
        match op {
            Op::Fence(bind, mut todo, mut kept, expected) => {
                let holder = todo.remove(0);
                let stays = match holder.0 == bind.account {
                    true => self.stands(state, bind, holder)?,
                    false => stale || self.holds(state, bind, holder.0),
                };
                kept.extend(stays.then_some(holder));
                self.fenced(bind, (todo, kept), expected)
            }
            Op::Take(bind, mut kept, expected) => {
                kept.push(bind.holder());
                match state.swap(bind.key, expected, kept) {
                    true => Some(self.claimed(bind)),
                    false => Some(Op::Claim(bind)),
                }
            }
            Op::Settle(bind) => self.settle(state, bind),
            Op::Delete(account, mut left, expected) => {
                let (key, nonce) = left.remove(0);
                let mut holders = state.claims[usize::from(key)].holders.clone();
                match self.form {
                    Form::DeleteAnyClaim => holders.clear(),
                    Form::DeleteWithoutNonce => holders.retain(|(named, _)| *named != account),
                    _ => holders.retain(|holder| *holder != (account, nonce)),
                }
                if !state.swap(key, expected, holders) {
                    left.insert(0, (key, nonce));
                }
                let next = let_go(account, left);
                match (self.form, next) {
                    (Form::ReleaseClaimFirst, None) => Some(Op::Forget(account, nonce)),
                    (_, next) => next,
                }
            }
            Op::Forget(account, nonce) => {
                state.record_mut(account).retain(|held| held.nonce != nonce);
                None
            }
            Op::Claim(_) | Op::LetGo(..) => None,
        }
    }

    /// The write on the account's own record: whether the other binding of it stays; nothing where
    /// the intent itself doesn't stand any more.
    fn stands(&self, state: &mut State, bind: Bind, other: Holder) -> Option<bool> {
        if self.form == Form::OwnClaimUnfenced {
            return Some(false);
        }
        let intent = state.held(bind.holder());
        if intent.is_none_or(|held| held.phase != Phase::Intended)
            && self.form != Form::ClaimBeforeIntent
        {
            return None;
        }
        let other = state.held(other);
        Some(other.is_some_and(|held| match self.form {
            // Its time is over for this reader, and it may be settled all the same.
            Form::OldIntentSettles => held.is_bound(),
            _ => held.is_live(),
        }))
    }

    /// The write on another's record: whether he still holds it.
    fn holds(&self, state: &mut State, bind: Bind, other: Account) -> bool {
        let record = state.record_mut(other);
        let claims = |held: &Held| match self.form {
            Form::FenceByAddress => held.address == bind.key,
            _ => self.has_key(held, bind.key),
        };
        let live = |held: &Held| match self.form {
            Form::LeavingUnfenced => held.is_live() && !matches!(held.phase, Phase::Leaving(_)),
            Form::LeftHolds => true,
            _ => held.is_live(),
        };
        match self.form {
            // A stale load showed the record as it was before its intent.
            Form::WithoutFence => false,
            Form::OrphanHolds if !record.iter().any(claims) => true,
            _ if record.iter().any(|held| claims(held) && live(held)) => true,
            Form::LeavingUnfenced => false,
            _ => {
                record.retain(|held| !claims(held));
                false
            }
        }
    }

    /// The third write: the intent becomes a binding, in force at once or after the cooling-off.
    fn settle(&self, state: &mut State, bind: Bind) -> Option<Op> {
        let record = state.record_mut(bind.account);
        let intends = |held: &Held| {
            let own = held.nonce == bind.nonce || self.form == Form::AnyIntentSettles;
            own && held.phase == Phase::Intended
        };
        if self.form == Form::ClaimBeforeIntent {
            let Bind { address, nonce, .. } = bind;
            let (phase, replaces) = (Phase::Bound, FORGOTTEN);
            let (suspended, code) = (false, false);
            record.retain(|held| held.address != address);
            record.push(Held { address, nonce, phase, suspended, replaces, code });
            return None;
        }
        let mut new = record.remove(record.iter().position(intends)?);
        let replaced = record.iter_mut().find(|held| held.nonce == new.replaces);
        let at_once = replaced.as_ref().is_some_and(|held| held.suspended);
        let told = self.changes && record.iter().any(Held::in_force);
        let (by, waits) = (new.nonce, told && !at_once);
        new.phase = if waits { Phase::Waiting } else { Phase::Bound };
        let mut gone = None;
        if let Some(held) = record.iter_mut().find(|held| held.nonce == new.replaces) {
            held.phase = match held.phase {
                Phase::Bound if waits => Phase::Leaving(by),
                Phase::Bound | Phase::Leaving(_) if !waits => Phase::Left,
                other => other,
            };
            gone = Some((held.address, held.nonce));
        }
        // The order in which they will be in force.
        record.push(new);
        let mut left = self.sweep(record);
        if self.form == Form::ReplacedAtOnce {
            left.extend(gone.into_iter().flat_map(|(a, n)| self.keys(a).map(move |k| (k, n))));
        }
        let_go(bind.account, left)
    }

    /// Takes out what left; gives what of it may still be claimed.
    fn sweep(&self, record: &mut Vec<Held>) -> Vec<(Key, Nonce)> {
        let left = record.iter().filter(|held| held.phase == Phase::Left);
        let left = left.flat_map(|held| self.keys(held.address).map(|key| (key, held.nonce)));
        let left = left.collect();
        record.retain(|held| held.phase != Phase::Left);
        left
    }

    /// An address is given up; of one that waits this ends the change.
    pub(super) fn give_up(&self, state: &mut State, account: Account, at: usize) {
        let record = state.record_mut(account);
        let freed = record[at];
        let claims = self.keys(freed.address).map(|key| (key, freed.nonce)).collect();
        if self.form == Form::ReleaseClaimFirst {
            state.ops.push(Op::LetGo(account, claims));
            return;
        }
        record.remove(at);
        if freed.phase == Phase::Waiting {
            let others =
                |held: &&Held| held.phase == Phase::Waiting && held.replaces == freed.replaces;
            let by = record.iter().find(others).map(|held| held.nonce);
            let by = by.filter(|_| self.form != Form::OtherChangeForgotten);
            let ended = |held: &&mut Held| held.phase == Phase::Leaving(freed.nonce);
            let phase = by.map_or(Phase::Bound, Phase::Leaving);
            record.iter_mut().filter(ended).for_each(|held| held.phase = phase);
        }
        let mut left = self.sweep(record);
        left.extend::<Vec<_>>(claims);
        state.ops.extend(let_go(account, left));
    }

    /// The account is cancelled.
    pub(super) fn cancel(&self, state: &mut State, account: Account) {
        let freed = std::mem::take(state.record_mut(account));
        let claims = |held: Held| self.keys(held.address).map(move |key| (key, held.nonce));
        let left = freed.into_iter().flat_map(claims).collect();
        state.ops.extend(let_go(account, left));
    }

    /// A write has seen the first change of the account take effect.
    pub(super) fn pass(state: &mut State, account: Account) {
        let record = state.record_mut(account);
        let Some(new) = record.iter_mut().find(|held| held.phase == Phase::Waiting) else { return };
        new.phase = Phase::Bound;
        let by = new.nonce;
        for held in record.iter_mut().filter(|held| held.phase == Phase::Leaving(by)) {
            (held.phase, held.code) = (Phase::Left, false);
        }
    }

    /// Whether the code that was sent would be accepted now.
    pub(super) fn accepts(&self, state: &State, sent: Sent) -> bool {
        state.record(sent.account).iter().any(|held| match self.form {
            Form::CodeByAddress => held.address == sent.address && held.in_force(),
            _ => held.nonce == sent.nonce && held.in_force() && held.code,
        })
    }

    /// Marks the code that was sent once its address isn't the account's alone any more.
    pub(super) fn spoil(&self, state: &mut State) {
        let Some(mut sent) = state.sent else { return };
        let own = |(account, held): (Account, &Held)| {
            (account, held.nonce) == (sent.account, sent.nonce) && held.in_force()
        };
        let other = |(account, held): (Account, &Held)| {
            account != sent.account && held.address == sent.address && held.in_force()
        };
        let others = self.most == 1 && state.all().any(other);
        sent.spoiled |= others || !state.all().any(own);
        state.sent = Some(sent);
    }

    /// Whether, whatever else stopped for good and once those who hold it gave it up, any account
    /// can bind any address by going through the writes alone.
    pub(super) fn is_free(&self, state: &State) -> bool {
        let mut rest = state.clone();
        (rest.ops, rest.late) = (Vec::new(), Vec::new());
        for account in 0..self.accounts {
            while rest.record(account).iter().any(|held| held.phase == Phase::Waiting) {
                Self::pass(&mut rest, account);
            }
        }
        let never_lapse = self.form == Form::IntentForever;
        for record in &mut rest.records {
            record.retain(|held| match held.phase {
                Phase::Intended => never_lapse,
                phase => phase == Phase::Left,
            });
        }
        let each = |address| (0..self.accounts).map(move |account| (account, address));
        (0..self.addresses).flat_map(each).all(|(account, address)| {
            let mut alone = rest.clone();
            alone.record_mut(account).clear();
            self.binds_alone(alone, account, address)
        })
    }

    fn binds_alone(&self, mut state: State, account: Account, address: Address) -> bool {
        if self.intend(&mut state, account, (address, FORGOTTEN)).is_none() {
            return false;
        }
        while let Some(op) = state.ops.pop() {
            let next = match op {
                Op::Claim(Bind { key, .. }) => {
                    let seen = state.claims[usize::from(key)].holders.clone();
                    let present = present(&seen);
                    self.after_load(op, (&seen, present))
                }
                op => self.write(&mut state, op, false),
            };
            state.ops.extend(next);
            if state.record(account).iter().any(|held| held.address == address && held.is_bound()) {
                return true;
            }
        }
        false
    }
}

/// The claims to be left, one after the other.
fn let_go(account: Account, left: Vec<(Key, Nonce)>) -> Option<Op> {
    (!left.is_empty()).then_some(Op::LetGo(account, left))
}

/// What a swap expects after a load of the present.
pub(super) fn present(holders: &[Holder]) -> Expected {
    if holders.is_empty() { Expected::Absent } else { Expected::Present }
}
