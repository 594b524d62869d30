//! A small deterministic generator for faults and names in tests; it hides nothing.

use crate::row::Version;

/// Steele, Lea and Flood's SplitMix64: each of the 2^64 outputs comes once in a period.
#[derive(Clone, Debug)]
pub(super) struct SplitMix64(u64);

impl SplitMix64 {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..bound`, or 0 for an empty range; its small bias matters to no test.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        match self.draw().checked_rem(bound) {
            Some(number) => number,
            None => 0,
        }
    }

    pub(super) fn version(&mut self) -> Version {
        let wide = (u128::from(self.draw()) << 64) | u128::from(self.draw());
        Version::from_bytes(wide.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_first_outputs_come_out() {
        let mut random = SplitMix64::new(1_234_567);
        let first = [random.draw(), random.draw(), random.draw()];
        let published =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(first, published);
    }

    #[test]
    fn an_empty_range_gives_zero() {
        assert_eq!(SplitMix64::new(0).below(0), 0);
    }
}
