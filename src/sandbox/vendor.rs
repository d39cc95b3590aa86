//! The description of a simulated vendor.

use super::exchange::{VendorRequest, VendorResponse, VendorState};

/// One simulated vendor.
#[derive(Debug)]
pub(super) struct Vendor {
    /// Its name in configuration and data.
    pub(super) name: &'static str,
    /// The beginning of all its paths, also of unknown ones.
    pub(super) prefix: &'static str,
    /// Its endpoints; the first is the one to configure.
    pub(super) paths: &'static [&'static str],
    /// The methods of its endpoints, for people.
    pub(super) methods: &'static str,
    /// Environment variables of hecha with the credentials that the vendor accepts.
    pub(super) credentials: &'static [(&'static str, &'static str)],
    /// Answers one request.
    pub(super) respond: fn(&VendorRequest, &VendorState<'_>) -> VendorResponse,
}
