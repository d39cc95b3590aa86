//! Whose certificate is believed.

use crate::harness::World;
use crate::harness::vendor::{Vendor, json};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::PathBuf;
use std::sync::Arc;

/// The answer of every vendor here: all three parts of the program take it for "nothing found" at shuidi.
pub const NOTHING_FOUND: &str = r#"{"statusCode":2,"statusMessage":"查询无结果"}"#;

/// An authority of our own, and its certificate as users have it.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
        parameters.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self { issuer: CertifiedIssuer::self_signed(parameters, key).expect("an authority") }
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The certificate of `key` in PEM.
    #[cfg(all(unix, feature = "postgres"))]
    pub fn certificate(&self, parameters: &CertificateParams, key: &KeyPair) -> String {
        parameters.signed_by(key, &self.issuer).expect("a certificate").pem()
    }

    /// The TLS of a server that this authority vouches for.
    pub fn server(&self, parameters: &CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("a certificate");
        server(certificate.der().clone(), &key)
    }
}

fn server(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.expect("a server"))
}

pub fn parameters(hosts: &[&str]) -> CertificateParams {
    CertificateParams::new(hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>())
        .expect("parameters")
}

/// A vendor behind TLS, and a user who trusts `authority` or no authority.
fn world(vendor: &Vendor, host: &str) -> World {
    World::with_vendor_at(&format!("https://{host}:{}", vendor.port()))
}

fn authority_file(world: &World, authority: &Authority) -> PathBuf {
    world.write("company-ca.pem", authority.pem())
}

const ASK: [&str; 9] =
    ["copyright", "--provider", "shuidi", "某公司", "-f", "json", "--retries", "1", "--no-archive"];

#[test]
fn a_certificate_of_the_given_authority_is_believed() {
    let authority = Authority::new();
    let vendor = Vendor::start_tls(authority.server(&parameters(&["localhost", "127.0.0.1"])), |_| {
        json(NOTHING_FOUND)
    });
    for host in ["localhost", "127.0.0.1"] {
        let world = world(&vendor, host);
        let file = authority_file(&world, &authority);
        let by_flag = world.run(ASK.iter().copied().chain(["--ca-cert", file.to_str().unwrap()]));
        assert_eq!(by_flag.exits_with(0).json()["queries"][0]["status"], "empty");
        let by_setting = world.with("HECHA_NETWORK_CA_CERT", file.to_str().unwrap());
        by_setting.run(ASK).exits_with(0);
    }
    assert_eq!(vendor.calls(), 4);
}

#[test]
fn certificates_that_prove_nothing_are_refused_before_anything_is_sent() {
    let authority = Authority::new();
    let mut expired = parameters(&["localhost"]);
    expired.not_before = date_time_ymd(2019, 1, 1);
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut not_yet = parameters(&["localhost"]);
    not_yet.not_before = date_time_ymd(3000, 1, 1);
    not_yet.not_after = date_time_ymd(3001, 1, 1);
    let self_signed = {
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters(&["localhost"]).self_signed(&key).expect("a certificate");
        server(certificate.der().clone(), &key)
    };
    for (what, zh, config) in [
        ("expired", "证书已过期", authority.server(&expired)),
        ("not valid yet", "证书尚未生效", authority.server(&not_yet)),
        ("of another host", "证书不属于该主机", authority.server(&parameters(&["vendor.example"]))),
        ("self-signed", "证书不可信", self_signed),
        ("of an unknown authority", "证书不可信", Authority::new().server(&parameters(&["localhost"]))),
    ] {
        let vendor = Vendor::start_tls(config, |_| json(NOTHING_FOUND));
        let world = world(&vendor, "localhost");
        let file = authority_file(&world, &authority);
        let ran = world.run(ASK.iter().copied().chain(["--ca-cert", file.to_str().unwrap()])).exits_with(4);
        let query = &ran.json()["queries"][0];
        assert_eq!(query["error"]["kind"], "configuration", "{what}: {query}");
        assert_eq!((&query["error"]["charged"], &query["calls"]), (&"no".into(), &0.into()), "{what}");
        assert!(ran.stderr.contains("certificate") && ran.stderr.contains("clock"), "{what}: {}", ran.stderr);
        assert_eq!(
            (vendor.calls(), vendor.connections()),
            (0, 1),
            "{what}: nothing was sent, nothing repeated"
        );
        let chinese = ["--ca-cert", file.to_str().unwrap(), "--lang", "zh"];
        let in_chinese = world.run(ASK.iter().copied().chain(chinese));
        assert!(in_chinese.stderr.contains(zh), "{what}: {}", in_chinese.stderr);
    }
}

/// What `openssl req -x509` makes: its own authority and its own server.
#[test]
fn a_given_certificate_that_signed_itself_is_believed_for_its_own_host_and_time_alone() {
    let self_signed = |hosts: &[&str], until: i32| {
        let mut parameters = parameters(hosts);
        parameters.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        parameters.not_before = date_time_ymd(2019, 1, 1);
        parameters.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("a certificate");
        (server(certificate.der().clone(), &key), certificate.pem())
    };
    let (_, pem_of_another) = self_signed(&["localhost"], 3000);
    for (what, hosts, until, pem, exit) in [
        ("given", "localhost", 3000, None, 0),
        ("another is given", "localhost", 3000, Some(pem_of_another), 4),
        ("of another host", "vendor.example", 3000, None, 4),
        ("expired", "localhost", 2020, None, 4),
    ] {
        let (config, own) = self_signed(&[hosts], until);
        let vendor = Vendor::start_tls(config, |_| json(NOTHING_FOUND));
        let world = world(&vendor, "localhost");
        let file = world.write("server.pem", pem.unwrap_or(own));
        let ran = world.run(ASK.iter().copied().chain(["--ca-cert", file.to_str().unwrap()]));
        assert_eq!(ran.code, Some(exit), "{what}: {}", ran.stderr);
        assert_eq!(vendor.calls(), usize::from(exit == 0), "{what}");
    }
}

#[test]
fn without_ca_cert_an_authority_of_our_own_is_unknown() {
    let authority = Authority::new();
    let vendor = Vendor::start_tls(authority.server(&parameters(&["localhost"])), |_| json(NOTHING_FOUND));
    let ran = world(&vendor, "localhost").run(ASK).exits_with(4);
    assert!(ran.stderr.contains("--ca-cert"), "{}", ran.stderr);
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn the_systems_store_is_believed() {
    let authority = Authority::new();
    let vendor = Vendor::start_tls(authority.server(&parameters(&["localhost"])), |_| json(NOTHING_FOUND));
    let world = world(&vendor, "localhost");
    let file = authority_file(&world, &authority);
    world.with("SSL_CERT_FILE", file.to_str().unwrap()).run(ASK).exits_with(0);
    assert_eq!(vendor.calls(), 1);
}

#[test]
fn a_file_without_certificates_is_a_mistake_of_the_configuration() {
    let world = World::with_vendor_at("https://localhost:9");
    for (name, content) in
        [("empty.pem", ""), ("key.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    {
        let path = world.write(name, content);
        let ran = world.run(ASK.iter().copied().chain(["--ca-cert", path.to_str().unwrap()])).exits_with(4);
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
    if cfg!(unix) {
        let endless = ASK.iter().copied().chain(["--ca-cert", "/dev/zero"]);
        assert!(world.run(endless).exits_with(4).stderr.contains("no PEM certificate"));
    }
    let ran = world.run(ASK.iter().copied().chain(["--ca-cert", "nowhere.pem"])).exits_with(4);
    assert!(ran.stderr.contains("nowhere.pem"), "{}", ran.stderr);
}

#[test]
fn a_server_that_speaks_no_tls_gets_nothing() {
    let vendor = Vendor::start(|_| json(NOTHING_FOUND));
    let ran = world(&vendor, "localhost").run(ASK).exits_with(5);
    assert_eq!(ran.json()["queries"][0]["error"]["charged"], "no");
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn config_check_says_whether_a_certificate_is_trusted_and_asks_nothing() {
    let authority = Authority::new();
    let vendor = Vendor::start_tls(authority.server(&parameters(&["localhost"])), |_| json(NOTHING_FOUND));
    let world = world(&vendor, "localhost");
    let refused = world.run(["config", "check"]).exits_with(4);
    let checks = refused.json()["checks"].clone();
    let mut checks = checks.as_array().unwrap().iter();
    let host = checks.find(|found| found["check"].as_str().unwrap().starts_with("https://")).unwrap();
    assert_eq!(host["status"], "failed", "{host}");
    assert!(host["hint"].as_str().is_some_and(|hint| hint.contains("--ca-cert")), "{host}");
    let file = authority_file(&world, &authority);
    let trusted = world.with("HECHA_NETWORK_CA_CERT", file.to_str().unwrap());
    let ran = trusted.run(["config", "check"]).exits_with(0);
    assert!(ran.text().contains("certificate trusted"), "{}", ran.text());
    let table = trusted.run(["config", "check", "-f", "table", "--lang", "zh"]).exits_with(0);
    assert!(table.text().contains("证书可信"), "{}", table.text());
    assert!(vendor.requests().iter().all(|request| request.line == "HEAD / HTTP/1.1"));
}
