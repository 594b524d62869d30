//! Engine and model side by side. Where the store may have failed there are several models, one
//! for each state that may stand; what the engine then says must fit one of them.

use std::{collections::BTreeMap, sync::OnceLock};

use pinbolt::{Reference, Refusal, op::Begun};

use super::{
    commands::{
        ANA, Act, Command, Given, Meaning, NAMES, NO_PHONE, NOBODY, Otp, PURPOSES, RUI, Recovery,
        Typed,
    },
    engine::{Engine, LIST},
    model::{Handle, Model, Said},
    rows::{Challenge, DAY, Row},
    tokens::Token,
};

const NOW: u64 = 1_800_000_000_000;
/// More states than this can't be told apart any more: a mistake in the test.
const MOST: usize = 5_000;

#[derive(Debug)]
pub struct World {
    engine: Engine,
    /// Every state that may stand.
    models: Vec<Model>,
    handles: Vec<String>,
    codes: Vec<Option<String>>,
    /// The rows of the lists of recovery codes.
    lists: Vec<usize>,
    guesses: u64,
    /// How often each answer was heard.
    pub heard: BTreeMap<&'static str, u64>,
}

impl World {
    pub fn new() -> Self {
        let mut engine = Engine::new(NOW);
        engine.enroll("ana", &[NAMES[1].0, NAMES[2].0]);
        engine.enroll("rui", &[NAMES[4].0]);
        engine.add_token("ana", (ANA, 0), false);
        engine.add_token("ana", (ANA, 1), true);
        engine.add_token("rui", (RUI, 0), false);
        let row = |known, channels| Row::new(known, channels, if known { NOW } else { 0 });
        let mut rows = vec![
            row(true, [true, true]),
            row(true, [true, false]),
            row(false, [false; 2]),
            row(false, [false; 2]),
        ];
        rows[ANA].tokens = vec![Token::new(false), Token::new(true)];
        rows[RUI].tokens = vec![Token::new(false)];
        rows[NOBODY].seems = seeming()[0];
        rows[NO_PHONE].seems = seeming()[1];
        Self {
            engine,
            models: vec![Model::new(rows)],
            handles: Vec::new(),
            codes: Vec::new(),
            lists: Vec::new(),
            guesses: 0,
            heard: BTreeMap::new(),
        }
    }

    /// Does it on both sides.
    ///
    /// # Panics
    /// Where the engine's answer fits no state that may stand.
    pub fn run(&mut self, command: Command) {
        match command.meaning() {
            Meaning::Later(span) => self.engine.now += span,
            // Never before the first day: that would be misuse.
            Meaning::Earlier(span) => self.engine.now = (self.engine.now - span).max(NOW / 2),
            Meaning::Overload(hashes) => self.engine.overload = Some(hashes),
            Meaning::Gateway(says) => self.engine.gateway = says,
            Meaning::Fault(fault) => self.engine.store.next(fault),
            meaning => {
                if let Some(act) = self.decide(meaning) {
                    self.act(&act);
                }
            }
        }
    }

    /// The act that a command means now.
    fn decide(&mut self, meaning: Meaning) -> Option<Act> {
        let model = &self.models[0];
        let pin = |row: usize, right: bool| {
            let pin = model.rows[row].pin;
            if right { pin } else { (pin + 1) % 3 }
        };
        let last = self.handles.len().checked_sub(1);
        let at = |back: usize| Some(last?.saturating_sub(back));
        let asked = |handle: usize, other: bool| {
            let Handle { session, context, .. } = model.handles[handle];
            (session ^ u8::from(other), context)
        };
        let hashes = |n: u32| self.engine.overload != Some(n);
        Some(match meaning {
            Meaning::Begin { name, purpose, right, channel, other } => {
                let (name, row) = NAMES[name];
                let pin = (purpose == 0).then(|| pin(row, right));
                let (session, context, hashed) = (u8::from(other), u8::from(!right), hashes(0));
                Act::Begin { name, row, purpose, pin, channel, session, context, hashed }
            }
            Meaning::Finish { back, code, other } => {
                let handle = at(back)?;
                let (session, context) = asked(handle, other);
                let purpose = model.handles[handle].purpose;
                let known = |back: usize| self.codes[handle.saturating_sub(back)].clone();
                let code = match code {
                    Typed::Own => known(0),
                    Typed::Before(back) => known(back),
                    Typed::Malformed => {
                        return Some(Act::Finish { handle, purpose, code: None, session, context });
                    }
                    Typed::Wrong => None,
                };
                self.guesses += 1;
                let code = code.unwrap_or_else(|| format!("{:06}", self.guesses * 7 % 1_000_000));
                Act::Finish { handle, purpose, code: Some(code), session, context }
            }
            Meaning::Resend { back, channel, other } => {
                let handle = at(back)?;
                Act::Resend { handle, channel, session: asked(handle, other).0 }
            }
            Meaning::Cancel { back, other } => {
                let handle = at(back)?;
                Act::Cancel { handle, session: asked(handle, other).0 }
            }
            Meaning::Verify { name, purpose, right, otp, recovery, joined, lane } => {
                let (name, row) = NAMES[name];
                let (purpose, asks_pin, asks_otp, asks_recovery) = PURPOSES[purpose];
                let given = Given {
                    pin: asks_pin.then(|| pin(row, right)),
                    otp: asks_otp.then(|| self.near(row, otp)),
                    recovery: asks_recovery.then(|| self.listed(row, recovery)),
                    joined: joined && asks_pin && asks_otp,
                };
                let twice = asks_pin && asks_recovery;
                let hashed = hashes(0) && (!twice || hashes(1));
                Act::Verify { name, row, purpose, given, lane, hashed }
            }
            Meaning::Resync { name, token, far, apart } => {
                let (name, row) = id(name);
                let token = token % model.rows[row].tokens.len().max(1);
                let now = model.rows[row].tokens.get(token).map_or(0, |t| t.now(self.engine.now));
                let first = now + far;
                let second = first + 1 + u64::from(apart);
                Act::Resync { name, row, token, first, second }
            }
            Meaning::Issue { name } => {
                let (name, row) = id(name);
                self.lists.push(row);
                let (list, hashed) = (self.lists.len() - 1, hashes(0) && hashes(1));
                Act::Issue { name, row, list, hashed }
            }
            Meaning::ChangePin { name, right, new } => {
                let (name, row) = id(name);
                let (old, hashed) = (pin(row, right), (hashes(0), hashes(1)));
                Act::ChangePin { name, row, old, new, hashed }
            }
            Meaning::Unlock { name, ledger } => {
                let (name, row) = id(name);
                Act::Unlock { name, row, ledger }
            }
            Meaning::Block { name, on } => {
                let (name, row) = id(name);
                Act::Block { name, row, on }
            }
            _ => return None,
        })
    }

    /// A token's code so far from the one that is right now; as for nobody, any.
    fn near(&self, row: usize, otp: Otp) -> Option<(usize, u64)> {
        let Otp::Near { token, off } = otp else { return None };
        let tokens = &self.models[0].rows[row].tokens;
        let token = token % tokens.len().max(1);
        let now = tokens.get(token).map_or(7, |token| token.now(self.engine.now));
        Some((token, now.saturating_add_signed(off)))
    }

    /// A code of a list of the row's that was shown, the newest first.
    fn listed(&self, row: usize, recovery: Recovery) -> Option<(usize, usize)> {
        let Recovery::Of(back, at) = recovery else { return None };
        let own = (0..self.lists.len()).rev().filter(|list| self.lists[*list] == row);
        let list = own.filter(|list| self.engine.knows(*list)).nth(back)?;
        Some((list, at % LIST))
    }

    fn act(&mut self, act: &Act) {
        let before = self.engine.store.injected();
        let (said, begun, refusal) = self.engine.act(act, &self.handles);
        let faulty = self.settle_faults(before);
        *self.heard.entry(said.name()).or_default() += 1;
        let by = match act {
            Act::Verify { purpose, .. } if said == Said::Proof => Some(*purpose),
            Act::Resync { .. } if said == Said::Done => Some("found again"),
            _ => None,
        };
        by.into_iter().for_each(|by| *self.heard.entry(by).or_default() += 1);
        let states = std::mem::take(&mut self.models);
        let mut fits = Vec::new();
        for model in &states {
            for (writes_left, spending) in ways(act, faulty) {
                let mut after = model.clone();
                (after.writes_left, after.spending) = (writes_left, spending);
                let predicted = after.step(act, self.engine.now);
                let whole = (u32::MAX, (1, true));
                (after.writes_left, after.spending) = whole;
                if faulty && said == Said::Failed {
                    after.handles.truncate(model.handles.len());
                } else if writes_left != u32::MAX
                    || !self.agree(&after, act, &predicted, refusal, &said)
                {
                    continue;
                }
                if !fits.contains(&after) {
                    fits.push(after);
                }
            }
        }
        assert!(
            !fits.is_empty(),
            "{act:?} at {} said {said:?} {refusal:?}; the model: {:?}",
            self.engine.now - NOW,
            states.iter().map(|model| model.clone().step(act, self.engine.now)).collect::<Vec<_>>(),
        );
        assert!(fits.len() <= MOST, "too many states to tell apart");
        self.models = fits;
        if let Some(begun) = begun {
            self.issued(begun);
        }
        self.describe(ANA);
        self.describe(RUI);
    }

    /// Ends the outage, if there was one; whether anything failed during the act.
    fn settle_faults(&mut self, before: u64) -> bool {
        self.engine.store.revive();
        self.engine.store.release_delayed();
        self.engine.store.injected() > before
    }

    fn agree(
        &self,
        after: &Model,
        act: &Act,
        predicted: &Said,
        refusal: Option<Refusal>,
        said: &Said,
    ) -> bool {
        let (Said::No("Superseded", number), Some(Refusal::Superseded { newest })) =
            (predicted, refusal)
        else {
            return predicted == said;
        };
        let (Act::Finish { handle, .. } | Act::Resend { handle, .. } | Act::Cancel { handle, .. }) =
            act
        else {
            return false;
        };
        let Handle { row, purpose, .. } = after.handles[*handle];
        let record = after.rows[row].at(self.engine.now);
        let known = record.series[purpose].all[*number as usize].reference;
        known.is_none_or(|reference| reference == newest)
    }

    /// A challenge was issued: its code arrives exactly where the model says.
    fn issued(&mut self, begun: Begun) {
        let Begun { challenge, dispatch, .. } = begun;
        self.handles.push(challenge.handle.clone());
        let handle = self.handles.len() - 1;
        let before = self.engine.store.injected();
        let (arrived, said) = self.engine.deliver(dispatch);
        let faulty = self.settle_faults(before);
        self.codes.push(arrived.as_ref().map(|arrived| arrived.code.clone()));
        let refused = arrived.is_some() && self.engine.gateway == 1;
        let now = self.engine.now;
        let mut states = Vec::new();
        for mut model in std::mem::take(&mut self.models) {
            let Handle { row, purpose, number, .. } = model.handles[handle];
            let all = &mut model.rows[row].series[purpose].all;
            if !follows(all, number, challenge.reference) {
                continue;
            }
            let issued = &mut all[number];
            issued.reference = Some(challenge.reference);
            if challenge.sent {
                assert_eq!(issued.phantom, arrived.is_none(), "a phantom is never delivered");
            } else {
                assert!(arrived.is_none(), "nothing is sent within the cooldown");
                self.codes[handle].clone_from(&issued.code);
            }
            if let Some(arrived) = &arrived {
                let again = issued.code.get_or_insert_with(|| arrived.code.clone());
                assert_eq!(*again, arrived.code, "redelivered means the same code");
                let own = |(name, of): &(&str, usize)| *of == row && *name == arrived.to;
                assert!(NAMES.iter().any(own), "delivered to somebody else");
            }
            if faulty {
                states.push(model.clone());
            }
            if refused {
                model.undelivered(handle, now);
            }
            states.push(model);
        }
        assert!(faulty || said == Said::Done, "{said:?}");
        assert!(!states.is_empty(), "the reference {} follows no other", challenge.reference);
        states.dedup();
        self.models = states;
    }

    /// What an operator sees is what the model counts; it also tells states apart.
    fn describe(&mut self, row: usize) {
        let before = self.engine.store.injected();
        let seen = self.engine.describe(row);
        let faulty = self.settle_faults(before);
        if faulty {
            return;
        }
        let now = self.engine.now;
        let states = self.models.clone();
        self.models.retain(|model| {
            let record = model.rows[row].at(now);
            let counted = record.ledgers.iter().filter(|(_, ledger)| ledger.count > 0);
            let counted = counted.map(|((which, lane), ledger)| (*which, *lane, ledger.count));
            let shown = |token: &Token| match token.clock {
                true => (None, token.offset + token.drift),
                false => (Some(token.next), 0),
            };
            let tokens = record.tokens.iter().map(shown).collect();
            let left = record.list.as_ref().map(|(_, used)| LIST - used.len());
            seen == Some((record.blocked, counted.collect(), tokens, left))
        });
        assert!(!self.models.is_empty(), "an operator sees {seen:?}, the model {states:?}");
    }
}

/// Whatever may have become of the act's writes.
fn ways(act: &Act, faulty: bool) -> Vec<(u32, (u32, bool))> {
    if !faulty {
        return vec![(u32::MAX, (1, true))];
    }
    let writes = [u32::MAX, 0, 1, 2, 3, 4, 5];
    let spendings: &[(u32, bool)] = match act.spends() {
        true => &[(1, true), (2, true), (3, true), (0, false), (1, false), (2, false), (3, false)],
        false => &[(1, true)],
    };
    writes.iter().flat_map(|left| spendings.iter().map(|way| (*left, *way))).collect()
}

/// How many tokens each of the two unknown names seems to have. It is by their keyed rows, which a
/// model can't know, and so seen once.
fn seeming() -> [u32; 2] {
    static SEEN: OnceLock<[u32; 2]> = OnceLock::new();
    *SEEN.get_or_init(|| [NAMES[5].0, NAMES[7].0].map(|name| Engine::new(NOW).seems(name)))
}

/// The account id among the names, for verbs that take no address.
fn id(name: usize) -> (&'static str, usize) {
    match NAMES[name].1 {
        ANA => ("ana", ANA),
        RUI => ("rui", RUI),
        row => ("nobody", row),
    }
}

/// A challenge keeps its reference. They rise by one, until five days pass without a challenge.
fn follows(all: &[Challenge], number: usize, reference: Reference) -> bool {
    if let Some(own) = all[number].reference {
        return own == reference;
    }
    let Some(before) = number.checked_sub(1).map(|before| &all[before]) else { return true };
    let quiet = all[number].issued.saturating_sub(before.issued) > 5 * DAY;
    let rises = |before| (order(before) + 1) % 13_824 == order(reference);
    quiet || before.reference.is_none_or(rises)
}

fn order(reference: Reference) -> usize {
    let letter = |letter| "ABCDEFGHJKLMNPQRSTUVWXYZ".find(letter).unwrap();
    reference.letters().into_iter().fold(0, |order, next| order * 24 + letter(next))
}
