//! What a person signs in for, and what that asks of him.

use alloc::{format, string::String, vec::Vec};
use minicbor::{Decode, Encode};

use super::PolicyError;
use crate::{
    channel::Channel,
    outcome::{Assurance, Factors},
};

/// How the names of the engine's own purposes begin.
const CONFIRMS: &str = "pinbolt:confirm-";

/// What `resend` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resend {
    /// A new code; the older one is superseded.
    Rotate,
    /// The same code again, with its old expiry and tries: kinder to slow networks.
    Redeliver,
}

/// How often a ticket is good. It is stored with each ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Uses {
    /// Once: it activates its account.
    #[n(0)]
    Once,
    /// Again and again, until it is closed or expires.
    #[n(1)]
    UntilClosed,
}

/// A purpose: which factors it asks for and how its codes travel. A code of one purpose is worth
/// nothing for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    name: String,
    factors: Factors,
    channels: Vec<Channel>,
    resend: Resend,
    authorizes: bool,
    needs: Assurance,
    links: bool,
    uses: Option<Uses>,
}

impl Purpose {
    /// The longest name, in bytes.
    pub const MAX_NAME: usize = 32;

    /// A PIN, then a code on one of these channels.
    #[must_use]
    pub fn pin_and_code(name: &str, channels: &[Channel]) -> Self {
        Self::new(name, Factors { pin: true, code: true, ..Factors::default() }, channels)
    }

    /// A code alone.
    #[must_use]
    pub fn code(name: &str, channels: &[Channel]) -> Self {
        Self::new(name, Factors { code: true, ..Factors::default() }, channels)
    }

    /// A PIN.
    #[must_use]
    pub fn pin(name: &str) -> Self {
        Self::new(name, Factors { pin: true, ..Factors::default() }, &[])
    }

    /// A one-time code of a token (HOTP or TOTP).
    #[must_use]
    pub fn otp(name: &str) -> Self {
        Self::new(name, Factors { otp: true, ..Factors::default() }, &[])
    }

    /// A recovery code.
    #[must_use]
    pub fn recovery_code(name: &str) -> Self {
        Self::new(name, Factors { recovery_code: true, ..Factors::default() }, &[])
    }

    /// A link and an issued code that together activate an account, once: see
    /// [`IssueTicket`](crate::op::IssueTicket). Its proof authorizes, so that the first PIN can be
    /// set by it.
    #[must_use]
    pub fn activation(name: &str) -> Self {
        Self { authorizes: true, ..Self::ticketed(name, Uses::Once) }
    }

    /// A link and an issued code that are needed together for each change, until the ticket is closed
    /// or expires.
    #[must_use]
    pub fn ticket(name: &str) -> Self {
        Self::ticketed(name, Uses::UntilClosed)
    }

    /// And a link beside the delivered code, by which the session that asked may finish without
    /// typing: see [`Redeem`](crate::op::Redeem).
    #[must_use]
    pub fn link(self) -> Self {
        Self { links: true, ..self }
    }

    /// And a one-time code, in the same step.
    #[must_use]
    pub fn and_otp(self) -> Self {
        Self { factors: Factors { otp: true, ..self.factors }, ..self }
    }

    /// And a recovery code, in the same step.
    #[must_use]
    pub fn and_recovery_code(self) -> Self {
        Self { factors: Factors { recovery_code: true, ..self.factors }, ..self }
    }

    /// What `resend` does; [`Resend::Rotate`] without this.
    #[must_use]
    pub fn resend(self, resend: Resend) -> Self {
        Self { resend, ..self }
    }

    /// A fresh proof of this purpose allows acts on the account: unlock, confirm an address, reset
    /// a PIN, add and remove tokens, issue recovery codes, end the registration. Without this only
    /// operators may. A proof by one key alone allows none; two of them by different keys do, and so
    /// recover an account: see [`Proofs`](crate::Proofs).
    #[must_use]
    pub fn authorizes(self) -> Self {
        Self { authorizes: true, ..self }
    }

    /// What its proofs must be worth at least. A policy in which they may be worth less, by one of the
    /// purpose's channels, is refused.
    #[must_use]
    pub fn needs(self, needs: Assurance) -> Self {
        Self { needs, ..self }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its proofs are worth at least, whichever of its channels is used.
    #[must_use]
    pub fn assurance(&self) -> Assurance {
        let each = self.channels.iter().map(|channel| self.factors.assurance(Some(*channel)));
        each.min().unwrap_or_else(|| self.factors.assurance(None))
    }

    /// What it asks for.
    #[must_use]
    pub const fn factors(&self) -> Factors {
        self.factors
    }

    /// How its codes travel.
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Whether its messages carry a link beside the code.
    #[must_use]
    pub const fn links(&self) -> bool {
        self.links
    }

    /// How often its tickets are good; `None` for a purpose without.
    #[must_use]
    pub const fn uses(&self) -> Option<Uses> {
        self.uses
    }

    pub(crate) const fn redelivers(&self) -> bool {
        matches!(self.resend, Resend::Redeliver)
    }

    pub(crate) const fn may_authorize(&self) -> bool {
        self.authorizes
    }

    /// The engine's own purpose, by which an address on this channel is confirmed. Its name is under
    /// the bound of all names, since no channel is called `phone`.
    pub(crate) fn confirm(channel: Channel) -> Self {
        let name = match &channel {
            Channel::Sms => "phone",
            Channel::Email | Channel::Own(_) => channel.name(),
        };
        Self::code(&format!("{CONFIRMS}{name}"), &[channel])
    }

    /// The engine's own purpose of this name.
    pub(crate) fn confirming(name: &str) -> Option<Self> {
        match name.strip_prefix(CONFIRMS)? {
            "phone" => Some(Self::confirm(Channel::Sms)),
            "sms" => None,
            name => Channel::from_name(name).map(Self::confirm),
        }
    }

    /// Whether a code of it confirms an address.
    pub(crate) fn confirms(&self) -> bool {
        self.name.starts_with(CONFIRMS)
    }

    /// Whether a code proves all by itself that the purpose asks for. A confirmation proves no
    /// person, but an address.
    pub(crate) fn is_code_alone(&self) -> bool {
        self.factors == Factors { code: true, ..Factors::default() } && !self.confirms()
    }

    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        let name = &self.name;
        let plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
        if !(1..=Self::MAX_NAME).contains(&name.len()) || !name.bytes().all(plain) {
            let reason = "a purpose's name is 1 to 32 of a-z, 0-9, '-', '_' and '.'";
            return Err(PolicyError::new(name, reason));
        }
        if self.factors.code && self.channels.is_empty() {
            return Err(PolicyError::new(name, "the purpose asks for a code and has no channel"));
        }
        if self.factors.code && (self.factors.otp || self.factors.recovery_code) {
            return Err(PolicyError::new(name, "beside a delivered code stands a PIN, or nothing"));
        }
        let Factors { pin, code, otp, recovery_code, .. } = self.factors;
        if self.uses.is_some() && (pin || code || otp || recovery_code || self.links) {
            return Err(PolicyError::new(name, "beside a ticket's link and code stands nothing"));
        }
        if self.links && !code {
            return Err(PolicyError::new(name, "a link travels with a delivered code"));
        }
        if self.assurance() < self.needs {
            let (needs, reaches) = (self.needs.name(), self.assurance().name());
            let reason = format!("the purpose needs {needs}, and may be met by {reaches}");
            return Err(PolicyError::new(name, reason));
        }
        let times = |channel| self.channels.iter().filter(|other| *other == channel).count();
        if self.channels.iter().any(|channel| times(channel) > 1) {
            return Err(PolicyError::new(name, "a channel is named twice"));
        }
        Ok(())
    }

    fn ticketed(name: &str, uses: Uses) -> Self {
        let factors = Factors { link: true, issued_code: true, ..Factors::default() };
        Self { uses: Some(uses), ..Self::new(name, factors, &[]) }
    }

    fn new(name: &str, factors: Factors, channels: &[Channel]) -> Self {
        let (name, channels) = (name.into(), channels.into());
        let (resend, authorizes, links, uses) = (Resend::Rotate, false, false, None);
        let needs = Assurance::OneFactor;
        Self { name, factors, channels, resend, authorizes, needs, links, uses }
    }
}
