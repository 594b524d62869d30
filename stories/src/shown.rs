//! An outcome as JSON: what is seen of it through the face, times since the story's start.

use pinbolt::{
    Accepted, Assurance, Event, Refusal,
    driver::Error,
    op::{
        AddedToken, AddressState, Challenge, Delivered, Description, DeviceState, IssuedTicket,
        LedgerState, Message, Offer, OutstandingCode, PeekedLink, Released, TokenKind, TokenState,
    },
};
use serde_json::{Value, json};

/// Shows times since the start of the story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) start: u64,
}

impl Shown {
    pub(crate) fn error(self, error: &Error) -> Value {
        match error {
            Error::Refused(refusal) => self.refusal(refusal),
            Error::Misuse(misuse) => {
                json!({ "misuse": misuse.name(), "code": misuse.code(), "sentence": misuse.sentence() })
            }
            Error::Failure(failure, _) => {
                json!({ "failure": failure.name(), "code": failure.code(), "sentence": failure.sentence() })
            }
        }
    }

    fn refusal(self, refusal: &Refusal) -> Value {
        full(json!({
            "refused": refusal.name(),
            "code": refusal.code(),
            "sentence": refusal.sentence(),
            "detail": refusal.detail(),
            "tries_left": refusal.tries_left(),
            "newest": refusal.newest().map(|newest| newest.to_string()),
            "until": refusal.until().map(|until| self.time(until)),
            "key": refusal.key().as_ref().map(pinbolt::Key::name),
        }))
    }

    pub(crate) fn accepted(self, accepted: &Accepted) -> Value {
        let context: String = accepted.context().iter().map(|byte| format!("{byte:02x}")).collect();
        full(json!({
            "granted": "accepted",
            "account": accepted.account(),
            "purpose": accepted.purpose(),
            "pin": accepted.factors().pin,
            "by_code": accepted.factors().code,
            "otp": accepted.factors().otp,
            "recovery_code": accepted.factors().recovery_code,
            "issued_code": yes(accepted.factors().issued_code),
            "link": yes(accepted.factors().link),
            "two_factors": accepted.assurance() > Assurance::OneFactor,
            "lane": accepted.lane().name(),
            "session": String::from_utf8_lossy(accepted.session()),
            "context": context,
            "at": self.time(accepted.at()),
        }))
    }

    pub(crate) fn begun(self, challenge: &Challenge, sent: (&Value, &[Value])) -> Value {
        let begun = json!({
            "granted": "begun",
            "handle": challenge.handle,
            "reference": challenge.reference.to_string(),
            "expires": self.time(challenge.expires),
            "resend_at": self.time(challenge.resend_at),
            "sent": challenge.sent,
            "offers": challenge.offers.iter().map(offer).collect::<Vec<_>>(),
        });
        self::sent(begun, sent)
    }

    pub(crate) fn message(self, message: &Message) -> Value {
        full(json!({
            "id": message.id(),
            "channel": message.channel().name(),
            "to": message.to(),
            "code": message.code(),
            "link": message.link(),
            "reference": message.reference().to_string(),
            "purpose": message.purpose(),
            "expires": self.time(message.expires()),
        }))
    }

    pub(crate) fn description(self, description: &Description) -> Value {
        let life = full(json!({
            "inactive": yes(description.inactive),
            "tied": description.tied.map(|at| self.time(at)),
            "devices": some(description.devices.iter().map(|d| self.device(d)).collect()),
        }));
        let all = json!({
            "granted": "description",
            "account": description.account,
            "enrolled": self.time(description.enrolled),
            "blocked": description.blocked,
            "pin_set": description.pin_set.map(|at| self.time(at)),
            "addresses": description.addresses.iter().map(|a| self.address(a)).collect::<Vec<_>>(),
            "tokens": description.tokens.iter().map(|t| self.token(t)).collect::<Vec<_>>(),
            "recovery_codes_left": description.recovery_codes_left,
            "ledgers": description.ledgers.iter().map(|l| self.ledger(l)).collect::<Vec<_>>(),
            "events": description.events.iter().map(|e| self.event(e)).collect::<Vec<_>>(),
        });
        and(life, all)
    }

    fn address(self, address: &AddressState) -> Value {
        let shown = full(json!({
            "masked": address.masked,
            "channel": address.channel.name(),
            "proven": address.proven.map(|at| self.time(at)),
            "stale": yes(address.stale),
            "from": address.from.map(|at| self.time(at)),
            "until": address.until.map(|at| self.time(at)),
            "suspended": address.suspended.map(|at| self.time(at)),
        }));
        let bound = address.bound.map(|at| self.time(at));
        and(shown, json!({ "bound": bound }))
    }

    fn device(self, device: &DeviceState) -> Value {
        json!({
            "device": device.device,
            "label": device.label,
            "added": self.time(device.added),
            "used": self.time(device.used),
        })
    }

    pub(crate) fn outstanding(self, codes: &[OutstandingCode]) -> Value {
        let code = |code: &OutstandingCode| {
            json!({
                "purpose": code.purpose,
                "channel": code.channel.name(),
                "reference": code.reference.to_string(),
                "expires": self.time(code.expires),
                "resend_at": self.time(code.resend_at),
            })
        };
        let codes: Vec<Value> = codes.iter().map(code).collect();
        json!({ "granted": "outstanding", "codes": codes })
    }

    pub(crate) fn ticket(self, issued: &IssuedTicket) -> Value {
        full(json!({
            "granted": "ticket",
            "issued_code": issued.code(),
            "link": issued.link(),
            "reference": issued.reference.to_string(),
            "expires": self.time(issued.expires),
        }))
    }

    pub(crate) fn released(self, released: &Released) -> Value {
        full(json!({
            "granted": "released",
            "leaves": released.leaves.map(|at| self.time(at)),
        }))
    }

    pub(crate) fn peeked(self, peeked: &PeekedLink) -> Value {
        full(json!({
            "granted": "peeked",
            "purpose": peeked.purpose,
            "expires": peeked.expires.map(|at| self.time(at)),
            "same_session": peeked.same_session,
            "needs_code": peeked.needs_code,
            "refused": peeked.refusal.as_ref().map(Refusal::name),
        }))
    }

    fn token(self, token: &TokenState) -> Value {
        let (kind, counter, period, start) = match token.kind {
            TokenKind::Hotp { counter } => ("hotp", Some(counter), None, None),
            TokenKind::Totp { period, start } => ("totp", None, Some(period), Some(start)),
            TokenKind::Steam => ("steam", None, None, None),
            _ => ("new to this player", None, None, None),
        };
        full(json!({
            "token": token.token,
            "label": token.label,
            "kind": kind,
            "counter": counter,
            "period": period,
            "start": start,
            "algorithm": token.algorithm.name(),
            "digits": token.digits,
            "added": self.time(token.added),
            "confirmed": token.confirmed.map(|at| self.time(at)),
            "used": token.used.map(|at| self.time(at)),
            "clock_ahead": token.clock_ahead,
        }))
    }

    fn ledger(self, ledger: &LedgerState) -> Value {
        json!({
            "authenticator": ledger.authenticator.name(),
            "lane": ledger.lane.name(),
            "failures": ledger.failures,
            "opens": ledger.opens.map(|at| self.time(at)),
            "disabled": ledger.disabled,
        })
    }

    fn event(self, event: &Event) -> Value {
        full(json!({
            "at": self.time(event.at),
            "kind": format!("{:?}", event.kind),
            "purpose": event.purpose,
            "beside": event.beside,
            "lane": event.lane.map(pinbolt::Lane::name),
            "channel": event.channel.as_ref().map(pinbolt::Channel::name),
            "operator": event.operator.as_ref().map(pinbolt::Operator::name),
            "reason": event.operator.as_ref().map(pinbolt::Operator::reason),
            "refusal": event.refusal,
            "token": event.token,
            "device": event.device,
        }))
    }

    fn time(self, at: u64) -> i64 {
        let time = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
        time(at).saturating_sub(time(self.start))
    }
}

pub(crate) fn added(added: &AddedToken) -> Value {
    let hex = |secret: &[u8]| secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    full(json!({
        "granted": "added_token", "token": added.token, "secret": added.secret().map(hex),
    }))
}

fn offer(offer: &Offer) -> Value {
    full(json!({ "channel": offer.channel.name(), "masked": offer.masked }))
}

/// With what became of its messages.
pub(crate) fn sent(shown: Value, (delivered, messages): (&Value, &[Value])) -> Value {
    and(shown, json!({ "delivered": delivered, "messages": messages }))
}

pub(crate) fn delivered(delivered: Delivered) -> Value {
    match delivered {
        Delivered::Sent => "sent",
        Delivered::Refused => "refused",
        Delivered::Unknown => "unknown",
        Delivered::Nothing => "nothing",
        _ => "new to this player",
    }
    .into()
}

fn yes(is: bool) -> Option<bool> {
    is.then_some(true)
}

fn some(values: Vec<Value>) -> Option<Vec<Value>> {
    Some(values).filter(|values| !values.is_empty())
}

/// One more.
fn and(mut shown: Value, more: Value) -> Value {
    if let (Some(fields), Value::Object(more)) = (shown.as_object_mut(), more) {
        fields.extend(more);
    }
    shown
}

/// Without what there isn't.
fn full(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}
