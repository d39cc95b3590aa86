//! The registry of the imitated vendors. Routing, counters, exported variables and the front page derive from it.

use super::vendor::Vendor;
use super::{ihuyi, market, shuidi};

/// All vendors, in the order of the documentation.
pub(super) const VENDORS: [Vendor; 3] = [market::VENDOR, ihuyi::VENDOR, shuidi::VENDOR];
