//! Tokens of an account (HOTP and TOTP): added and removed.

use alloc::{string::String, vec::Vec};
use core::fmt;
use zeroize::Zeroizing;

use super::{
    Op, Step, Verb,
    authority::{audited, authorized, authorized_on_load},
    cx::Cx,
    row::{Judged, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::Authority,
    code::Form,
    error::{Error, Misuse, Refusal},
    oath::{Algorithm, Hotp, Totp},
    pinbolt::Pinbolt,
    record::{Account, CONFIRM_TRIES, Seed, Token},
    secret::Secret,
};

/// The longest secret, in bytes: the block of SHA-512.
const MAX_SECRET: usize = 128;
/// The longest label, in bytes.
const MAX_LABEL: usize = 64;

/// What a token counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// A counter (RFC 4226). `counter` is the next one: 0 for a new token.
    Hotp {
        /// The lowest counter whose code may be accepted.
        counter: u64,
    },
    /// The time (RFC 6238).
    Totp {
        /// Seconds of a step, at least 1; 30 as a rule. NIST SP 800-63B-4 (3.1.4) wants at most 120.
        period: u32,
        /// The Unix second of step 0; 0 as a rule.
        start: u64,
    },
    /// The time, in steps of 30 seconds since 1970, shown as Steam's app shows it: five of
    /// `23456789BCDFGHJKMNPQRTVWXY`. Always of SHA-1, and of 5 `digits`. It isn't typed behind a PIN
    /// as one.
    Steam,
}

impl TokenKind {
    /// Steps of 30 seconds since 1970: what every app shows.
    pub const TOTP: Self = Self::Totp { period: 30, start: 0 };
    /// A counter from 0 on.
    pub const HOTP: Self = Self::Hotp { counter: 0 };
}

/// Where a token's secret comes from.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum TokenSecret<'a> {
    /// Made here, as long as the hash's output (RFC 6238, 5.1), and shown once.
    Generated,
    /// Of a token that exists: 16 to 128 bytes, plain (no base32).
    Given(&'a [u8]),
    /// The same with 1 byte or more: under 128 bits a secret can be found from a few codes by trying
    /// all. For tokens that somebody else has issued and that can't be replaced yet.
    DangerouslyShort(&'a [u8]),
}

impl fmt::Debug for TokenSecret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(..)")
    }
}

/// Adds a token to an account, as a candidate that `ConfirmToken` makes one that signs in.
///
/// Refuses with `NotAuthorized`, `UnknownAccount`, `TokenExists` where a confirmed token has this very
/// secret, or `TooManyTokens`: an account has up to 8, and the oldest candidate makes room. Each token
/// more makes a wrong code count once more.
///
/// A candidate waits without end: remove one that its person gave up. `describe` shows candidates
/// among the tokens; whether somebody has a token is asked by `confirmed`.
///
/// # Example: an app is added, confirmed, and signs in behind the PIN
///
#[cfg_attr(feature = "testkit", doc = "```")]
#[cfg_attr(not(feature = "testkit"), doc = "```ignore")]
/// use pinbolt::driver::{Clock, Engine};
/// use pinbolt::oath::{Algorithm, Hotp, Totp};
/// use pinbolt::op::{
///     AddToken, ConfirmToken, Enroll, Evidence, TokenKind, TokenSecret, Verify,
/// };
/// use pinbolt::policy::Purpose;
/// use pinbolt::testkit::{MemoryStore, Outbox, VirtualClock};
/// use pinbolt::{Caller, Keyring, Operator, Pinbolt, Policy};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let keys = Keyring::new(*b"32 random bytes that name rows..", 1, *b"32 random bytes that seal rows..")?;
/// let policy = Policy::builder().purpose(Purpose::pin("sign-in").and_otp()).build()?;
/// # let clock = VirtualClock::at(1_800_000_000_000);
/// let engine = Engine::new(Pinbolt::open(keys, policy, "")?, MemoryStore::new(), Outbox::new());
/// # let engine = engine.with_clock(clock.clone());
/// engine.run(Enroll { account: "a-1", pin: Some("802714"), addresses: &[], asserted_by: None })?;
///
/// let added = engine.run(AddToken {
///     account: "a-1",
///     label: "phone",
///     kind: TokenKind::TOTP,
///     algorithm: Algorithm::Sha1,
///     digits: 6,
///     secret: TokenSecret::Generated,
///     confirmed: false,
///     authority: Operator::new("desk-7", "seen in person")?.into(),
/// })?;
/// // Shown once, in base32 or as a QR code. From here on the person's app makes the codes:
/// let secret = added.secret().ok_or("it was made here")?;
/// let app = Totp::new(Hotp::new(Algorithm::Sha1, 6, secret)?, 30, 0)?;
/// let shown = |now| app.code_at(now).ok_or("before 1970");
///
/// let (account, token, caller) = ("a-1", added.token, Caller::new(b"the session's id"));
/// let code = shown(clock.now())?;
/// engine.run(ConfirmToken { account, token, code: code.as_str(), caller })?;
///
/// clock.advance(30_000); // The code that confirmed can't sign in.
/// let typed = format!("802714{}", shown(clock.now())?.as_str());
/// let evidence = Evidence::pin_then_otp(&typed); // or Evidence::pin("802714").and_otp(code)
/// let (name, purpose, context) = ("a-1", "sign-in", &b""[..]);
/// let accepted = engine.run(Verify { name, purpose, evidence, caller, context })?;
/// assert!(accepted.factors().pin && accepted.factors().otp);
/// # Ok(()) }
/// ```
pub struct AddToken<'a> {
    /// The account's id.
    pub account: &'a str,
    /// What the person knows it by, 1 to 64 bytes without control characters. `describe` shows it.
    pub label: &'a str,
    /// Counter or time.
    pub kind: TokenKind,
    /// The hash; most apps know SHA-1 alone.
    pub algorithm: Algorithm,
    /// Digits of a code, 6 to 10; most apps know 6 and 8. Of a Steam code 5.
    pub digits: u8,
    /// Its secret.
    pub secret: TokenSecret<'a>,
    /// An operator's word that it works, as when moving in from another system: it stands at once.
    pub confirmed: bool,
    /// By what right: an operator, or the person's own [`Proofs`](crate::Proofs).
    pub authority: Authority,
}

super::verb!(AddToken<'_>);

/// A token that was added.
#[derive(Debug)]
#[non_exhaustive]
pub struct AddedToken {
    /// Its number, by which `confirm_token`, `resync_token` and `remove_token` name it; never given
    /// twice on an account.
    pub token: u32,
    secret: Option<Secret<Vec<u8>>>,
}

impl AddedToken {
    /// The secret that was made here, for the person's app; `None` where it was given.
    #[must_use]
    pub fn secret(&self) -> Option<&[u8]> {
        self.secret.as_ref().map(|secret| secret.expose().as_slice())
    }
}

impl Verb for AddToken<'_> {
    type Output = AddedToken;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<AddedToken> {
        let (account, token) = (String::from(self.account), candidate(&self));
        let authority = self.authority;
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            add(cx, &account, token?, authority).await
        })
    }
}

/// The token that was asked for, its number still open; without a secret where one is to be made.
fn candidate(add: &AddToken<'_>) -> Result<Token, Misuse> {
    let token = described((add.label, add.kind), (add.algorithm, add.digits), add.secret)?;
    Ok(Token { confirmed: add.confirmed.then_some(0), ..token })
}

/// A token as it is described, within the bounds.
pub(super) fn described(
    (label, kind): (&str, TokenKind),
    (algorithm, digits): (Algorithm, u8),
    secret: TokenSecret<'_>,
) -> Result<Token, Misuse> {
    let label_fits = (1..=MAX_LABEL).contains(&label.len()) && !label.contains(char::is_control);
    if !label_fits || !form_fits(kind, (algorithm, digits)) {
        return Err(Misuse::Token);
    }
    let secret = match secret {
        TokenSecret::Generated => &[],
        TokenSecret::Given(secret) if secret.len() < Hotp::MIN_SECRET => {
            return Err(Misuse::ShortSecret);
        }
        TokenSecret::DangerouslyShort([]) => return Err(Misuse::ShortSecret),
        TokenSecret::Given(secret) | TokenSecret::DangerouslyShort(secret) => secret,
    };
    let (period, start, next) = match kind {
        TokenKind::Hotp { counter } => (None, 0, counter),
        TokenKind::Totp { period, start } => (Some(period), start, 0),
        TokenKind::Steam => (Some(Totp::STEAM.0), Totp::STEAM.1, 0),
    };
    if secret.len() > MAX_SECRET || period == Some(0) {
        return Err(Misuse::Token);
    }
    Ok(Token {
        label: label.into(),
        seed: Seed(Zeroizing::new(secret.into())),
        algorithm,
        period,
        start,
        next,
        tries_left: CONFIRM_TRIES,
        steam: kind == TokenKind::Steam,
        ..Token::nobody(digits)
    })
}

/// Whether a token of this kind can have these digits and this hash.
fn form_fits(kind: TokenKind, (algorithm, digits): (Algorithm, u8)) -> bool {
    match kind {
        TokenKind::Steam => digits == Form::Steam.len() && algorithm == Algorithm::Sha1,
        TokenKind::Hotp { .. } | TokenKind::Totp { .. } => Hotp::DIGITS.contains(&digits),
    }
}

async fn add(
    mut cx: Cx,
    account: &str,
    mut token: Token,
    authority: Authority,
) -> Result<AddedToken, Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    authorized_on_load(cx, &row, &authority)?;
    if token.confirmed.is_some() && !matches!(authority, Authority::Operator(_)) {
        return Err(Refusal::NotAuthorized.into());
    }
    let made = token.seed.0.is_empty();
    while token.seed.0.len() < token.algorithm.output_len() && made {
        // 20, 32 and 64 bytes: whole draws, the last one cut.
        let drawn = Zeroizing::new(cx.entropy.bytes::<32>());
        let left = token.algorithm.output_len().saturating_sub(token.seed.0.len());
        let mut longer = Zeroizing::new(Vec::with_capacity(token.algorithm.output_len()));
        longer.extend_from_slice(&token.seed.0);
        longer.extend(drawn.iter().take(left));
        token.seed = Seed(longer);
    }
    let number = row
        .write(cx, |record, moment| {
            authorized(moment.pinbolt, &authority, record)?;
            let number = place(record, &token, moment.now)?;
            let event =
                Event { token: Some(number), ..Event::new(moment.now, EventKind::TokenAdded) };
            moment.log(record, audited(&authority, event));
            Ok(Judged::Write(number))
        })
        .await?;
    let secret = made.then(|| Secret::new(token.seed.0.to_vec()));
    Ok(AddedToken { token: number, secret })
}

/// Gives the token its number and its place among at most eight.
pub(super) fn place(record: &mut Account, token: &Token, now: u64) -> Result<u32, Refusal> {
    if !record.acts() {
        return Err(Refusal::NotAuthorized);
    }
    // Two tokens of one key would each accept its code once.
    if record.tokens.iter().any(|held| held.confirmed.is_some() && held.shares_key(token)) {
        return Err(Refusal::TokenExists);
    }
    record.tokens.retain(|held| !held.shares_key(token));
    if record.tokens.len() >= Account::MAX_TOKENS as usize {
        let mere = record.tokens.iter().position(|held| held.confirmed.is_none());
        record.tokens.remove(mere.ok_or(Refusal::TooManyTokens)?);
    }
    record.tokens_added = record.tokens_added.checked_add(1).ok_or(Refusal::TooManyTokens)?;
    let (number, confirmed) = (record.tokens_added, token.confirmed.map(|_| now));
    record.tokens.push(Token { number, added: now, confirmed, ..token.clone() });
    Ok(number)
}

/// Removes a token or a candidate.
///
/// Refuses with `NotAuthorized`, `UnknownToken` or `UnknownAccount`.
pub struct RemoveToken<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The token's number.
    pub token: u32,
    /// By what right: an operator, or the person's own [`Proofs`](crate::Proofs).
    pub authority: Authority,
}

super::verb!(RemoveToken<'_>);

impl Verb for RemoveToken<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, number) = (String::from(self.account), self.token);
        let authority = self.authority;
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            remove(cx, &account, number, authority).await
        })
    }
}

async fn remove(mut cx: Cx, account: &str, number: u32, authority: Authority) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        let token = find(record, |token| token.number == number)?;
        let mark = token.mark().filter(|_| token.confirmed.is_some());
        if let Some(mark) = mark {
            let mark = moment.pinbolt.names().token(&record.id, &mark);
            // Where there is no room, no import adds a token any more.
            let _full = record.imports.get_or_insert_default().remember(&mark).is_err();
        }
        record.tokens.retain(|token| token.number != number);
        let event =
            Event { token: Some(number), ..Event::new(moment.now, EventKind::TokenRemoved) };
        moment.log(record, audited(&authority, event));
        Ok(Judged::Write(()))
    })
    .await
}

pub(super) fn find(
    record: &mut Account,
    wanted: impl Fn(&Token) -> bool,
) -> Result<&mut Token, Refusal> {
    record.tokens.iter_mut().find(|token| wanted(token)).ok_or(Refusal::UnknownToken)
}
