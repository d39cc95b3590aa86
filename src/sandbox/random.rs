//! Repeatable random numbers drawn from a keyword: the same rows today, tomorrow and on another machine. Not secure.

/// A 64-bit hash of a text (FNV-1a with a final mix), different for each `salt`.
pub(super) fn hash(text: &str, salt: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash ^ mix(salt))
}

/// The `index`-th number of a permutation of `0..span`: unique while `index < span`. `span` must not be a multiple of 7919.
pub(super) fn permuted(seed: u64, index: u64, span: u64) -> u64 {
    (seed % span + (index % span) * (7919 % span)) % span
}

fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A generator (splitmix64) seeded by a company and the index of one of its rows.
#[derive(Debug, Clone)]
pub(super) struct SeededRng {
    state: u64,
}

impl SeededRng {
    /// The generator of row `index`.
    pub(super) fn of_row(seed: u64, index: u64) -> Self {
        Self { state: seed ^ mix(index.wrapping_add(1)) }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number below `limit`, which must not be zero.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A number below `limit` for arithmetic with dates.
    pub(super) fn days(&mut self, limit: u64) -> jiff::Span {
        jiff::Span::new().days(i64::try_from(self.below(limit)).unwrap_or_default())
    }

    /// True in one of `times` draws on average.
    pub(super) fn one_in(&mut self, times: u64) -> bool {
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
    fn the_same_text_has_the_same_hash_and_each_salt_another() {
        assert_eq!(hash("乐视云计算有限公司", 1), hash("乐视云计算有限公司", 1));
        assert_ne!(hash("乐视云计算有限公司", 1), hash("乐视云计算有限公司", 2));
        assert_ne!(hash("甲", 1), hash("乙", 1));
    }

    #[test]
    fn permuted_numbers_are_unique_within_the_span() {
        let numbers: HashSet<u64> =
            (0..1_000_000).map(|index| permuted(u64::MAX - 5, index, 1_000_000)).collect();
        assert_eq!(numbers.len(), 1_000_000);
    }
}
