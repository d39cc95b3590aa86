//! Output files: `--output`, `--report`, `--annotate`. A file appears under its name only once it is complete.

use crate::domain::text::{Message, message};
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Symbolic links that are followed from one name.
const MAX_LINKS: usize = 40;

/// A file that is being written: `FILE.partial` beside it until [`OutputFile::commit`] renames it.
///
/// The temporary file stays locked, so a second run with the same name is refused. Devices and named pipes are written
/// to directly, because a rename would replace them.
#[derive(Debug)]
pub struct OutputFile {
    file: File,
    target: PathBuf,
    partial: Option<PathBuf>,
}

impl OutputFile {
    /// Creates the temporary file, or opens the device or pipe.
    ///
    /// # Errors
    /// A sentence that names the file and the reason.
    pub fn create(path: &Path) -> Result<Self, Message> {
        let target = resolve(path).map_err(|error| cannot_write(path, &error))?;
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(Metadata::is_dir) {
            return Err(message!(
                "cannot write {path}: it is a folder",
                "无法写入 {path}：它是目录",
                path = path.display()
            ));
        }
        if is_descriptor(&target) || existing.as_ref().is_some_and(|found| !found.is_file()) {
            let file = OpenOptions::new().append(true).open(&target);
            let file = file.map_err(|error| cannot_write(path, &error))?;
            return Ok(Self { file, target, partial: None });
        }
        let partial = partial_name(&target);
        let file = create_locked(&partial)?;
        let prepared = file.set_len(0).and_then(|()| match existing {
            Some(existing) => file.set_permissions(existing.permissions()),
            None => Ok(()),
        });
        prepared.map_err(|error| cannot_write(&partial, &error))?;
        Ok(Self { file, target, partial: Some(partial) })
    }

    /// A writer to the file.
    ///
    /// # Errors
    /// The system's own, if the handle cannot be duplicated.
    pub fn writer(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// A sentence that names both files.
    pub fn commit(mut self) -> Result<(), Message> {
        let Some(partial) = self.partial.take() else { return Ok(()) };
        fs::rename(&partial, &self.target).map_err(|error| {
            message!(
                "cannot rename {partial} to {path}: {reason}",
                "无法将 {partial} 重命名为 {path}：{reason:#}",
                partial = partial.display(),
                path = self.target.display(),
                reason = Message::of_system(&error)
            )
        })
    }

    /// Leaves an incomplete file under its temporary name, which is returned.
    pub fn leave_partial(mut self) -> Option<PathBuf> {
        self.partial.take()
    }
}

impl Drop for OutputFile {
    /// Removes a temporary file that nothing was written to.
    fn drop(&mut self) {
        if let Some(partial) = &self.partial
            && self.file.metadata().is_ok_and(|found| found.len() == 0)
        {
            let _ = fs::remove_file(partial);
        }
    }
}

/// Whether the path leads to standard output, for example `/dev/stdout`, whatever standard output is.
pub fn is_standard_output(path: &Path) -> bool {
    resolve(path)
        .is_ok_and(|target| is_descriptor(&target) && target.file_name().is_some_and(|name| name == "1"))
}

/// The name of the temporary file of an output file.
pub fn partial_name(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// The path without symbolic links in its last component, whether or not there is a file. A name of an open
/// descriptor is not followed further: its target cannot be opened anew without losing the position in it.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if path == Path::new("/dev/stdout") {
            return Ok(PathBuf::from("/dev/fd/1"));
        }
        if path == Path::new("/dev/stderr") {
            return Ok(PathBuf::from("/dev/fd/2"));
        }
        if is_descriptor(&path) {
            return Ok(path);
        }
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

fn is_descriptor(path: &Path) -> bool {
    path.parent().is_some_and(|folder| {
        folder == Path::new("/dev/fd")
            || folder == Path::new("/proc/self/fd")
            || folder == Path::new(&format!("/proc/{}/fd", std::process::id()))
    })
}

/// Opens the temporary file under a lock. A file that an earlier run left there is used again; a link, a pipe or a
/// file with a second name is refused.
fn create_locked(partial: &Path) -> Result<File, Message> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    loop {
        let is_link = fs::symlink_metadata(partial).is_ok_and(|found| !found.is_file());
        let file = options
            .open(partial)
            .map_err(|error| if is_link { not_ours(partial) } else { cannot_write(partial, &error) })?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(message!(
                    "cannot write {partial}: another run is writing it; wait for it, or give another name",
                    "无法写入 {partial}：另一运行正在写入；请等待其结束，或另取文件名",
                    partial = partial.display()
                ));
            }
            // A file system without locks.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let opened = file.metadata().map_err(|error| cannot_write(partial, &error))?;
        if !opened.is_file() || names(&opened) > 1 {
            return Err(not_ours(partial));
        }
        // Another run may have renamed it between opening and locking.
        if fs::symlink_metadata(partial).is_ok_and(|found| same_file(&found, &opened)) {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn names(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(unix)]
fn same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn names(_: &Metadata) -> u64 {
    1
}

#[cfg(not(unix))]
fn same_file(_: &Metadata, _: &Metadata) -> bool {
    true
}

fn not_ours(partial: &Path) -> Message {
    message!(
        "cannot write {partial}: it is a link, a pipe or a device; remove it first",
        "无法写入 {partial}：它是链接、管道或设备；请先将其删除",
        partial = partial.display()
    )
}

/// The sentence for a file that cannot be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Message {
    message!(
        "cannot write {path}: {reason}",
        "无法写入 {path}：{reason:#}",
        path = path.display(),
        reason = Message::of_system(error)
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn create_and_write(path: &Path, text: &str) -> OutputFile {
        let file = OutputFile::create(path).unwrap();
        file.writer().unwrap().write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_file_appears_when_it_is_complete_with_the_mode_of_the_one_before() {
        let folder = folder();
        let path = folder.path().join("out.csv");
        fs::write(&path, "before").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let file = create_and_write(&path, "after");
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        file.commit().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert!(!partial_name(&path).exists());
    }

    #[test]
    fn a_second_writer_is_refused_and_a_file_that_was_left_is_used_again() {
        let folder = folder();
        let path = folder.path().join("out.csv");
        let first = create_and_write(&path, "first, and longer");
        assert!(OutputFile::create(&path).unwrap_err().en().contains("another run"));
        let left = first.leave_partial().unwrap();
        assert_eq!(fs::read_to_string(&left).unwrap(), "first, and longer");
        create_and_write(&path, "second").commit().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
    }

    #[test]
    fn a_temporary_file_without_content_is_removed() {
        let folder = folder();
        let path = folder.path().join("out.csv");
        drop(OutputFile::create(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn nothing_follows_a_link_or_opens_a_pipe_at_the_temporary_name() {
        let folder = folder();
        let (path, victim) = (folder.path().join("out.csv"), folder.path().join("victim"));
        fs::write(&victim, "precious").unwrap();
        let partial = partial_name(&path);
        symlink(&victim, &partial).unwrap();
        assert!(OutputFile::create(&path).is_err());
        fs::remove_file(&partial).unwrap();
        fs::hard_link(&victim, &partial).unwrap();
        assert!(OutputFile::create(&path).is_err());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        fs::remove_file(&partial).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &partial,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert!(OutputFile::create(&path).is_err());
    }

    #[test]
    fn a_symbolic_link_has_its_target_written() {
        let folder = folder();
        let (link, target) = (folder.path().join("link.csv"), folder.path().join("target.csv"));
        symlink("target.csv", &link).unwrap();
        create_and_write(&link, "once").commit().unwrap();
        create_and_write(&link, "twice").commit().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "twice");
    }

    #[test]
    fn standard_output_is_known_by_its_names() {
        let folder = folder();
        let link = folder.path().join("link");
        symlink("/dev/stdout", &link).unwrap();
        assert!(is_standard_output(Path::new("/dev/stdout")) && is_standard_output(&link));
        assert!(!is_standard_output(Path::new("/dev/stderr")) && !is_standard_output(Path::new("1")));
    }
}
