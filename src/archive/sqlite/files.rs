//! The files of the archive: their paths and modes (folder 0700, files 0600).
//!
//! This file never opens the database: closing such a handle would release `SQLite`'s locks. Modes are read and set by
//! path.

use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::notice::Notices;
use crate::domain::text::Text;
use crate::file_identity;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The space that is kept free for what is in flight when the disk becomes full: that of about ten pages.
const RESERVE_BYTES: usize = 512 << 10;
/// The length of one write to the reserve. Every run writes it, and shorter writes take several times as long.
const RESERVE_BLOCK_BYTES: usize = 64 << 10;

/// The path of a file beside the archive: the archive's path and `suffix`.
pub(in crate::archive) fn beside(archive: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(archive.as_os_str());
    name.push(suffix);
    PathBuf::from(name)
}

/// The path without links, so that two runs find the same lock files whatever path they were given.
pub(in crate::archive) fn existing(path: &Path) -> Result<PathBuf, ArchiveError> {
    let found = fs::canonicalize(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ArchiveError::new(ArchiveProblem::Missing, path),
        _ => ArchiveError::from_io(path, &error),
    })?;
    for suffix in ["", LOG, "-shm", JOURNAL] {
        check_regular(&beside(&found, suffix))?;
    }
    Ok(found)
}

/// Refuses what is not a regular file: opening a named pipe would block indefinitely.
pub(in crate::archive) fn check_regular(path: &Path) -> Result<(), ArchiveError> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            let reason = Text::new("it is not a regular file", "不是普通文件");
            Err(ArchiveError::because(ArchiveProblem::Inaccessible, path, reason))
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::from_io(path, &error)),
        _ => Ok(()),
    }
}

/// The log beside the archive.
pub(in crate::archive) const LOG: &str = "-wal";
/// The journal of a run that was killed before the archive kept a log.
pub(in crate::archive) const JOURNAL: &str = "-journal";

/// Removes a database that no run uses, with the files beside it.
pub(in crate::archive) fn remove(archive: &Path) -> Result<(), ArchiveError> {
    for suffix in [LOG, "-shm", JOURNAL, ""] {
        match fs::remove_file(beside(archive, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ArchiveError::from_io(archive, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The length in bytes of a file beside the archive; 0 if there is none.
pub(in crate::archive) fn length_of(archive: &Path, suffix: &str) -> u64 {
    fs::metadata(beside(archive, suffix)).map_or(0, |file| file.len())
}

/// Device and inode of the archive and its log, as far as they exist. They stay the same while a run uses the files.
pub(in crate::archive) type FileIdentity = [Option<[u64; 2]>; 2];

/// The files that are at the archive's path now.
pub(in crate::archive) fn identity(archive: &Path) -> FileIdentity {
    [archive.to_owned(), beside(archive, LOG)].map(|path| {
        // Systems without inodes do not let an open file be deleted or replaced.
        let [device, inode, _] = file_identity::identity(&fs::metadata(path).ok()?)?;
        Some([device, inode])
    })
}

/// Creates the folder and the file if they are missing; returns the path without links.
pub(in crate::archive) fn ensure(path: &Path) -> Result<PathBuf, ArchiveError> {
    let path = std::path::absolute(path).map_err(|error| ArchiveError::from_io(path, &error))?;
    if let Some(folder) = path.parent() {
        make_folder(folder).map_err(|error| ArchiveError::from_io(&path, &error))?;
    }
    match create_private(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(ArchiveError::from_io(&path, &error))
        }
        _ => existing(&path),
    }
}

/// Creates a folder, and those above it, that only its owner may read and write.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates a new file that only its owner may read and write.
pub(crate) fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a temporary file beside the archive, which gives its space back when it is dropped. A full or read-only disk is
/// found before anything is bought.
pub(in crate::archive) fn reserve(archive: &Path) -> Result<fs::File, ArchiveError> {
    let folder = archive.parent().unwrap_or(archive);
    let reserve = tempfile::tempfile_in(folder).and_then(|mut file| {
        let block = vec![0x5a; RESERVE_BLOCK_BYTES];
        for _ in 0..RESERVE_BYTES / RESERVE_BLOCK_BYTES {
            file.write_all(&block)?;
        }
        Ok(file)
    });
    reserve.map_err(|error| ArchiveError::from_io(archive, &error))
}

/// Removes other users' permissions from the archive's files; `SQLite` gives new ones the mode of the database. A file whose
/// mode cannot be changed becomes a notice.
#[cfg(unix)]
pub(in crate::archive) fn tighten(archive: &Path, notices: &Notices) {
    use crate::domain::text::message;
    use std::os::unix::fs::PermissionsExt;
    for path in [archive.to_owned(), beside(archive, LOG), beside(archive, "-shm")] {
        let Ok(metadata) = fs::metadata(&path) else { continue };
        let open_to_others = metadata.permissions().mode() & 0o077 != 0;
        if open_to_others && fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).is_err() {
            notices.add(message!(
                "other users may read {path}: restrict it with `chmod 600`",
                "其他用户可能读取 {path}：请用 `chmod 600` 改为仅本人可读",
                path = path.display()
            ));
        }
    }
}

/// On other systems the permissions follow from the folder.
#[cfg(not(unix))]
pub(in crate::archive) fn tighten(_archive: &Path, _notices: &Notices) {}

/// Network file systems by the magic numbers of `statfs(2)`: NFS, SMB (three), AFS (two), Ceph, Lustre, GPFS, GFS2, OCFS2,
/// 9P and FUSE.
#[cfg(target_os = "linux")]
const NETWORK_FILE_SYSTEMS: [u32; 13] = [
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x5346_414f,
    0x6b41_4653,
    0x00c3_6400,
    0x0bd0_0bd0,
    0x4750_4653,
    0x0116_1970,
    0x7461_636f,
    0x0102_1997,
    0x6573_5546,
];

/// Whether the archive is on a network file system.
#[cfg(target_os = "linux")]
pub(in crate::archive) fn is_on_network(archive: &Path) -> bool {
    let kind = rustix::fs::statfs(archive).map(|file_system| u32::try_from(file_system.f_type));
    matches!(kind, Ok(Ok(kind)) if NETWORK_FILE_SYSTEMS.contains(&kind))
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
pub(in crate::archive) fn is_on_network(_archive: &Path) -> bool {
    false
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn folders_and_files_are_made_for_their_owner_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = ensure(&root.path().join("a/b/archive.db")).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&root.path().join("a/b")), 0o700);
        assert_eq!(mode(&root.path().join("a")), 0o700);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn nfs_is_a_network_file_system_and_ext4_and_proc_are_none() {
        assert!(NETWORK_FILE_SYSTEMS.contains(&0x6969) && !NETWORK_FILE_SYSTEMS.contains(&0xef53));
        assert!(!is_on_network(Path::new("/proc")));
    }

    #[test]
    fn a_file_that_others_may_read_is_closed_to_them() {
        let root = tempfile::tempdir().unwrap();
        let path = ensure(&root.path().join("archive.db")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let notices = Notices::default();
        tighten(&path, &notices);
        assert_eq!(notices.take(), []);
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_folder_below_a_file_cannot_be_created_and_the_error_names_the_path() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("file"), "x").unwrap();
        let error = ensure(&root.path().join("file/archive.db")).unwrap_err();
        assert_eq!(error.problem, ArchiveProblem::Inaccessible);
        assert!(error.to_string().contains("file/archive.db cannot be opened: "), "{error}");
    }

    #[test]
    fn a_folder_in_the_archives_place_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let error = ensure(root.path()).unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
    }

    #[test]
    fn links_lead_to_one_path() {
        let root = tempfile::tempdir().unwrap();
        let path = ensure(&root.path().join("archive.db")).unwrap();
        std::os::unix::fs::symlink(&path, root.path().join("link.db")).unwrap();
        assert_eq!(ensure(&root.path().join("link.db")).unwrap(), path);
    }
}
