//! Chance that is always the same: numbers drawn from a keyword, so that a keyword has the same rows today, tomorrow and on
//! another machine. Owns the hash and the draws; knows nothing of what is drawn. Nothing here is secure or meant to be.

/// A 64-bit fingerprint of a text (FNV-1a, mixed once more), different for each `salt`.
pub(super) fn fingerprint(text: &str, salt: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mixed(hash ^ mixed(salt))
}

/// The `index`-th of `span` different numbers below `span`, in an order that looks shuffled: no number comes twice while
/// `index < span`, so row keys made from it are unique. `span` must not be a multiple of 7919.
pub(super) fn scattered(seed: u64, index: u64, span: u64) -> u64 {
    (seed % span + (index % span) * (7919 % span)) % span
}

fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A sequence of draws (splitmix64) that depends on a seed and a row's index only.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// The dice of row `index` of whatever `seed` stands for.
    pub(super) fn of_row(seed: u64, index: u64) -> Self {
        Self { state: seed ^ mixed(index.wrapping_add(1)) }
    }

    /// The next 64 bits.
    pub(super) fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.state)
    }

    /// A number below `limit`; `limit` must not be zero.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    /// True once in `times` draws.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the choices, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let place = self.below(choices.len() as u64);
        choices[usize::try_from(place).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_text_has_the_same_fingerprint_and_each_salt_another() {
        assert_eq!(fingerprint("乐视云计算有限公司", 1), fingerprint("乐视云计算有限公司", 1));
        assert_ne!(fingerprint("乐视云计算有限公司", 1), fingerprint("乐视云计算有限公司", 2));
        assert_ne!(fingerprint("甲", 1), fingerprint("乙", 1));
    }

    #[test]
    fn scattered_numbers_never_come_twice_within_the_span() {
        let numbers: HashSet<u64> =
            (0..1_000_000).map(|index| scattered(u64::MAX - 5, index, 1_000_000)).collect();
        assert_eq!(numbers.len(), 1_000_000);
    }
}
