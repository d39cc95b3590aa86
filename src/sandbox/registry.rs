//! The registry of the simulated vendors. Routing and exported variables derive from it.

use super::exchange::Vendor;
use super::{ihuyi, market, shuidi};

/// All vendors, in the order of the documentation.
pub(super) const VENDORS: &[Vendor] = &[
    market::VENDOR,
    ihuyi::VENDOR,
    shuidi::VENDOR,
    #[cfg(test)]
    super::tests::toy::VENDOR,
];
