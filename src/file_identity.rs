//! The identity of a file, which is the same under all of its names.

use std::fs::Metadata;

/// Device, inode and number of names of a file, if the system tells them.
pub fn identity(file: &Metadata) -> Option<[u64; 3]> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some([file.dev(), file.ino(), file.nlink()])
    }
    #[cfg(not(unix))]
    None
}
