//! Delivery: an operation of its own, run after the person was answered.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{
    Op, Step,
    cx::Cx,
    question::Reply,
    row::{Judged, Row},
};
use crate::{
    audit::{Event, EventKind},
    channel::Channel,
    code::Reference,
    error::Error,
    guard::Lane,
    pinbolt::Pinbolt,
    record::{Challenge, Kind, Series},
    row::RowName,
    secret::Secret,
};

/// A message to deliver.
pub struct Message {
    pub(super) id: String,
    pub(super) channel: Channel,
    pub(super) to: String,
    pub(super) code: Option<Secret<String>>,
    pub(super) link: Option<Secret<String>>,
    pub(super) reference: Reference,
    pub(super) purpose: String,
    pub(super) expires: u64,
}

impl Message {
    /// The same for the same message, another for any other: an idempotency key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it travels.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The phone number (E.164), the e-mail address, or the endpoint on a channel of your own.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// The code's digits; `None` in a message that carries a link alone, and in a notice.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.expose().as_str())
    }

    /// What the page behind a link is given; `None` where the purpose sends none.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.link.as_ref().map(|link| link.expose().as_str())
    }

    /// Whether it only tells that an address of the account is being changed or given up, as its
    /// purpose says, and carries nothing to sign in with.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        self.code.is_none() && self.link.is_none()
    }

    /// The letters by which the person tells this message from another.
    #[must_use]
    pub const fn reference(&self) -> Reference {
        self.reference
    }

    /// The purpose.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What it carries is valid before this Unix millisecond.
    #[must_use]
    pub const fn expires(&self) -> u64 {
        self.expires
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// A message of an issued challenge.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) kind: Kind,
    pub(super) row: RowName,
    pub(super) purpose: String,
    pub(super) number: u64,
    /// Counts the messages of the challenge.
    pub(super) send: u32,
    pub(super) expires: u64,
    /// What goes out before it, to the account's own addresses.
    pub(super) notices: Vec<Message>,
    /// `None`: there is nobody to deliver to.
    pub(super) message: Option<Message>,
}

/// The delivery of an issued code, or of notices. Run it once the person has been answered; dropped,
/// nothing is delivered, and another code may be asked for after the cooldown.
#[must_use = "what is to be sent goes out when the dispatch is run"]
pub struct Dispatch {
    pinbolt: Pinbolt,
    parcel: Option<Parcel>,
}

/// What became of a delivery. It is for the host, never for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivered {
    /// Handed over.
    Sent,
    /// Surely not sent; of several notices, one of them. Another may be asked for at once, but by a
    /// stranger where accounts are hidden: that would tell him that there is somebody.
    Refused,
    /// It may or may not have been sent.
    Unknown,
    /// There was nothing to deliver, or the code had expired.
    Nothing,
}

impl Dispatch {
    pub(super) const fn new(pinbolt: Pinbolt, parcel: Option<Parcel>) -> Self {
        Self { pinbolt, parcel }
    }

    /// Starts the delivery at `now` (Unix milliseconds) with 32 fresh random bytes.
    pub fn start(self, now: u64, entropy: [u8; 32]) -> Step<Delivered> {
        let Self { pinbolt, parcel } = self;
        Op::start(&pinbolt, (now, entropy), None, |cx| deliver(cx, parcel))
    }
}

impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dispatch(..)")
    }
}

async fn deliver(mut cx: Cx, parcel: Option<Parcel>) -> Result<Delivered, Error> {
    let Some(mut parcel) = parcel.filter(|parcel| cx.now < parcel.expires) else {
        return Ok(Delivered::Nothing);
    };
    let told = tell(&mut cx, &mut parcel).await;
    let Some(message) = parcel.message.take() else { return Ok(told) };
    if cx.now >= parcel.expires {
        return Ok(Delivered::Nothing);
    }
    match cx.deliver(message).await {
        Reply::Sent => Ok(Delivered::Sent),
        Reply::Refused => match give_cooldown_back(&mut cx, &parcel).await {
            // The account was cancelled meanwhile: there is nobody to deliver to.
            Err(Error::Refused(_)) => Ok(Delivered::Nothing),
            given => given.map(|()| Delivered::Refused),
        },
        _ => Ok(Delivered::Unknown),
    }
}

/// Delivers the notices; of several the worst that became of one.
async fn tell(cx: &mut Cx, parcel: &mut Parcel) -> Delivered {
    let mut told = Delivered::Nothing;
    for notice in core::mem::take(&mut parcel.notices) {
        let channel = notice.channel;
        told = match (cx.deliver(notice).await, told) {
            (Reply::Refused, _) => {
                // Whoever can't be told any more keeps nobody from the change, but the record says so.
                let _noted = note_untold(cx, parcel, channel).await.is_err();
                Delivered::Refused
            }
            (_, Delivered::Refused) => Delivered::Refused,
            (Reply::Sent, Delivered::Nothing | Delivered::Sent) => Delivered::Sent,
            _ => Delivered::Unknown,
        };
    }
    told
}

async fn note_untold(cx: &mut Cx, parcel: &Parcel, channel: Channel) -> Result<(), Error> {
    let mut row = Row::load(cx, parcel.kind, parcel.row.clone()).await?;
    row.write(cx, |record, moment| {
        let (purpose, channel) = (Some(parcel.purpose.clone()), Some(channel));
        let event = Event::new(moment.now, EventKind::DeliveryRefused);
        moment.log(record, Event { purpose, channel, ..event });
        Ok(Judged::Write(()))
    })
    .await
}

/// Only the newest message's cooldown, never the send budget: a failing number would be free
/// pumping. A stranger, where accounts are hidden, would learn by it that there is somebody.
async fn give_cooldown_back(cx: &mut Cx, parcel: &Parcel) -> Result<(), Error> {
    let mut row = Row::load(cx, parcel.kind, parcel.row.clone()).await?;
    let hides = cx.pinbolt.hides_accounts();
    row.write(cx, |record, moment| {
        let newest = |c: &Challenge| c.number == parcel.number && c.send == parcel.send;
        let own = |s: &&mut Series| s.purpose == parcel.purpose && s.newest().is_some_and(newest);
        let Some(series) = record.series.iter_mut().find(own) else {
            return Ok(Judged::Keep(()));
        };
        if !(hides && series.lane == Lane::Stranger) {
            (series.sends, series.sent_at) = (series.sends.saturating_sub(1), 0);
        }
        let event = Event {
            purpose: Some(parcel.purpose.clone()),
            ..Event::new(moment.now, EventKind::DeliveryRefused)
        };
        moment.log(record, event);
        Ok(Judged::Write(()))
    })
    .await
}
