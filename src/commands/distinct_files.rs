//! Refuses a command that would overwrite a file it reads, or write one file twice.

use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::input::InputPath;
use crate::output::file::{partial_name, resolve};
use crate::settings::Values;
use crate::settings::{ArchiveUse, ChangesSettings, Destination, KeywordSource, QuerySettings, usage};
use std::path::{Path, PathBuf};

/// Checks every file that a run reads or writes, before anything is bought.
///
/// # Errors
/// An output is the same file as an input or another output, under whatever name.
pub fn check(settings: &QuerySettings, values: &Values) -> Result<(), Failure> {
    let archive = match &settings.archive {
        ArchiveUse::At(location) => location.file(),
        ArchiveUse::None => None,
    };
    let mut read = files_read(Some(&settings.keywords), archive, values);
    let certificates = settings.wire.ca_certificates.clone();
    read.extend(certificates.map(|path| (Text::new("--ca-cert", "--ca-cert "), path)));
    check_files(read, files_written(settings))
}

/// Checks the files that `hecha changes` reads and writes.
///
/// # Errors
/// As [`check`].
pub fn check_changes(
    settings: &ChangesSettings,
    archive: Option<&Path>,
    values: &Values,
) -> Result<(), Failure> {
    let mut written = Vec::new();
    if let Destination::File(path) = &settings.destination {
        add_output(&mut written, path);
    }
    check_files(files_read(settings.keywords.as_ref(), archive, values), written)
}

fn check_files(mut files: Vec<(Text, PathBuf)>, written: Vec<(Text, PathBuf)>) -> Result<(), Failure> {
    for (role, path) in written {
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

fn files_read(
    keywords: Option<&KeywordSource>,
    archive: Option<&Path>,
    values: &Values,
) -> Vec<(Text, PathBuf)> {
    let mut files = Vec::new();
    if let Some(KeywordSource::List(list)) = keywords
        && let InputPath::File(path) = &list.path
    {
        files.push((Text::new("--input", "--input "), path.clone()));
    }
    if let Some(path) = archive {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            files.push((Text::new("the archive", "存档"), name.into()));
        }
    }
    files.extend(values.file.clone().map(|path| (Text::new("the configuration", "配置文件"), path)));
    let secrets =
        values.secret_files().map(|path| (Text::new("a file of a secret", "密钥文件"), path.into()));
    files.extend(secrets);
    files
}

fn files_written(settings: &QuerySettings) -> Vec<(Text, PathBuf)> {
    let mut files = Vec::new();
    if let Destination::File(path) = &settings.output.destination {
        add_output(&mut files, path);
    }
    if let Some((path, _)) = &settings.output.annotate {
        let partial = Text::new("the temporary file of --annotate", "--annotate 的临时文件");
        add(&mut files, Text::new("--annotate", "--annotate "), partial, path);
    }
    if let Some((path, _)) = &settings.output.report {
        let partial = Text::new("the temporary file of --report", "--report 的临时文件");
        add(&mut files, Text::new("--report", "--report "), partial, path);
    }
    files
}

fn add_output(files: &mut Vec<(Text, PathBuf)>, path: &Path) {
    let partial = Text::new("the temporary file of --output", "--output 的临时文件");
    add(files, Text::new("--output", "--output "), partial, path);
}

fn add(files: &mut Vec<(Text, PathBuf)>, role: Text, partial_role: Text, path: &Path) {
    files.push((role, path.to_owned()));
    if let Ok(target) = resolve(path) {
        files.push((partial_role, partial_name(&target)));
    }
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
