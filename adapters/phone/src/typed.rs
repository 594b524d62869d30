//! What was typed, without the signs that people put between digits.

use crate::PhoneError;

/// The longest text that is looked at, in bytes.
pub(crate) const MAX_LEN: usize = 64;
/// The most digits: 15 of a number (E.164, 6.1), and a way out of a country before it.
const MAX_DIGITS: usize = 24;
/// With fewer digits after a slash they may be another ending of the same number.
const MIN_AFTER_SLASH: usize = 5;

/// A phone number's digits, and how they were introduced.
#[derive(Default)]
pub(crate) struct Typed {
    /// Whether a `+` came first.
    pub(crate) plus: bool,
    pub(crate) digits: String,
    /// The same without a `(0)`, if there was one: which of the two is meant depends on the country.
    pub(crate) without_zero: Option<String>,
}

impl Typed {
    /// Reads digits with blanks, hyphens, dots, slashes and parentheses between them.
    pub(crate) fn parse(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim_matches(is_margin);
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        if !text.chars().all(is_known) {
            return Err(PhoneError::Character);
        }
        if text.len() > MAX_LEN {
            return Err(PhoneError::Length);
        }
        let (plus, rest) = split_plus(text);
        check_signs(text, &rest)?;
        let digits = digits(&rest);
        if digits.len() > MAX_DIGITS {
            return Err(PhoneError::Length);
        }
        let without_zero = rest.contains("(0)").then(|| self::digits(&rest.replacen("(0)", "", 1)));
        Ok(Self { plus, digits, without_zero })
    }
}

/// Whether a `+` leads, alone or behind a parenthesis, and the text without it.
fn split_plus(text: &str) -> (bool, String) {
    let plus = text.strip_prefix('+').map(str::to_owned);
    let plus = plus.or_else(|| text.strip_prefix("(+").map(|rest| format!("({rest}")));
    (plus.is_some(), plus.unwrap_or_else(|| text.to_owned()))
}

/// No other `+`; a digit or parenthesis at either end; parentheses in pairs and around digits; a slash
/// at most, with digits enough behind it.
fn check_signs(text: &str, rest: &str) -> Result<(), PhoneError> {
    let open = |c: char| c == '+' || c == '(' || c.is_ascii_digit();
    let close = |c: char| c == ')' || c.is_ascii_digit();
    let mut inside = None;
    let paired = rest.chars().all(|c| match (c, inside) {
        ('(', None) => {
            inside = Some(0_u8);
            true
        }
        (')', Some(1..)) => {
            inside = None;
            true
        }
        ('(' | ')', _) => false,
        (_, Some(seen)) => {
            inside = Some(seen.saturating_add(u8::from(c.is_ascii_digit())));
            true
        }
        (_, None) => true,
    });
    let tail = rest.split_once('/').map(|(_, tail)| tail);
    let slash =
        tail.is_none_or(|tail| !tail.contains('/') && digits(tail).len() >= MIN_AFTER_SLASH);
    let ends = text.starts_with(open) && text.ends_with(close);
    match ends && paired && inside.is_none() && slash && !rest.contains('+') {
        true => Ok(()),
        false => Err(PhoneError::Signs),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

const fn is_known(c: char) -> bool {
    c.is_ascii_digit()
        || is_blank(c)
        || matches!(c, '+' | '(' | ')' | '.' | '/' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}')
}

/// A space, plain or not broken, or a narrow one.
const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// What stands around a number that is pasted: blanks, and marks that say it is written from the left.
const fn is_margin(c: char) -> bool {
    is_blank(c) || matches!(c, '\u{200e}' | '\u{202a}' | '\u{202c}' | '\u{2066}' | '\u{2069}')
}
