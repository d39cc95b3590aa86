//! Refuses a command that would overwrite a file it reads, or write one file twice.

use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::file_identity;
use crate::input::InputSettings;
use crate::output::file::{partial_name, resolve};
use crate::settings::{KeywordSource, Values};
use std::path::{Path, PathBuf};

/// A file and the words for its use.
pub type NamedFile = (Text, PathBuf);

/// The words for the file of `--output`.
pub const OUTPUT: Text = Text::new("--output", "--output ");

/// The files that every command reads: the list, the archive, the configuration and the secrets.
pub fn files_read(
    keywords: Option<&KeywordSource>,
    archive: Option<&Path>,
    values: &Values,
) -> Vec<NamedFile> {
    let mut files = Vec::new();
    if let Some(KeywordSource::List(InputSettings { path: Some(path), .. })) = keywords {
        files.push((Text::new("--input", "--input "), path.clone()));
    }
    if let Some(path) = archive {
        files.extend(["", "-wal", "-shm"].map(|suffix| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            (Text::new("the archive", "存档"), name.into())
        }));
    }
    files.extend(values.file.clone().map(|path| (Text::new("the configuration", "配置文件"), path)));
    files
        .extend(values.secret_files().map(|path| (Text::new("a file of a secret", "密钥文件"), path.into())));
    files
}

/// Compares each file to write, and its temporary file, with all files before it.
///
/// # Errors
/// A file to write is the same as one that is read or as another one to write, under whatever name.
pub fn check(read: Vec<NamedFile>, written: &[(Text, Option<&PathBuf>)]) -> Result<(), Failure> {
    let mut known: Vec<(Text, Identity)> =
        read.into_iter().filter_map(|(role, path)| Some((role, identity(&path)?))).collect();
    for (role, path) in written.iter().filter_map(|(role, path)| Some((*role, path.as_ref()?))) {
        let partial = resolve(path).ok().map(|target| partial_name(&target));
        for file in [Some((*path).clone()), partial].into_iter().flatten() {
            let Some(written) = identity(&file) else { continue };
            if let Some((other, _)) = known.iter().find(|(_, other)| *other == written) {
                return Err(Failure::usage(message!(
                    "{other} and {role} are the same file, {file}, which would be lost; give another name",
                    "{other:#}与 {role:#}是同一文件 {file}，会因此丢失；请另取文件名",
                    file = file.display()
                )));
            }
            known.push((role, written));
        }
    }
    Ok(())
}

/// A file independent of its names.
#[derive(PartialEq)]
enum Identity {
    /// Device and inode.
    Inode([u64; 2]),
    /// The real path of a file that has no inode or does not exist yet.
    Path(PathBuf),
}

/// `None` for a device or a pipe, which cannot be lost, and for a path that cannot be reached.
fn identity(path: &Path) -> Option<Identity> {
    let path = resolve(path).ok()?;
    match path.metadata() {
        Ok(found) if !found.is_file() => None,
        Ok(found) => match file_identity::identity(&found) {
            Some([device, inode, _]) => Some(Identity::Inode([device, inode])),
            None => path.canonicalize().ok().map(Identity::Path),
        },
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(Identity::Path(folder.join(path.file_name()?)))
        }
    }
}
