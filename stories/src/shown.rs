//! An outcome as JSON: what is seen of it through the face, times since the story's start.

use pinbolt::{
    Accepted, Assurance, Event, Refusal,
    driver::Error,
    op::{
        AddedToken, AddressState, Challenge, Delivered, Description, LedgerState, Message,
        TokenKind, TokenState,
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
        }))
    }

    pub(crate) fn accepted(self, accepted: &Accepted) -> Value {
        let context: String = accepted.context().iter().map(|byte| format!("{byte:02x}")).collect();
        json!({
            "granted": "accepted",
            "account": accepted.account(),
            "purpose": accepted.purpose(),
            "pin": accepted.factors().pin,
            "by_code": accepted.factors().code,
            "otp": accepted.factors().otp,
            "recovery_code": accepted.factors().recovery_code,
            "two_factors": accepted.assurance() == Assurance::TwoFactors,
            "lane": accepted.lane().name(),
            "session": String::from_utf8_lossy(accepted.session()),
            "context": context,
            "at": self.time(accepted.at()),
        })
    }

    pub(crate) fn begun(
        self,
        challenge: &Challenge,
        (delivered, messages): (&Value, &[Value]),
    ) -> Value {
        json!({
            "granted": "begun",
            "handle": challenge.handle,
            "reference": challenge.reference.to_string(),
            "expires": self.time(challenge.expires),
            "resend_at": self.time(challenge.resend_at),
            "sent": challenge.sent,
            "delivered": delivered,
            "messages": messages,
        })
    }

    pub(crate) fn message(self, message: &Message) -> Value {
        json!({
            "id": message.id(),
            "channel": message.channel().name(),
            "to": message.to(),
            "code": message.code(),
            "reference": message.reference().to_string(),
            "purpose": message.purpose(),
            "expires": self.time(message.expires()),
        })
    }

    pub(crate) fn description(self, description: &Description) -> Value {
        json!({
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
        })
    }

    fn address(self, address: &AddressState) -> Value {
        let bound = address.bound.map(|at| self.time(at));
        json!({ "masked": address.masked, "channel": address.channel.name(), "bound": bound })
    }

    fn token(self, token: &TokenState) -> Value {
        let (kind, counter, period, start) = match token.kind {
            TokenKind::Hotp { counter } => ("hotp", Some(counter), None, None),
            TokenKind::Totp { period, start } => ("totp", None, Some(period), Some(start)),
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
            "lane": event.lane.map(pinbolt::Lane::name),
            "channel": event.channel.as_ref().map(pinbolt::Channel::name),
            "operator": event.operator.as_ref().map(pinbolt::Operator::name),
            "reason": event.operator.as_ref().map(pinbolt::Operator::reason),
            "refusal": event.refusal,
            "token": event.token,
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

/// Without what there isn't.
fn full(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}
