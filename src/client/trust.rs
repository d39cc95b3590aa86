//! Whose certificates are believed: those that the system's store vouches for, and what the user adds. Nothing here turns
//! verification off.

use super::wire::{WireSettings, configuration};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// The most that is read of a file of certificates; that of a whole system has a quarter of a megabyte.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// What a client needs to know of TLS.
pub(super) type Tls = ClientConfig;

/// The TLS configuration. Certificates are read only where an endpoint needs them: that takes longer than
/// all the rest of a lookup.
///
/// # Errors
/// A failure of kind `Configuration` for a file of certificates that cannot be used.
pub(super) fn tls(settings: &WireSettings) -> Result<Tls, Failure> {
    let mut roots = RootCertStore::empty();
    if settings.with_tls {
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| configuration(message!("TLS cannot be used: {error}", "无法使用 TLS：{error}")))?;
    let Some(path) = &settings.ca_certificates else {
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    };
    let given = certificates_in(path)?;
    for certificate in &given {
        roots.add(certificate.clone()).map_err(|error| unusable(path, damaged(&error)))?;
    }
    let verifier =
        GivenCertificates::new(roots, given, provider).map_err(|reason| unusable(path, damaged(&reason)))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

fn unusable(path: &Path, reason: impl Into<Message>) -> Failure {
    configuration(message!(
        "cannot use the certificates in {path}: {reason}",
        "无法使用 {path} 中的证书：{reason:#}",
        path = path.display(),
        reason = reason.into()
    ))
}

/// What the library says of a certificate.
fn damaged(reason: &impl Display) -> Message {
    message!("{reason}", "内容无效（{reason}）")
}

fn certificates_in(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let file = File::open(path).map_err(|error| unusable(path, Message::of_system(&error)))?;
    let certificates: Vec<_> = CertificateDer::pem_reader_iter(BufReader::new(file.take(LARGEST_FILE)))
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(path, damaged(&error)))?;
    if certificates.is_empty() {
        return Err(unusable(path, Text::new("it holds no PEM certificate", "其中没有 PEM 证书")));
    }
    Ok(certificates)
}

/// Believes whom the authorities vouch for, and beside them a server that shows a given certificate itself although that
/// calls itself an authority: what `openssl req -x509` makes for a server, and what other clients accept.
#[derive(Debug)]
struct GivenCertificates {
    authorities: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl GivenCertificates {
    fn new(
        roots: RootCertStore,
        given: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { authorities, given })
    }
}

impl ServerCertVerifier for GivenCertificates {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            Err(error) if is_authority_as_server(&error) && self.given.contains(end_entity) => {
                // Its time was looked at before its role; its name was not.
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

/// The library's own type of this error is private to it; its name is what it says.
fn is_authority_as_server(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other)) if other.0.to_string() == "CaUsedAsEndEntity")
}
