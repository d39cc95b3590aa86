//! No file is written that the same command reads, and none is written twice: a list of companies that is
//! overwritten by what was found is gone.

use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::input::InputPath;
use crate::settings::{ArchiveUse, Destination, KeywordSource, QuerySettings, usage};
use std::path::{Path, PathBuf};

/// Refuses a command that would lose a file.
///
/// # Errors
/// Two of list, output, report and archive are one file.
pub fn check(settings: &QuerySettings) -> Result<(), Failure> {
    let mut files = Vec::new();
    if let KeywordSource::List(list) = &settings.keywords
        && let InputPath::File(path) = &list.path
    {
        files.push((Text::new("--input", "--input "), path.clone()));
    }
    if let ArchiveUse::File(path) = &settings.archive {
        files.push((Text::new("the archive", "存档"), path.clone()));
    }
    if let Destination::File(path) = &settings.output.destination {
        files.push((Text::new("--output", "--output "), path.clone()));
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        files.push((Text::new("--output while it is written", "写入中的 --output "), PathBuf::from(partial)));
    }
    if let Some((path, _)) = &settings.output.report {
        files.push((Text::new("--report", "--report "), path.clone()));
    }
    let files: Vec<_> = files.iter().filter_map(|(role, path)| Some((role, identity(path)?))).collect();
    for (index, (role, file)) in files.iter().enumerate() {
        if let Some((other, _)) = files[..index].iter().find(|(_, other)| other == file) {
            return Err(usage(message!(
                "{other} and {role} are one file, {file}, which would be lost; give another name",
                "{other:#}与{role:#}是同一文件 {file}，会因此丢失；请另取文件名",
                file = file.display()
            )));
        }
    }
    Ok(())
}

/// The path without links, also where there is no file yet; `None` for what is no ordinary file and cannot be lost,
/// such as `/dev/null`, and for what cannot be reached, which is told elsewhere.
fn identity(path: &Path) -> Option<PathBuf> {
    match path.metadata() {
        Ok(metadata) => metadata.is_file().then(|| path.canonicalize().ok())?,
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
        }
    }
}
