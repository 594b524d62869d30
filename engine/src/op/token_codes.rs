//! A token's own codes beside signing in: a candidate confirmed, a counter or clock found again.

use alloc::string::String;

use super::{
    Op, Step, Verb,
    attempt::{self, Guess},
    cx::Cx,
    row::{Judged, Row},
    tokens::find,
};
use crate::{
    audit::{Event, EventKind},
    caller::{Caller, Owned},
    error::{Error, Refusal},
    guard::Authenticator,
    pinbolt::Pinbolt,
    record::{Fit, Token},
    secret::Secret,
};

/// Confirms a candidate by a code of its own, which can't sign in after that. A TOTP's clock may be
/// off as far as `totp.back` or `totp.ahead`, and `totp.drift` beyond.
///
/// A candidate has ten tries of its own; then it is gone. Refuses with `WrongCode`, `Malformed`,
/// `UnknownToken` for a number that is no candidate's, `UnknownAccount`, or `NotAuthorized` where the
/// account is blocked or inactive.
#[derive(Clone, Copy)]
pub struct ConfirmToken<'a> {
    /// The account's id, from the host's own session and not as typed.
    pub account: &'a str,
    /// The token's number.
    pub token: u32,
    /// A code that it shows, as typed.
    pub code: &'a str,
    /// Who asks.
    pub caller: Caller<'a>,
}

super::verb!(ConfirmToken<'_>);

impl Verb for ConfirmToken<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let (account, number) = (String::from(self.account), self.token);
        let code = Secret::new(String::from(self.code));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            confirm(cx, &account, (number, code), caller?).await
        })
    }
}

async fn confirm(
    mut cx: Cx,
    account: &str,
    (number, code): (u32, Secret<String>),
    caller: Owned,
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        let windows = moment.pinbolt.policy().windows();
        if !record.acts() {
            return Err(Refusal::NotAuthorized.into());
        }
        let lane = Some(caller.lane(record, moment.pinbolt));
        let token = find(record, |token| token.number == number && token.confirmed.is_none())?;
        let code = token.parse(code.expose())?;
        let event = Event {
            lane,
            token: Some(number),
            ..Event::new(moment.now, EventKind::TokenConfirmed)
        };
        if let Fit::Fresh(at) = token.compare_first((&windows, moment.real), &code)? {
            token.accept((&windows, moment.real), at);
            token.confirmed = Some(moment.now);
            moment.log(record, event);
            return Ok(Judged::Write(()));
        }
        token.tries_left = token.tries_left.saturating_sub(1);
        let tries_left = token.tries_left;
        if tries_left == 0 {
            record.tokens.retain(|token| token.number != number);
        }
        moment.log(record, Event { kind: EventKind::OtpRefused, ..event });
        Ok(Judged::Refuse(Refusal::WrongCode { tries_left }))
    })
    .await
}

/// Finds a confirmed token's counter or clock again by two consecutive codes (RFC 4226, 7.4; RFC
/// 6238, 6), `otp.resync` codes ahead, for a clock also behind, and never below the one accepted
/// last. Neither code can sign in after that. A wrong pair counts as a guess.
///
/// Refuses with `WrongCredentials`, `Waiting`, `Throttled`, `Malformed`, `UnknownToken` or
/// `UnknownAccount`; where accounts aren't hidden also with `Disabled`, `Blocked` or
/// `Inactive`.
#[derive(Clone, Copy)]
pub struct ResyncToken<'a> {
    /// The account's id, from the host's own session and not as typed.
    pub account: &'a str,
    /// The token's number.
    pub token: u32,
    /// A code that it shows, as typed.
    pub first: &'a str,
    /// The one that it shows next.
    pub second: &'a str,
    /// Who asks.
    pub caller: Caller<'a>,
}

super::verb!(ResyncToken<'_>);

impl Verb for ResyncToken<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let caller = self.caller.own();
        let source = self.caller.audited();
        let (account, number) = (String::from(self.account), self.token);
        let codes = [self.first, self.second].map(|code| Secret::new(String::from(code)));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            resync(cx, &account, (number, codes), caller?).await
        })
    }
}

async fn resync(
    mut cx: Cx,
    account: &str,
    (number, [first, second]): (u32, [Secret<String>; 2]),
    caller: Owned,
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        let windows = moment.pinbolt.policy().windows();
        let confirmed = |token: &Token| token.number == number && token.confirmed.is_some();
        let token = find(record, confirmed)?;
        let codes = (token.parse(first.expose())?, token.parse(second.expose())?);
        let lane = caller.lane(record, moment.pinbolt);
        let guess = Guess::one(Authenticator::OTP, lane);
        attempt::open(record, moment, &[guess])?;
        let reservation = guess.reserve(record, moment);
        let passes = record.acts() && reservation.within_cap;
        let token = find(record, confirmed)?;
        let mut moved = token.clone();
        let found = moved.resynchronize((&windows, moment.real), (&codes.0, &codes.1))?;
        let event = Event {
            lane: Some(lane),
            token: Some(number),
            ..Event::new(moment.now, EventKind::TokenResynchronized)
        };
        if found.is_none() || !passes {
            moment.log(record, Event { kind: EventKind::OtpRefused, ..event });
            return Ok(Judged::Refuse(Refusal::WrongCredentials));
        }
        *token = moved;
        attempt::succeed(record, moment, &reservation);
        moment.log(record, event);
        Ok(Judged::Write(()))
    })
    .await
}
