//! Output files: `--output`, `--report`, `--annotate`. A file appears under its name only once it is complete.

#[cfg(all(test, unix))]
mod tests;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, message};
use crate::file_identity::identity;
use std::fs::{self, File, OpenOptions, TryLockError};
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
        let target = resolve(path).map_err(|error| cannot_write_file(path, &error))?;
        let existing = fs::metadata(&target).ok();
        if is_descriptor(&target) || existing.as_ref().is_some_and(|found| !found.is_file()) {
            let file = OpenOptions::new().append(true).open(&target);
            let file = file.map_err(|error| cannot_write_file(path, &error))?;
            return Ok(Self { file, target, partial: None });
        }
        let partial = partial_name(&target);
        let file = create_locked(&partial)?;
        let prepared = file.set_len(0).and_then(|()| match existing {
            Some(existing) => file.set_permissions(existing.permissions()),
            None => Ok(()),
        });
        prepared.map_err(|error| cannot_write_file(&partial, &error))?;
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
    pub fn commit(mut self) -> Result<(), Failure> {
        let Some(partial) = self.partial.take() else { return Ok(()) };
        fs::rename(&partial, &self.target).map_err(|error| {
            let message = message!(
                "cannot rename {partial} to {path}: {reason}",
                "无法将 {partial} 重命名为 {path}：{reason:#}",
                partial = partial.display(),
                path = self.target.display(),
                reason = Message::of_system(&error)
            );
            Failure::local(FailureKind::Unforeseen, message)
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

/// Whether the path leads to standard output, for example `/dev/stdout`; standard output may be a file.
pub fn is_standard_output(path: &Path) -> bool {
    resolve(path)
        .is_ok_and(|target| is_descriptor(&target) && target.file_name().is_some_and(|name| name == "1"))
}

/// The name of the temporary file of an output file.
pub fn partial_name(target: &Path) -> PathBuf {
    let mut partial = target.as_os_str().to_owned();
    partial.push(".partial");
    partial.into()
}

/// The path without symbolic links in its last component, whether or not there is a file. A name of an open
/// descriptor is not followed further: its target cannot be opened again without losing the position in it.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
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
            .map_err(|error| if is_link { not_ours(partial) } else { cannot_write_file(partial, &error) })?;
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
        let opened = file.metadata().map_err(|error| cannot_write_file(partial, &error))?;
        let has_other_names = identity(&opened).is_some_and(|[.., names]| names > 1);
        if !opened.is_file() || has_other_names {
            return Err(not_ours(partial));
        }
        // Another run may have renamed it between opening and locking.
        if fs::symlink_metadata(partial).is_ok_and(|found| identity(&found) == identity(&opened)) {
            return Ok(file);
        }
    }
}

fn not_ours(partial: &Path) -> Message {
    message!(
        "cannot write {partial}: it is a link, a pipe or a device; remove it first",
        "无法写入 {partial}：它是链接、管道或设备；请先将其删除",
        partial = partial.display()
    )
}

/// The sentence for a file that cannot be written.
pub fn cannot_write_file(path: &Path, error: &io::Error) -> Message {
    message!(
        "cannot write {path}: {reason}",
        "无法写入 {path}：{reason:#}",
        path = path.display(),
        reason = Message::of_system(error)
    )
}
