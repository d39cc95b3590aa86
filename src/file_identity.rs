//! The identity of a file, which is the same under all of its names.

use std::fs::Metadata;

/// Device, inode and number of names of a file, if the system tells them.
#[cfg(unix)]
pub fn identity(file: &Metadata) -> Option<[u64; 3]> {
    use std::os::unix::fs::MetadataExt;
    Some([file.dev(), file.ino(), file.nlink()])
}

/// Other systems do not tell them.
#[cfg(not(unix))]
pub const fn identity(_file: &Metadata) -> Option<[u64; 3]> {
    None
}
