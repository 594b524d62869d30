//! The Rust player: each step through `pinbolt::driver::Engine` and `pinbolt_open`.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use pinbolt::{
    Accepted, Pinbolt,
    driver::{Clock, Delivery, Engine, Error, Granted, Handover, Store},
    op::Message,
};
use serde_json::{Value, json};

use crate::{
    Fault, Story,
    args::{Args, Odd},
    moving,
    shown::{self, Shown},
    verbs,
};

pub(crate) type Face = Engine<Box<dyn Store>, Gateway, Hand>;

/// Plays steps on one store.
#[derive(Debug)]
pub struct Player {
    story: Story,
    url: String,
    faces: BTreeMap<String, Face>,
    clock: Hand,
    gateway: Gateway,
}

impl Player {
    /// A player of `story` on the store of `url`.
    #[must_use]
    pub fn new(story: Story, url: &str) -> Self {
        let gateway = Gateway { shown: Shown { start: story.start() }, desk: Arc::default() };
        let (url, clock) = (url.into(), Hand::default());
        Self { story, url, faces: BTreeMap::new(), clock, gateway }
    }

    /// Plays the turn `{"step": number or a step itself, "saved": {..}}`.
    ///
    /// # Errors
    /// The story is at fault, or the store can't be opened.
    pub fn play(&mut self, turn: &Value) -> Result<Value, Fault> {
        let step = match turn.get("step") {
            Some(Value::Number(number)) => {
                let number = number.as_u64().and_then(|n| usize::try_from(n).ok());
                number.and_then(|number| self.story.steps().get(number)).cloned()
            }
            step => step.cloned(),
        };
        let step = step.ok_or("there is no such step")?;
        let saved = turn.get("saved").and_then(Value::as_object).ok_or("nothing is saved")?;
        let name = step.get("in").and_then(Value::as_str).unwrap_or("main").to_owned();
        self.open(&name)?;
        let face = self.faces.get(&name).ok_or("no such installation")?;
        self.gateway.answers(step.get("gateway").and_then(Value::as_str));
        let mut proofs = Vec::new();
        for proof in proving(&step) {
            match self.act(face, Args { step: proof, saved }, Vec::new())? {
                Ok(Granted::Accepted(accepted)) => proofs.push(accepted),
                Ok(_) => return Err("a proof is made by finish, verify or redeem".into()),
                Err(error) => return Ok(self.gateway.shown.error(&error)),
            }
        }
        let granted = self.act(face, Args { step: &step, saved }, proofs)?;
        self.shown(face, granted)
    }

    fn open(&mut self, name: &str) -> Result<(), Fault> {
        if !self.faces.contains_key(name) {
            let keys = pinbolt_open::keys::parse(&self.story.installation(name, "keys")?)?;
            let policy = pinbolt_open::policy::parse(&self.story.installation(name, "policy")?)?;
            let pinbolt = Pinbolt::open(keys, policy, &self.story.installation(name, "tenant")?)?;
            let store = pinbolt_open::store(&self.url)?;
            let face = Engine::new(pinbolt, store, self.gateway.clone());
            self.faces.insert(name.into(), face.with_clock(self.clock.clone()));
        }
        Ok(())
    }

    /// Runs one verb at its step's time.
    fn act(
        &self,
        face: &Face,
        args: Args<'_>,
        proofs: Vec<Accepted>,
    ) -> Result<Result<Granted, Error>, Fault> {
        let at = args.step.get("at").and_then(Value::as_u64).ok_or("a step has no time")?;
        self.clock.0.store(self.story.start().saturating_add(at), Ordering::Relaxed);
        let granted = verbs::verb(face, &args, proofs);
        granted.or_else(|odd| match odd {
            Odd::Misuse(misuse) => Ok(Err(Error::Misuse(misuse))),
            Odd::Story(fault) => Err(fault),
        })
    }

    fn shown(&self, face: &Face, granted: Result<Granted, Error>) -> Result<Value, Fault> {
        let shown = self.gateway.shown;
        Ok(match granted {
            Err(error) => shown.error(&error),
            Ok(Granted::Nothing) => json!({ "granted": "nothing" }),
            Ok(Granted::Accepted(accepted)) => shown.accepted(&accepted),
            Ok(Granted::Begun(begun)) => {
                let delivered = match face.deliver(begun.dispatch) {
                    Ok(delivered) => shown::delivered(delivered),
                    Err(error) => shown.error(&error),
                };
                shown.begun(&begun.challenge, (&delivered, &self.gateway.taken()))
            }
            Ok(Granted::Enrolled(enrolled)) => json!({
                "granted": "enrolled", "bound": enrolled.bound, "candidates": enrolled.candidates,
            }),
            Ok(Granted::Unlocked(unlocked)) => {
                json!({ "granted": "unlocked", "refilled": unlocked.refilled })
            }
            Ok(Granted::Imported(imported)) => moving::imported(&imported),
            Ok(Granted::AddedToken(added)) => shown::added(&added),
            Ok(Granted::RecoveryCodes(codes)) => {
                json!({ "granted": "recovery_codes", "codes": codes.iter().collect::<Vec<_>>() })
            }
            Ok(Granted::RememberedDevice(remembered)) => json!({
                "granted": "remembered_device", "device": remembered.device,
                "token": remembered.token(),
            }),
            Ok(Granted::Outstanding(codes)) => shown.outstanding(&codes),
            Ok(Granted::IssuedTicket(issued)) => {
                let ticket = shown.ticket(&issued);
                let delivered = match face.deliver(issued.dispatch) {
                    Ok(delivered) => shown::delivered(delivered),
                    Err(error) => shown.error(&error),
                };
                shown::sent(ticket, (&delivered, &self.gateway.taken()))
            }
            Ok(Granted::Released(released)) => {
                let leaves = shown.released(&released);
                let delivered = match face.deliver(released.dispatch) {
                    Ok(delivered) => shown::delivered(delivered),
                    Err(error) => shown.error(&error),
                };
                shown::sent(leaves, (&delivered, &self.gateway.taken()))
            }
            Ok(Granted::PeekedLink(peeked)) => shown.peeked(&peeked),
            Ok(Granted::Accounts(accounts)) => {
                json!({ "granted": "accounts", "accounts": accounts })
            }
            Ok(Granted::Description(description)) => shown.description(&description),
            Ok(_) => return Err("a grant that is new to this player".into()),
        })
    }
}

/// The steps that make a step's proofs.
fn proving(step: &Value) -> &[Value] {
    match step.get("proof") {
        Some(Value::Array(two)) => two,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// A clock that stands where the step says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hand(Arc<AtomicU64>);

impl Clock for Hand {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn pause(&self, _milliseconds: u64) {}
}

/// Keeps the messages of a step, and answers as the step says.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    shown: Shown,
    desk: Arc<Mutex<(Option<String>, Vec<Value>)>>,
}

impl Gateway {
    fn answers(&self, how: Option<&str>) {
        *self.desk.lock().unwrap_or_else(PoisonError::into_inner) =
            (how.map(String::from), Vec::new());
    }

    fn taken(&self) -> Vec<Value> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Delivery for Gateway {
    fn deliver(&self, message: &Message) -> Handover {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.1.push(self.shown.message(message));
        match desk.0.as_deref() {
            Some("refused") => Handover::Refused,
            Some("unknown") => Handover::Unknown,
            _ => Handover::Sent,
        }
    }
}
