//! The description of a simulated vendor.

use super::exchange::{VendorRequest, VendorResponse, VendorState};

/// One simulated vendor.
#[derive(Debug)]
pub(super) struct Vendor {
    /// Its name in configuration and data.
    pub(super) name: &'static str,
    /// The beginning of all its paths, also of unknown ones.
    pub(super) prefix: &'static str,
    /// The path of its endpoint.
    pub(super) path: &'static str,
    /// Environment variables of hecha with the credentials that the vendor accepts.
    pub(super) credentials: &'static [(&'static str, &'static str)],
    /// Answers one request.
    pub(super) respond: fn(&VendorRequest, &VendorState<'_>) -> VendorResponse,
}
