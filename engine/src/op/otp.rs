//! One-time codes in an operation: with which tokens a code is compared, and what it is to them.

use alloc::vec::Vec;

use super::evidence::Otp;
use crate::{
    error::Failure,
    guard::Windows,
    oath::Hotp,
    record::{Account, Fit, Token, parse_name},
    row::RowName,
};

/// The tokens that a code is compared with, by number; a guess counts as many.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    tokens: Vec<u32>,
    /// Where no token fits: so many that nobody has.
    nobodies: u32,
}

/// What a code is to the chosen tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared {
    pub(super) fit: Fit,
    /// Whose code it is.
    pub(super) token: u32,
    /// Its digits; those of the first token where it is nobody's.
    pub(super) digits: u8,
}

/// Chooses all confirmed tokens: of whatever length the code is, or a guess of another length would
/// count otherwise. Unknown names, and accounts without a token, seem to have one or more: half of
/// them one, a quarter two, and so on, so that there is an unknown name for each way in which an
/// account is throttled.
pub(super) fn choose(record: &Account, row: &RowName) -> Chosen {
    let confirmed = record.tokens.iter().filter(|token| token.confirmed.is_some());
    let tokens: Vec<u32> = confirmed.map(|token| token.number).collect();
    let nobodies = if tokens.is_empty() { seeming(row) } else { 0 };
    Chosen { tokens, nobodies }
}

impl Chosen {
    /// How many guesses one comparison counts.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX).max(self.nobodies)
    }

    /// Compares with every chosen token that is still there, whatever the first ones said.
    pub(super) fn compare(
        &self,
        record: &Account,
        (windows, now): (&Windows, u64),
        typed: &Otp,
    ) -> Result<Compared, Failure> {
        let own = record.tokens.iter().filter(|token| self.tokens.contains(&token.number));
        let first = own.clone().next().map_or(typed.digits(), |token| token.digits);
        let mut compared = Compared { fit: Fit::None, token: 0, digits: first };
        for token in own {
            let fit = token.compare((windows, now), &typed.code(token))?;
            // What one token has used is used: two may be of one key.
            let better = match (compared.fit, fit) {
                (_, Fit::None) | (Fit::Used, _) | (Fit::Fresh(_), Fit::Fresh(_)) => false,
                (Fit::None | Fit::Fresh(_), Fit::Used) | (Fit::None, Fit::Fresh(_)) => true,
            };
            if better {
                compared = Compared { fit, token: token.number, digits: token.digits };
            }
        }
        let nobody = Token::nobody(*Hotp::DIGITS.start());
        for _ in 0..self.nobodies {
            core::hint::black_box(nobody.compare((windows, now), &typed.code(&nobody))?);
        }
        Ok(compared)
    }
}

/// One or more, by the row's keyed name: always the same for the same name.
fn seeming(row: &RowName) -> u32 {
    let [first, ..] = parse_name(row).map_or([1; 32], |(_, hash)| hash);
    first.trailing_zeros().saturating_add(1).min(Account::MAX_TOKENS)
}
