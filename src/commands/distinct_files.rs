//! Refuses a command that would overwrite a file it reads, or write one file twice.

use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::input::InputPath;
use crate::output::file::{partial_name, resolve};
use crate::settings::Values;
use crate::settings::{ArchiveUse, Destination, KeywordSource, QuerySettings, usage};
use std::path::{Path, PathBuf};

/// Checks every file that a run reads or writes, before anything is bought.
///
/// # Errors
/// An output is the same file as an input or another output, under whatever name.
pub fn check(settings: &QuerySettings, values: &Values) -> Result<(), Failure> {
    let mut files = files_read(settings, values);
    for (role, path) in files_written(settings) {
        let Some(written) = identity(&path) else { continue };
        let same = |(_, other): &&(Text, PathBuf)| identity(other).is_some_and(|other| other == written);
        if let Some((other, _)) = files.iter().find(same) {
            return Err(usage(message!(
                "{other} and {role} are one file, {file}, which would be lost; give another name",
                "{other:#}与{role:#}是同一文件 {file}，会因此丢失；请另取文件名",
                file = path.display()
            )));
        }
        files.push((role, path));
    }
    Ok(())
}

fn files_read(settings: &QuerySettings, values: &Values) -> Vec<(Text, PathBuf)> {
    let mut files = Vec::new();
    if let KeywordSource::List(list) = &settings.keywords
        && let InputPath::File(path) = &list.path
    {
        files.push((Text::new("--input", "--input "), path.clone()));
    }
    if let ArchiveUse::File(path) = &settings.archive {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            files.push((Text::new("the archive", "存档"), name.into()));
        }
    }
    let certificates = settings.wire.ca_certificates.clone();
    files.extend(certificates.map(|path| (Text::new("--ca-cert", "--ca-cert "), path)));
    files.extend(values.file.clone().map(|path| (Text::new("the configuration", "配置文件"), path)));
    let secrets =
        values.secret_files().map(|path| (Text::new("a file of a secret", "密钥文件"), path.into()));
    files.extend(secrets);
    files
}

fn files_written(settings: &QuerySettings) -> Vec<(Text, PathBuf)> {
    let mut files = Vec::new();
    let mut add = |role, partial_role, path: &Path| {
        files.push((role, path.to_owned()));
        if let Ok(target) = resolve(path) {
            files.push((partial_role, partial_name(&target)));
        }
    };
    if let Destination::File(path) = &settings.output.destination {
        let partial = Text::new("the temporary file of --output", "--output 的临时文件");
        add(Text::new("--output", "--output "), partial, path);
    }
    if let Some((path, _)) = &settings.output.annotate {
        let partial = Text::new("the temporary file of --annotate", "--annotate 的临时文件");
        add(Text::new("--annotate", "--annotate "), partial, path);
    }
    if let Some((path, _)) = &settings.output.report {
        let partial = Text::new("the temporary file of --report", "--report 的临时文件");
        add(Text::new("--report", "--report "), partial, path);
    }
    files
}

/// What makes a file itself, whatever it is called.
#[derive(PartialEq, Eq)]
enum Identity {
    /// An existing file, by device and inode.
    #[cfg(unix)]
    Inode(u64, u64),
    /// A file that does not exist yet, by its real folder.
    Path(PathBuf),
}

/// `None` for a device or a pipe, which cannot be lost, and for a path that cannot be reached.
fn identity(path: &Path) -> Option<Identity> {
    let path = resolve(path).ok()?;
    match path.metadata() {
        #[cfg(unix)]
        Ok(found) => {
            use std::os::unix::fs::MetadataExt;
            found.is_file().then(|| Identity::Inode(found.dev(), found.ino()))
        }
        #[cfg(not(unix))]
        Ok(found) => found.is_file().then(|| path.canonicalize().ok().map(Identity::Path))?,
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(Identity::Path(folder.join(path.file_name()?)))
        }
    }
}
