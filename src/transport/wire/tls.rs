//! Whose certificates are trusted: the system's, those of the user's file, or a built-in list where a system has
//! none.

use super::{WireSettings, configuration};
use crate::domain::failure::Failure;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;

/// The TLS configuration. Certificates are read only where an endpoint needs them: that takes longer than
/// all the rest of a lookup.
pub(super) fn configured(settings: &WireSettings) -> Result<rustls::ClientConfig, Failure> {
    let mut roots = rustls::RootCertStore::empty();
    if settings.with_tls {
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
    }
    if let Some(path) = &settings.ca_certificates {
        let unusable = |reason: String| {
            configuration(format!("cannot use the certificates in {}: {reason}", path.display()))
        };
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect)
            .map_err(|error| unusable(error.to_string()))?;
        if certificates.is_empty() {
            return Err(unusable("it holds no PEM certificate".to_owned()));
        }
        for certificate in certificates {
            roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| configuration(format!("TLS cannot be used: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
