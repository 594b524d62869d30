//! The arguments of a step.

use pinbolt::{
    Accepted, Authority, Caller, Channel, Document, Misuse, Operator, Proofs, op::Evidence,
};
use serde_json::Value;

use crate::{Fault, Saved};

/// The arguments of a step, with what was saved in the place of its names.
#[derive(Clone, Copy)]
pub(crate) struct Args<'a> {
    pub(crate) step: &'a Value,
    pub(crate) saved: &'a Saved,
}

impl<'a> Args<'a> {
    pub(crate) fn optional(&self, name: &str) -> Option<&'a str> {
        self.step.get(name).and_then(|value| self.resolved(value))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, Odd> {
        self.optional(name).ok_or_else(|| Odd::Story(format!("a step has no {name}").into()))
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&'a str>, Odd> {
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

    pub(crate) fn number(&self, name: &str, default: u64) -> Result<u64, Odd> {
        let Some(number) = self.step.get(name) else { return Ok(default) };
        number.as_u64().ok_or_else(|| Odd::Story(format!("{name} is no number").into()))
    }

    pub(crate) fn small(&self, name: &str) -> Result<u32, Odd> {
        let number = self.step.get(name).and_then(Value::as_u64);
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| Odd::Story(format!("a step has no {name}").into()))
    }

    /// Bytes in hexadecimal.
    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Odd> {
        let Some(text) = self.optional(name) else { return Ok(None) };
        let (pairs, _) = text.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        let bytes = pairs.iter().map(byte).collect::<Option<_>>();
        bytes.map(Some).ok_or_else(|| Odd::Story(format!("{name} isn't hexadecimal").into()))
    }

    pub(crate) fn evidence(&self) -> Evidence<'a> {
        Evidence {
            pin: self.optional("pin"),
            otp: self.optional("otp"),
            pin_then_otp: self.optional("pin_then_otp"),
            recovery_code: self.optional("recovery_code"),
        }
    }

    pub(crate) fn context(&self) -> &'a [u8] {
        self.optional("context").unwrap_or_default().as_bytes()
    }

    pub(crate) fn channel(&self) -> Result<Channel, Odd> {
        Ok(Channel::from_name(self.text("channel")?).ok_or(Misuse::Channel)?)
    }

    pub(crate) fn caller(&self) -> Result<Caller<'a>, Odd> {
        let caller = Caller::new(self.text("session")?.as_bytes());
        let caller = self.optional("source").map_or(caller, |source| caller.source(source));
        Ok(self.optional("known").map_or(caller, |token| caller.device(token)))
    }

    pub(crate) fn document(&self) -> Result<Document, Odd> {
        let part = |name: &str| self.step.pointer(&format!("/document/{name}"))?.as_str();
        match (part("kind"), part("country"), part("number")) {
            (Some(kind), Some(country), Some(number)) => Ok(Document::new(kind, country, number)?),
            _ => Err(Odd::Story("a step has no document".into())),
        }
    }

    pub(crate) fn operator(&self) -> Result<Option<Operator>, Odd> {
        let Some(name) = self.optional("operator") else { return Ok(None) };
        Ok(Some(Operator::new(name, self.text("reason")?)?))
    }

    pub(crate) fn named(&self) -> Result<Operator, Odd> {
        self.operator()?.ok_or_else(|| Odd::Story("a step has no operator".into()))
    }

    pub(crate) fn authority(&self, proofs: Vec<Accepted>) -> Result<Authority, Odd> {
        match proofs.is_empty() {
            true => self.named().map(Authority::from),
            false => self.proofs(proofs).map(Authority::from),
        }
    }

    pub(crate) fn proofs(&self, proofs: Vec<Accepted>) -> Result<Proofs, Odd> {
        let mut proofs = proofs.into_iter();
        match (proofs.next(), proofs.next()) {
            (Some(first), Some(second)) => Ok((first, second).into()),
            (Some(first), None) => Ok(first.into()),
            _ => Err(Odd::Story("a step has no proof".into())),
        }
    }
}

/// What keeps a verb from being called at all.
pub(crate) enum Odd {
    Misuse(Misuse),
    Story(Fault),
}

impl From<Misuse> for Odd {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}
