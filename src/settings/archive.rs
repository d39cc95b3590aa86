//! The location of the archive: a file, or a database on a server.

use super::configured_value::is_address;
#[cfg(feature = "postgres")]
use super::password_file;
use super::values::Values;
use crate::archive::ArchiveLocation;
#[cfg(feature = "postgres")]
use crate::archive::PostgresSettings;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
#[cfg(feature = "postgres")]
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// The archive's file or server by environment, configuration or convention. The environment goes before the file of the
/// configuration.
///
/// # Errors
/// A failure of kind `FailureKind::Configuration`: both are given in one place, the address is wrong, a password cannot be
/// read, or there is no home folder.
pub fn archive_location(values: &Values, ca_certificates: Option<&Path>) -> Result<ArchiveLocation, Failure> {
    let given = |name| values.get("archive", name).filter(|value| !value.is_blank());
    match (given("path"), given("url")) {
        (Some(path), Some(url)) if path.in_environment == url.in_environment => {
            Err(Failure::configuration(message!(
                "{path} and {url} are both set; set only one of them",
                "{path} 与 {url} 同时设置了；请只设置其一",
                path = path.origin,
                url = url.origin
            )))
        }
        (None, Some(_)) => server(values, ca_certificates),
        (Some(_), Some(url)) if url.in_environment => server(values, ca_certificates),
        _ => archive_file(values).map(ArchiveLocation::File),
    }
}

/// The archive's file by environment, configuration or convention.
fn archive_file(values: &Values) -> Result<PathBuf, Failure> {
    let configured = values.path("archive", "path").map(Path::to_owned);
    if configured.as_deref().is_some_and(is_address) {
        const ADDRESS: Text = Text::new(
            "it is an address, not a path; a server's address is [archive] url or HECHA_ARCHIVE_URL",
            "这是地址，不是路径；服务器地址请写入 [archive] url 或 HECHA_ARCHIVE_URL",
        );
        return Err(values.wrong("archive", "path", ADDRESS));
    }
    configured.or_else(|| values.default_paths.archive_file.clone()).ok_or_else(|| {
        Failure::configuration(Text::new("no home folder for the archive", "没有可存放存档的用户目录"))
            .with_hint(Text::new(
                "name a file in HECHA_ARCHIVE, or use --no-archive",
                "请用 HECHA_ARCHIVE 指定文件，或使用 --no-archive",
            ))
    })
}

#[cfg(feature = "postgres")]
fn server(values: &Values, ca_certificates: Option<&Path>) -> Result<ArchiveLocation, Failure> {
    let url = values.secret("archive", "url")?;
    let url = url.as_ref().map(crate::domain::secret::Secret::expose).unwrap_or_default();
    let mut settings =
        PostgresSettings::from_url(url).map_err(|reason| values.wrong("archive", "url", reason))?;
    if settings.uses_tls {
        let of_url = settings.root_certificate.as_deref();
        let given = ca_certificates.or(of_url).or_else(|| values.path("network", "ca_cert"));
        settings.tls = Some(crate::client::tls_config(true, given)?.into());
    }
    if settings.password.is_none() {
        let password = values.secret("archive", "password")?;
        let account = settings.account();
        let found = || password_file::password(values.default_paths.password_file.as_deref()?, &account);
        settings.password = password.or_else(found);
    }
    let folder = values.default_paths.archive_file.as_deref().and_then(Path::parent).ok_or_else(|| {
        Failure::configuration(Text::new(
            "no home folder for answers that cannot be stored on the server",
            "没有可暂存应答的用户目录",
        ))
    })?;
    let digest = Sha256::digest(settings.location().as_os_str().as_encoded_bytes());
    let name = format!("spool-{}.db", &crate::domain::text::hexadecimal(&digest)[..16]);
    settings.spool = folder.join(name);
    Ok(ArchiveLocation::Server(Box::new(settings)))
}

#[cfg(not(feature = "postgres"))]
fn server(_: &Values, _: Option<&Path>) -> Result<ArchiveLocation, Failure> {
    Err(Failure::configuration(Text::new(
        "[archive] url: this program was built without PostgreSQL",
        "[archive] url：本程序构建时未包含 PostgreSQL",
    )))
}
