//! Verification of TLS certificates: by the system's store and by the certificates that the user adds. It cannot be turned
//! off.

use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// The largest certificate file that is read. The store of a whole system has a quarter of a megabyte.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// The TLS configuration. The system's certificates are loaded only if `with_tls` says that they are needed, because that
/// takes longer than all the rest of a lookup.
///
/// # Errors
/// A failure of kind `Configuration` for an unusable certificate file.
pub fn tls_config(with_tls: bool, ca_certificates: Option<&Path>) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    if with_tls {
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            Failure::configuration(message!("TLS cannot be used: {error}", "无法使用 TLS：{error}"))
        })?;
    let Some(path) = ca_certificates else {
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    };
    let given = certificates_in(path)?;
    for certificate in &given {
        roots.add(certificate.clone()).map_err(|error| unusable(path, damaged(&error)))?;
    }
    let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let authorities = authorities.map_err(|error| unusable(path, damaged(&error)))?;
    let verifier = Arc::new(GivenCertificates { authorities, given });
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn unusable(path: &Path, reason: impl Into<Message>) -> Failure {
    Failure::configuration(message!(
        "cannot use the certificates in {path}: {reason}",
        "无法使用 {path} 中的证书：{reason:#}",
        path = path.display(),
        reason = reason.into()
    ))
    .with_hint(Text::new(
        "give the certificate of the proxy or server as a PEM file, with --ca-cert or [network] ca_cert",
        "请用 --ca-cert 或 [network] ca_cert 指定代理或服务器证书的 PEM 文件",
    ))
}

/// The library's words about a certificate.
fn damaged(reason: &impl Display) -> Message {
    message!("{reason}", "内容无效（{reason}）")
}

fn certificates_in(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let file = File::open(path).map_err(|error| unusable(path, Message::of_system(&error)))?;
    let certificates: Vec<_> = CertificateDer::pem_reader_iter(BufReader::new(file.take(LARGEST_FILE)))
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(path, damaged(&error)))?;
    if certificates.is_empty() {
        return Err(unusable(path, Text::new("it contains no PEM certificate", "其中没有 PEM 证书")));
    }
    Ok(certificates)
}

/// A verifier that also accepts a server whose own certificate is one of the given ones, although it is marked as a CA.
/// `openssl req -x509` creates such certificates, and other clients accept them.
#[derive(Debug)]
struct GivenCertificates {
    authorities: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
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
                // Its validity period was checked before its role; its name was not.
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

/// Recognises the error by its text, because its type is private to the library.
fn is_authority_as_server(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other)) if other.0.to_string() == "CaUsedAsEndEntity")
}
