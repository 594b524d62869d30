//! From a truncated MAC to the number that a code has room for (RFC 4226, 5.3), without a division
//! that would see it.

use super::hmac::Mac;
use crate::code::Form;

/// How many codes there are of a form, with the reciprocal: processors divide in a time that depends on
/// what is divided.
#[derive(Clone, Copy)]
pub(super) struct Modulus {
    form: Form,
    power: u64,
    /// 2^64 / power, rounded up. The quotient of a number under 2^31 becomes too large by less than
    /// 2^-33, and so is exact once it is rounded down.
    reciprocal: u64,
}

impl Modulus {
    /// For codes of five letters, or of 1 to 10 digits.
    pub(super) fn new(form: Form) -> Option<Self> {
        let base: u64 = match form {
            Form::Steam => 26,
            Form::Digits(1..=10) => 10,
            Form::Digits(_) => return None,
        };
        let power = base.checked_pow(form.len().into())?;
        let reciprocal = u64::MAX.checked_div(power)?.checked_add(1)?;
        Some(Self { form, power, reciprocal })
    }

    pub(super) const fn form(&self) -> Form {
        self.form
    }

    /// The number that a code of `mac` writes.
    pub(super) fn number(&self, mac: &Mac) -> u64 {
        self.reduce(mac.truncated())
    }

    /// The number that a code of a MAC writes that was truncated to 31 bits.
    #[inline]
    pub(super) fn reduce(&self, truncated: u32) -> u64 {
        let number = u64::from(truncated);
        let quotient = u128::from(number).wrapping_mul(self.reciprocal.into()) >> 64;
        #[allow(clippy::cast_possible_truncation, reason = "the high half")]
        let quotient = quotient as u64;
        number.wrapping_sub(quotient.wrapping_mul(self.power))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    #[test]
    fn remainders_are_exact_at_every_multiple_of_the_power() {
        let powers = (1..=10).map(|digits| (Form::Digits(digits), 10u64.pow(digits.into())));
        for (form, power) in powers.chain([(Form::Steam, 26u64.pow(5))]) {
            let modulus = Modulus::new(form).unwrap();
            let last = u64::from(u32::MAX >> 1);
            let step = (last / power / 100_000 + 1) * power;
            for multiple in (0..=last).step_by(usize::try_from(step).unwrap()) {
                for number in [multiple.saturating_sub(1), multiple, multiple + 1, last] {
                    let truncated = u32::try_from(number.min(last)).unwrap();
                    assert_eq!(modulus.reduce(truncated), number.min(last) % power);
                }
            }
        }
    }

    #[test]
    fn failure_30_no_digits_and_eleven_have_no_modulus() {
        for digits in [0, 11, u8::MAX] {
            assert!(Modulus::new(Form::Digits(digits)).is_none());
        }
    }
}
