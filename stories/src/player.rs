//! The Rust player: each step through `pinbolt::driver::Engine` and `pinbolt_open`.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use pinbolt::{
    Accepted, Authenticator, Authority, Caller, Channel, Misuse, Operator, Pinbolt,
    driver::{Clock, Delivery, Engine, Error, Granted, Handover, Store},
    oath::Algorithm,
    op::{
        AddToken, Begin, Block, Cancel, CancelAccount, ChangePin, Confirm, ConfirmToken, Describe,
        Enroll, Evidence, Finish, IssueRecoveryCodes, Message, RemoveToken, Resend, ResetPin,
        ResyncToken, TokenKind, TokenSecret, Unblock, Unlock, Verb, Verify,
    },
};
use serde_json::{Value, json};

use crate::{
    Fault, Saved, Story,
    shown::{self, Shown},
};

type Face = Engine<Box<dyn Store>, Gateway, Hand>;

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
        let proof = match step.get("proof") {
            Some(proof) => match self.act(face, Args { step: proof, saved }, None)? {
                Ok(Granted::Accepted(accepted)) => Some(accepted),
                Ok(_) => return Err("a proof is made by finish or verify".into()),
                Err(error) => return Ok(self.gateway.shown.error(&error)),
            },
            None => None,
        };
        let granted = self.act(face, Args { step: &step, saved }, proof)?;
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
        proof: Option<Accepted>,
    ) -> Result<Result<Granted, Error>, Fault> {
        let at = args.step.get("at").and_then(Value::as_u64).ok_or("a step has no time")?;
        self.clock.0.store(self.story.start().saturating_add(at), Ordering::Relaxed);
        let granted = verb(face, &args, proof);
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
            Ok(Granted::AddedToken(added)) => shown::added(&added),
            Ok(Granted::RecoveryCodes(codes)) => {
                json!({ "granted": "recovery_codes", "codes": codes.iter().collect::<Vec<_>>() })
            }
            Ok(Granted::Description(description)) => shown.description(&description),
            Ok(_) => return Err("a grant that is new to this player".into()),
        })
    }
}

/// What keeps a verb from being called at all.
enum Odd {
    Misuse(Misuse),
    Story(Fault),
}

impl From<Misuse> for Odd {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

fn verb(
    face: &Face,
    args: &Args<'_>,
    proof: Option<Accepted>,
) -> Result<Result<Granted, Error>, Odd> {
    let account = || args.text("account");
    Ok(match args.step.get("verb").and_then(Value::as_str).unwrap_or_default() {
        "enroll" => {
            let addresses = args.texts("addresses")?;
            let (account, pin) = (account()?, args.optional("pin"));
            let asserted_by = args.operator()?;
            run(face, Enroll { account, pin, addresses: &addresses, asserted_by })
        }
        "confirm" => {
            let (account, address, caller) = (account()?, args.text("address")?, args.caller()?);
            run(
                face,
                Confirm {
                    account,
                    address,
                    replaces: None,
                    authority: args.authority(proof)?,
                    caller,
                },
            )
        }
        "begin" => {
            let (name, purpose) = (args.text("name")?, args.text("purpose")?);
            let (pin, channel) = (args.optional("pin"), args.channel()?);
            let (caller, context) = (args.caller()?, args.context());
            run(face, Begin { name, purpose, pin, channel, caller, context })
        }
        "resend" => {
            let (handle, channel) = (args.text("handle")?, args.channel()?);
            run(face, Resend { handle, channel, caller: args.caller()? })
        }
        "finish" => {
            let (purpose, handle) = (args.text("purpose")?, args.text("handle")?);
            let (code, caller) = (args.text("code")?, args.caller()?);
            run(face, Finish { purpose, handle, code, caller, context: args.context() })
        }
        "verify" => {
            let (name, purpose, evidence) =
                (args.text("name")?, args.text("purpose")?, args.evidence());
            let (caller, context) = (args.caller()?, args.context());
            run(face, Verify { name, purpose, evidence, caller, context })
        }
        "add_token" => add_token(face, args, args.authority(proof)?)?,
        "confirm_token" => {
            let (token, code, caller) = (args.small("token")?, args.text("code")?, args.caller()?);
            run(face, ConfirmToken { account: account()?, token, code, caller })
        }
        "resync_token" => {
            let (token, caller) = (args.small("token")?, args.caller()?);
            let (first, second) = (args.text("first")?, args.text("second")?);
            run(face, ResyncToken { account: account()?, token, first, second, caller })
        }
        "remove_token" => {
            let (token, authority) = (args.small("token")?, args.authority(proof)?);
            run(face, RemoveToken { account: account()?, token, authority })
        }
        "issue_recovery_codes" => {
            let authority = args.authority(proof)?;
            run(face, IssueRecoveryCodes { account: account()?, authority })
        }
        "cancel" => run(face, Cancel { handle: args.text("handle")?, caller: args.caller()? }),
        "change_pin" => {
            let (old, new) = (args.text("old")?, args.text("new")?);
            run(face, ChangePin { account: account()?, old, new, caller: args.caller()? })
        }
        "reset_pin" => {
            let (new, authority) = (args.text("new")?, args.authority(proof)?);
            run(face, ResetPin { account: account()?, new, authority })
        }
        "unlock" => {
            let what = Authenticator::from_name(args.text("authenticator")?);
            let (authenticator, authority) = (what.ok_or(Misuse::Value)?, args.authority(proof)?);
            run(face, Unlock { account: account()?, authenticator, authority })
        }
        "block" => run(face, Block { account: account()?, operator: args.named()? }),
        "unblock" => run(face, Unblock { account: account()?, operator: args.named()? }),
        "cancel_account" => {
            let authority = args.authority(proof)?;
            run(face, CancelAccount { account: account()?, authority })
        }
        "describe" => run(face, Describe { account: account()? }),
        odd => return Err(Odd::Story(format!("there is no verb {odd:?}").into())),
    })
}

fn add_token(
    face: &Face,
    args: &Args<'_>,
    authority: Authority,
) -> Result<Result<Granted, Error>, Odd> {
    let (given, short) = (args.bytes("secret")?, args.bytes("dangerously_short_secret")?);
    let secret = match (&given, &short) {
        (Some(given), _) => TokenSecret::Given(given),
        (None, Some(short)) => TokenSecret::DangerouslyShort(short),
        (None, None) => TokenSecret::Generated,
    };
    let kind = match args.text("kind")? {
        "totp" => TokenKind::Totp {
            period: args.number("period", 30)?.try_into().map_err(|_| Misuse::Value)?,
            start: args.number("start", 0)?,
        },
        "hotp" => TokenKind::Hotp { counter: args.number("counter", 0)? },
        _ => return Err(Misuse::Value.into()),
    };
    let algorithm = args.optional("algorithm").unwrap_or("SHA1");
    Ok(run(
        face,
        AddToken {
            account: args.text("account")?,
            label: args.text("label")?,
            kind,
            algorithm: Algorithm::from_name(algorithm).ok_or(Misuse::Value)?,
            digits: args.number("digits", 6)?.try_into().map_err(|_| Misuse::Value)?,
            secret,
            confirmed: args.step.get("confirmed").and_then(Value::as_bool).unwrap_or_default(),
            authority,
        },
    ))
}

fn run<V: Verb>(face: &Face, verb: V) -> Result<Granted, Error>
where
    Granted: From<V::Output>,
{
    face.run(verb).map(Granted::from)
}

/// The arguments of a step, with what was saved in the place of its names.
#[derive(Clone, Copy)]
struct Args<'a> {
    step: &'a Value,
    saved: &'a Saved,
}

impl<'a> Args<'a> {
    fn optional(&self, name: &str) -> Option<&'a str> {
        self.step.get(name).and_then(|value| self.resolved(value))
    }

    fn text(&self, name: &str) -> Result<&'a str, Odd> {
        self.optional(name).ok_or_else(|| Odd::Story(format!("a step has no {name}").into()))
    }

    fn texts(&self, name: &str) -> Result<Vec<&'a str>, Odd> {
        let values = self.step.get(name).and_then(Value::as_array);
        let texts = values.map(|values| values.iter().map(|v| self.resolved(v)).collect());
        texts.flatten().ok_or_else(|| Odd::Story(format!("a step has no {name}").into()))
    }

    fn resolved(&self, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str()?;
        match text.strip_prefix('$') {
            Some(name) => self.saved.get(name).and_then(Value::as_str),
            None => Some(text),
        }
    }

    fn number(&self, name: &str, default: u64) -> Result<u64, Odd> {
        let Some(number) = self.step.get(name) else { return Ok(default) };
        number.as_u64().ok_or_else(|| Odd::Story(format!("{name} is no number").into()))
    }

    fn small(&self, name: &str) -> Result<u32, Odd> {
        let number = self.step.get(name).and_then(Value::as_u64);
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| Odd::Story(format!("a step has no {name}").into()))
    }

    /// Bytes in hexadecimal.
    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Odd> {
        let Some(text) = self.optional(name) else { return Ok(None) };
        let (pairs, _) = text.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        let bytes = pairs.iter().map(byte).collect::<Option<_>>();
        bytes.map(Some).ok_or_else(|| Odd::Story(format!("{name} isn't hexadecimal").into()))
    }

    fn evidence(&self) -> Evidence<'a> {
        Evidence {
            pin: self.optional("pin"),
            otp: self.optional("otp"),
            pin_then_otp: self.optional("pin_then_otp"),
            recovery_code: self.optional("recovery_code"),
        }
    }

    fn context(&self) -> &'a [u8] {
        self.optional("context").unwrap_or_default().as_bytes()
    }

    fn channel(&self) -> Result<Channel, Odd> {
        Ok(Channel::from_name(self.text("channel")?).ok_or(Misuse::Channel)?)
    }

    fn caller(&self) -> Result<Caller<'a>, Odd> {
        let caller = Caller::new(self.text("session")?.as_bytes());
        Ok(self.optional("source").map_or(caller, |source| caller.source(source)))
    }

    fn operator(&self) -> Result<Option<Operator>, Odd> {
        let Some(name) = self.optional("operator") else { return Ok(None) };
        Ok(Some(Operator::new(name, self.text("reason")?)?))
    }

    fn named(&self) -> Result<Operator, Odd> {
        self.operator()?.ok_or_else(|| Odd::Story("a step has no operator".into()))
    }

    fn authority(&self, proof: Option<Accepted>) -> Result<Authority, Odd> {
        match proof {
            Some(accepted) => Ok(accepted.into()),
            None => self.named().map(Authority::from),
        }
    }
}

/// A clock that stands where the step says.
#[derive(Clone, Debug, Default)]
struct Hand(Arc<AtomicU64>);

impl Clock for Hand {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn pause(&self, _milliseconds: u64) {}
}

/// Keeps the messages of a step, and answers as the step says.
#[derive(Clone, Debug)]
struct Gateway {
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
