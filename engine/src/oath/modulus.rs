//! From a MAC to a number of so many digits (RFC 4226, 5.3), without a table, a branch or a division
//! that would see the MAC.

use subtle::{Choice, ConditionallySelectable};

use super::hmac::Mac;

/// 10^digits, with its reciprocal: processors divide in a time that depends on the dividend.
#[derive(Clone, Copy)]
pub(super) struct Modulus {
    digits: u8,
    power: u64,
    /// 2^64 / power, rounded up. With it the quotient of a number under 2^31 is exact: it is too
    /// large by less than 2^31 * 10^9 / 2^64 before it is rounded down.
    reciprocal: u64,
}

impl Modulus {
    /// For codes of 1 to 10 digits.
    pub(super) fn new(digits: u8) -> Option<Self> {
        if !(1..=10).contains(&digits) {
            return None;
        }
        let power = 10u64.checked_pow(digits.into())?;
        let reciprocal = u64::MAX.checked_div(power)?.checked_add(1)?;
        Some(Self { digits, power, reciprocal })
    }

    pub(super) const fn digits(&self) -> u8 {
        self.digits
    }

    /// The number that a code of this MAC writes.
    #[inline]
    pub(super) fn number(&self, mac: &Mac) -> u64 {
        let truncated = u64::from(truncated(mac.as_bytes()));
        let quotient = u128::from(truncated).wrapping_mul(self.reciprocal.into()) >> 64;
        #[allow(clippy::cast_possible_truncation, reason = "the high half")]
        let quotient = quotient as u64;
        truncated.wrapping_sub(quotient.wrapping_mul(self.power))
    }
}

/// 31 bits from the place that the MAC's last four bits name (RFC 4226, 5.3). Every place is read,
/// and one of them selected.
#[inline]
pub(super) fn truncated(mac: &[u8]) -> u32 {
    let place = mac.last().copied().unwrap_or_default();
    let (words, _) = mac.as_chunks::<4>();
    let word = |at: usize| words.get(at).map_or(0, |word| u64::from(u32::from_be_bytes(*word)));
    let eight = |at: usize| word(at) << 32 | word(at.wrapping_add(1));
    let bit = |at: u8| Choice::from(place >> at & 1);
    let low = u64::conditional_select(&eight(0), &eight(1), bit(2));
    let high = u64::conditional_select(&eight(2), &eight(3), bit(2));
    let found = u64::conditional_select(&low, &high, bit(3));
    let shift = 32u32.wrapping_sub(u32::from(place & 3).wrapping_mul(8));
    #[allow(clippy::cast_possible_truncation, reason = "31 bits are asked for")]
    let found = found.wrapping_shr(shift) as u32;
    found & 0x7fff_ffff
}
