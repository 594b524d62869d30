//! `peek_link`: what a link is for and whether it still stands. It writes nothing, ever: a mail
//! scanner's visit changes nothing.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    cx::Cx,
    issue::session_mac,
    standing::{self, Asked},
    ticket,
};
use crate::{
    caller::{Caller, Owned},
    code::{Link, Receipt},
    error::{Error, Refusal},
    pinbolt::Pinbolt,
    policy::Purpose,
    record::Account,
    secret::Secret,
};

/// Looks at a link without using it. Let a page do this when it is opened, and `Redeem` only when its
/// form is sent: scanners of mail open every link, and some press no button.
///
/// Refuses with `UnknownLink`.
#[derive(Clone, Copy)]
pub struct PeekLink<'a> {
    /// The link, as `Message::link` or `IssuedTicket::link` gave it.
    pub link: &'a str,
    /// Who looks.
    pub caller: Caller<'a>,
}

super::verb!(PeekLink<'_>);

/// A link, as its holder may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeekedLink {
    /// What it is for.
    pub purpose: String,
    /// It is valid before this Unix millisecond; `None` where its challenge is forgotten.
    pub expires: Option<u64>,
    /// Whether this session may redeem it: the one that asked for the code beside it. A ticket's
    /// link is good in any.
    pub same_session: bool,
    /// Whether the link alone isn't enough here: a ticket's code is to be typed beside it, and a
    /// delivered code is to be typed where it was asked for.
    pub needs_code: bool,
    /// Why it would be refused as it stands; `None` while it is open.
    pub refusal: Option<Refusal>,
}

impl Verb for PeekLink<'_> {
    type Output = PeekedLink;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<PeekedLink> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let link = Secret::new(String::from(self.link));
        Op::start(
            pinbolt,
            (now, entropy),
            source,
            |cx| async move { peek(cx, &link, &caller?).await },
        )
    }
}

async fn peek(mut cx: Cx, link: &Secret<String>, caller: &Owned) -> Result<PeekedLink, Error> {
    let cx = &mut cx;
    let (link, purpose) = opened(cx, link, None)?;
    let is_ticket = purpose.uses().is_some();
    let same_session =
        is_ticket || link.handle.session == session_mac(&cx.pinbolt, &caller.session);
    let asked = Asked { handle: link.handle, purpose };
    let row = standing::row(cx, &asked).await?;
    let record = row.current(cx).ok_or(Refusal::UnknownLink)?;
    let stands = match is_ticket {
        true => ticket::standing(&record, &asked, record.seen),
        false => standing::standing(&record, &asked, record.seen),
    };
    let spent = stands.and_then(|challenge| match challenge.tries_left {
        0 => Err(Refusal::TriesUsedUp),
        _ => Ok(()),
    });
    Ok(PeekedLink {
        expires: expiry(&record, &asked),
        same_session,
        needs_code: is_ticket || !same_session,
        refusal: spent.err(),
        purpose: asked.handle.purpose,
    })
}

/// Opens a link of a purpose that has such links; `wanted`, where it isn't any.
///
/// # Errors
/// [`Refusal::UnknownLink`].
pub(super) fn opened(
    cx: &Cx,
    text: &Secret<String>,
    wanted: Option<&Purpose>,
) -> Result<(Link, Purpose), Refusal> {
    let link = Link::open(text.expose(), cx.pinbolt.keys(), &cx.pinbolt.names());
    let known = link.and_then(|link| {
        let purpose = cx.pinbolt.policy().purpose(&link.handle.purpose)?;
        let fits = match link.receipt {
            Receipt::Code(_) => purpose.links(),
            Receipt::Ticket => purpose.uses().is_some(),
        };
        let asked = wanted.is_none_or(|wanted| wanted.name() == purpose.name());
        (fits && asked).then_some((link, purpose))
    });
    known.ok_or(Refusal::UnknownLink).inspect_err(|refusal| cx.refused("", *refusal))
}

fn expiry(record: &Account, asked: &Asked) -> Option<u64> {
    let own = record.all_series(asked.purpose.name());
    let mut kept = own.flat_map(|series| &series.kept);
    kept.find(|c| c.number == asked.handle.number && c.salt == asked.handle.salt).map(|c| c.expires)
}
