//! The price of one call in yuan.

use super::page::Finding;

/// The price of one call at a provider, by what the call finds. A call of which that is unknown counts as one with
/// records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// The price of an answer with records.
    pub records: f64,
    /// The price of an answer that nothing was found.
    pub nothing: f64,
}

impl Price {
    /// The price of a call by what it found.
    pub const fn of(self, finding: Finding) -> f64 {
        match finding {
            Finding::Records => self.records,
            Finding::Nothing => self.nothing,
        }
    }

    /// The lowest price of a call.
    pub fn least(self) -> f64 {
        self.records.min(self.nothing)
    }
}
