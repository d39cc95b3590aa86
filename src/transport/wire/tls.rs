//! Whose certificates are trusted: the system's, those of the user's file, or a built-in list where a system has
//! none.

use super::{WireSettings, configuration};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
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
        let unusable = |reason: Message| {
            configuration(message!(
                "cannot use the certificates in {path}: {reason}",
                "无法使用 {path} 中的证书：{reason:#}",
                path = path.display()
            ))
        };
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect)
            .map_err(|error| unusable(Message::verbatim(error.to_string())))?;
        if certificates.is_empty() {
            return Err(unusable(Text::new("it holds no PEM certificate", "其中没有 PEM 证书").into()));
        }
        for certificate in certificates {
            roots.add(certificate).map_err(|error| unusable(Message::verbatim(error.to_string())))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| configuration(message!("TLS cannot be used: {error}", "无法使用 TLS：{error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
