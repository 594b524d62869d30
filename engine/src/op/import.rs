//! `import`: what an account has in another system, taken over in one write.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{
    Op, Step, TokenKind, TokenSecret, Verb,
    cx::Cx,
    import_judge::{self as judge, CodesOf, Hashed},
    pin,
    recovery::stored_work,
    row::Row,
    tokens,
};
use crate::{
    address::AccountId,
    authority::Operator,
    code::recovery,
    error::{Error, Failure, Misuse, Refusal},
    oath::Algorithm,
    pinbolt::Pinbolt,
    record::{Account, Kind, RecoverySet, Token},
    secret::Secret,
};

/// The most recovery codes of one run.
const MAX_CODES: usize = 16;
/// How often what was hashed may be of use no longer.
const ROUNDS: u32 = 8;

/// Moves one account in from another system: tokens with the codes that were used there, recovery
/// codes, a PIN, and the failures counted there. All of it or nothing, in one write; the account is
/// created where there is none, if there is something to move in. No code that was used there works
/// here, and the next one does.
///
/// It can be run again, with the same file, a newer or an older one: counters and steps only rise;
/// recovery codes are taken once, and a later file ends those that it lacks and adds none; failures are
/// not counted twice; what was removed or replaced here in the meantime stays so. Under an id that was
/// cancelled and enrolled anew nothing is added any more: it may be the former person's.
///
/// What was removed or switched off there in the meantime is not removed here, nor is an account that
/// is no longer there: that is yours. And nothing falls that was raised once: import under a clock that
/// is right, or remove the token and add it by `AddToken`.
///
/// Refuses with `TokenExists` for two tokens of one key, or one whose kind, period, start or digits
/// are others here; `TooManyTokens` beyond 8 tokens, or 32 over all runs; `WeakPin` or `Malformed`;
/// `Ended` where the account was cancelled (as long as its row is kept: a day, and a year if it was
/// imported), `Inactive`, and `Blocked` where something would be added to a blocked one. A token or
/// recovery code that is out of bounds is misuse, as [`ImportedToken::check`] and
/// [`Import::check_recovery_code`] tell beforehand.
pub struct Import<'a> {
    /// The account's id, as for `enroll`.
    pub account: &'a str,
    /// Up to 8 tokens. They are confirmed: an operator's word that they work.
    pub tokens: &'a [ImportedToken<'a>],
    /// Up to 16 recovery codes that are unused there: 8 to 32 letters and digits in any case, blanks
    /// and hyphens dropped. `None` says nothing of them; an empty list, that all are used.
    pub recovery_codes: Option<&'a [&'a str]>,
    /// The PIN, where it is known; it is kept only if the account has none.
    pub pin: Option<&'a str>,
    /// The failures that were counted there. They count at the account's first import alone.
    pub failures: Option<Failures>,
    /// What is taken although it is too weak.
    pub dangerously_accept: Weak,
    /// Who imports, and why.
    pub operator: Operator,
}

super::verb!(Import<'_>);

/// A token as another system knows it.
#[derive(Clone, Copy)]
pub struct ImportedToken<'a> {
    /// What the person knows it by, 1 to 64 bytes without control characters.
    pub label: &'a str,
    /// Counter or time. Of a counter the next, at most 2^32: the lowest that was not used there.
    pub kind: TokenKind,
    /// The hash.
    pub algorithm: Algorithm,
    /// Digits of a code, 6 to 10; of a Steam code 5.
    pub digits: u8,
    /// Its secret, plain (no base32): 16 to 128 bytes, or 1 to 128 with [`Weak::short_secrets`].
    pub secret: &'a [u8],
    /// Of a TOTP or Steam token: the last step whose code was used there, in steps since its start. None
    /// lies further ahead than `otp.resync` steps. `None`: no code was.
    pub last_step: Option<u64>,
    /// Of a TOTP or Steam token: steps by which its clock is ahead, as its last code showed; negative:
    /// behind; up to `otp.resync`.
    pub clock_ahead: i32,
}

/// Failures since the last success, as another system has counted them.
///
/// They count for the tokens, and for the recovery codes where some come along, at a stranger's
/// guesses and behind a first factor: as if they had been made here, but no more of them than go before
/// the first wait (`wait.after`), so that they disable nothing and leave room for a typing error. A
/// stranger is throttled for them only where accounts aren't hidden: it would tell him who has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last one was, in Unix milliseconds; at the latest now.
    pub last: u64,
}

/// What an import takes although it is too weak. By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weak {
    /// Tokens whose secret is under 128 bits (RFC 4226, 4 R6): it can be found from a few codes.
    pub short_secrets: bool,
    /// Recovery codes under 64 bits (NIST SP 800-63B-4, 4.2.1.1). They are hashed slowly, throttled and
    /// good once as all are. But a stranger has some 740 guesses a year: one of ten codes of eight
    /// digits is found in one account of 13,000 a year.
    pub recovery_codes: bool,
    /// A PIN that the rules for new ones refuse.
    pub pins: bool,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// Whether the account was created.
    pub created: bool,
    /// What became of each token, in their order, and its number here; 0 where it is gone.
    pub tokens: Vec<(Took, u32)>,
    /// What became of the recovery codes, where there were some, or had been.
    pub recovery_codes: Option<Took>,
    /// What became of the PIN, where there was one.
    pub pin: Option<Took>,
}

/// What became of a thing that was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Took {
    /// It is the account's now.
    Added,
    /// It was the account's before. A token's counter or step is raised where the other system's was
    /// further; recovery codes that the file lacks are ended.
    Kept,
    /// It was here and was removed or replaced: it stays so. Also recovery codes that come to an
    /// account with a set that was issued here.
    Gone,
}

impl Took {
    /// The variant's name, the same in Rust, C and Python.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Kept => "Kept",
            Self::Gone => "Gone",
        }
    }
}

impl ImportedToken<'_> {
    /// Whether an import may take it, as far as it alone tells.
    ///
    /// # Errors
    /// [`Misuse::Token`], [`Misuse::ShortSecret`] or [`Misuse::Watermark`]; the last also comes from
    /// the import, which knows the time and how far clocks may be off.
    pub fn check(&self, weak: Weak) -> Result<(), Misuse> {
        self.token(weak).map(drop)
    }

    fn token(&self, weak: Weak) -> Result<Token, Misuse> {
        let secret = match weak.short_secrets {
            true => TokenSecret::DangerouslyShort(self.secret),
            false => TokenSecret::Given(self.secret),
        };
        let (named, shown) = ((self.label, self.kind), (self.algorithm, self.digits));
        let mut token = tokens::described(named, shown, secret)?;
        if token.period.is_none() && (self.last_step.is_some() || self.clock_ahead != 0) {
            return Err(Misuse::Watermark);
        }
        if let Some(last) = self.last_step {
            token.next = last.checked_add(1).ok_or(Misuse::Watermark)?;
        }
        (token.offset, token.confirmed) = (self.clock_ahead, Some(0));
        Ok(token)
    }
}

impl fmt::Debug for ImportedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportedToken(..)")
    }
}

impl Import<'_> {
    /// Whether an import may take this recovery code.
    ///
    /// # Errors
    /// [`Misuse::RecoveryCode`] or [`Misuse::ShortRecoveryCode`].
    pub fn check_recovery_code(code: &str, weak: Weak) -> Result<(), Misuse> {
        parsed(code, weak).map(drop)
    }
}

impl Verb for Import<'_> {
    type Output = Imported;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Imported> {
        let plan = own(&self, (pinbolt, now));
        let operator = self.operator;
        Op::start(
            pinbolt,
            (now, entropy),
            None,
            |cx| async move { import(cx, plan?, operator).await },
        )
    }
}

/// What is to be imported, well-formed and kept.
pub(super) struct Plan {
    account: String,
    pub(super) tokens: Vec<Token>,
    pub(super) codes: Option<Vec<Secret<String>>>,
    pub(super) pin: Option<Secret<String>>,
    pub(super) failures: Option<Failures>,
    pub(super) weak: Weak,
}

impl Plan {
    /// Whether there is nothing to have an account for. That all codes were used is to be remembered.
    pub(super) const fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.codes.is_none() && self.pin.is_none()
    }
}

fn own(import: &Import<'_>, (pinbolt, now): (&Pinbolt, u64)) -> Result<Plan, Error> {
    let account = AccountId::parse(import.account).map_err(|_| Misuse::AccountId)?;
    let weak = import.dangerously_accept;
    if import.tokens.len() > Account::MAX_TOKENS as usize {
        return Err(Refusal::TooManyTokens.into());
    }
    let tokens = import.tokens.iter().map(|token| token.token(weak));
    let mut tokens = tokens.collect::<Result<Vec<_>, _>>()?;
    let windows = pinbolt.policy().windows();
    if tokens.iter().any(|token| token.is_beyond((&windows, now))) {
        return Err(Misuse::Watermark.into());
    }
    for token in &mut tokens {
        token.set_clock(&windows, token.offset);
    }
    let twice = |(at, one): (usize, &Token)| {
        tokens.iter().skip(at.saturating_add(1)).any(|other| one.shares_key(other))
    };
    if tokens.iter().enumerate().any(twice) {
        return Err(Refusal::TokenExists.into());
    }
    let codes = import.recovery_codes.map(|codes| distinct(codes, weak)).transpose()?;
    let pin = match import.pin {
        Some(pin) if weak.pins => Some(pin::typed(pin)?),
        Some(pin) => Some(pin::check_new(pinbolt.policy(), pin, &[])?),
        None => None,
    };
    let account = String::from(account.as_str());
    Ok(Plan { account, tokens, codes, pin, failures: import.failures, weak })
}

/// The codes, each of them once: of two that are spelled alike one is good once.
fn distinct(codes: &[&str], weak: Weak) -> Result<Vec<Secret<String>>, Misuse> {
    if codes.len() > MAX_CODES {
        return Err(Misuse::RecoveryCode);
    }
    let mut all: Vec<Secret<String>> = Vec::with_capacity(codes.len());
    for code in codes {
        let code = parsed(code, weak)?;
        if !all.iter().any(|other| other.expose() == code.expose()) {
            all.push(code);
        }
    }
    Ok(all)
}

fn parsed(code: &str, weak: Weak) -> Result<Secret<String>, Misuse> {
    let code = recovery::parse(code).map_err(|_| Misuse::RecoveryCode)?;
    match recovery::is_short(&code) && !weak.recovery_codes {
        true => Err(Misuse::ShortRecoveryCode),
        false => Ok(code),
    }
}

async fn import(mut cx: Cx, plan: Plan, operator: Operator) -> Result<Imported, Error> {
    let cx = &mut cx;
    let name = cx.pinbolt.names().account(&plan.account)?;
    for _ in 0..ROUNDS {
        let blank = Account::new(&plan.account, false, cx.now);
        let mut row = Row::load(cx, Kind::Account, name.clone()).await?.or_create(blank);
        let record = row.current(cx).ok_or(Failure::Internal)?;
        judge::takes(&record).inspect_err(|no| cx.refused(&plan.account, *no))?;
        let hashed = hash(cx, &record, &plan).await?;
        let imported = row
            .write(cx, |record, moment| judge::judge(record, moment, (&plan, &hashed, &operator)));
        if let Some(imported) = imported.await? {
            return Ok(imported);
        }
    }
    Err(Failure::Contended.into())
}

/// Hashes what this record takes: the PIN, and each recovery code under the salt of its set.
async fn hash(cx: &mut Cx, record: &Account, plan: &Plan) -> Result<Hashed, Error> {
    let mut hashed = Hashed::default();
    if let Some(pin) = plan.pin.as_ref().filter(|_| judge::takes_pin(record)) {
        hashed.pin = Some(pin::hash_new(cx, pin).await?.ok_or(Failure::Overload)?);
    }
    let Some(codes) = &plan.codes else { return Ok(hashed) };
    let set = match judge::codes_of(record, codes.len()) {
        CodesOf::Nobody => return Ok(hashed),
        CodesOf::Imported(set) => RecoverySet { entries: Vec::new(), ..set.clone() },
        CodesOf::New => RecoverySet {
            generation: cx.entropy.bytes(),
            salt: cx.entropy.bytes(),
            cost: cx.pinbolt.policy().cost(),
            pepper: cx.pinbolt.keys().active()?.id,
            made_at: 0,
            entries: Vec::new(),
            imported: true,
        },
    };
    let mut digests = Vec::with_capacity(codes.len());
    for code in codes {
        let work = stored_work(cx, code, &set)?;
        digests.push(cx.hash(work).await?.ok_or(Failure::Overload)?);
    }
    hashed.codes = Some((set, digests));
    Ok(hashed)
}
