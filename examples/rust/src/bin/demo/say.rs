//! Verdicts, times and messages in words.

use core::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use pinbolt::{
    Accepted, Assurance, Event, Refusal,
    driver::Error,
    op::{AddressState, Challenge, Description, Enrolled, LedgerState, Unlocked},
};

/// Every line about a step stands under its number.
const INDENT: &str = "    ";

/// What isn't granted.
#[derive(Debug)]
pub(crate) enum No {
    /// To the person.
    Refused(Refusal),
    /// To the program, or from the infrastructure.
    Error(Error),
}

/// Says a verdict: what was granted, in the words of `granted`, or the code, name and sentence of
/// what was not.
pub(crate) fn verdict<T>(
    verdict: Result<T, No>,
    granted: impl FnOnce(&T) -> String,
) -> Result<T, No> {
    match &verdict {
        Ok(value) => println!("{INDENT}granted: {}", granted(value)),
        Err(no) => println!("{INDENT}{no}"),
    }
    verdict
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => {
                let (code, name) = (refusal.code(), refusal.name());
                write!(f, "refused, {code} {name}: {refusal}")?;
                more(refusal).iter().try_for_each(|more| write!(f, "\n{INDENT}{more}"))
            }
            Self::Error(Error::Refused(refusal)) => write!(f, "refused: {refusal}"),
            Self::Error(Error::Misuse(misuse)) => {
                write!(f, "misuse, {} {}: {misuse}", misuse.code(), misuse.name())
            }
            Self::Error(Error::Failure(failure, detail)) => {
                write!(f, "failure, {} {}: {failure}", failure.code(), failure.name())?;
                detail.iter().try_for_each(|detail| write!(f, " {detail}"))
            }
        }
    }
}

/// What a refusal says beside its sentence.
fn more(refusal: &Refusal) -> Option<String> {
    let more = match refusal {
        Refusal::WrongCode { tries_left } => format!("Tries left: {tries_left}."),
        Refusal::Superseded { newest } => format!("The newest one is in message {newest}."),
        Refusal::Waiting { until } | Refusal::Throttled { until } => {
            format!("It opens again in {}, at {}.", span_to(*until), clock(*until))
        }
        Refusal::WeakPin { reason } => reason.to_string(),
        Refusal::Malformed { input } => input.to_string(),
        _ => return None,
    };
    Some(more)
}

pub(crate) fn enrolled(enrolled: &Enrolled) -> String {
    let Enrolled { bound, candidates, .. } = enrolled;
    format!("addresses confirmed: {bound}, still to be confirmed: {candidates}")
}

pub(crate) fn challenge(challenge: &Challenge) -> String {
    let until = clock(challenge.expires);
    format!("a code is on its way in message {}, valid until {until}", challenge.reference)
}

pub(crate) fn accepted(accepted: &Accepted) -> String {
    let account = accepted.account();
    match (accepted.purpose(), accepted.assurance()) {
        ("sign-in", Assurance::OneFactor) => format!("{account} is signed in"),
        ("sign-in", _) => format!("{account} is signed in, by PIN and code"),
        _ => format!("the address now belongs to {account}"),
    }
}

pub(crate) fn unlocked(unlocked: Unlocked) -> String {
    match unlocked.refilled {
        true => "the wrong PINs are forgiven, the next try is judged at once".into(),
        false => "the count is zero; the wait stays, for it was forgiven often enough".into(),
    }
}

/// What an operator sees: no secret, and addresses only masked.
pub(crate) fn description(seen: &Description) -> String {
    let state = if seen.blocked { ", blocked" } else { "" };
    let mut lines = vec![format!("{}{state}, enrolled {}", seen.account, clock(seen.enrolled))];
    lines.extend(seen.pin_set.map(|at| format!("PIN        set {}", clock(at))));
    lines.extend(seen.addresses.iter().map(address));
    lines.extend(seen.ledgers.iter().map(ledger));
    let newest = seen.events.len().saturating_sub(4);
    lines.extend(seen.events.iter().skip(newest).map(event));
    lines.join(&format!("\n{INDENT}         "))
}

fn address(address: &AddressState) -> String {
    let masked = &address.masked;
    match address.bound {
        Some(at) => format!("address    {masked} confirmed {}", clock(at)),
        None => format!("address    {masked} not confirmed yet"),
    }
}

fn ledger(ledger: &LedgerState) -> String {
    let (what, failures) = (ledger.authenticator.name(), ledger.failures);
    let then = match (ledger.disabled, ledger.opens) {
        (true, _) => ", disabled".into(),
        (false, Some(until)) => format!(", opens again in {}, at {}", span_to(until), clock(until)),
        (false, None) => String::new(),
    };
    format!("wrong {what:<4} {failures}{then}")
}

fn event(event: &Event) -> String {
    let refusal = event.refusal.map(|code| format!(" {code}")).unwrap_or_default();
    format!("event      {} {:?}{refusal}", clock(event.at), event.kind)
}

/// A message in a frame.
pub(crate) fn framed(title: &str, lines: &[&str]) {
    let title = format!("─ {title} ");
    let longest = |width: usize, line: &&str| width.max(line.chars().count());
    let width = lines.iter().fold(title.chars().count(), longest);
    let rule = |length: usize| "─".repeat(length.saturating_add(2));
    println!("{INDENT}┌{title}{}┐", rule(width.saturating_sub(title.chars().count())));
    for line in lines {
        println!("{INDENT}│ {line:width$} │");
    }
    println!("{INDENT}└{}┘", rule(width));
}

/// The time of day.
pub(crate) fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02} UTC", seconds % 60)
}

/// How long it is from now.
fn span_to(until: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = (until / 1000).saturating_sub(now.as_secs());
    match seconds / 60 {
        0 => format!("{seconds} s"),
        minutes => format!("{minutes} min {} s", seconds % 60),
    }
}
