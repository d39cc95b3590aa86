//! Free space for the temporary files of a workbook, which hold its rows until it is saved.
//!
//! The library that writes workbooks panics if such a file cannot grow, so the room is checked in advance.

use std::io;

/// Bytes between two checks of the free space.
const CHECK_EVERY: u64 = 1 << 20;
/// Free space needed at a check: what is written until the next one, with its markup and escapes.
#[cfg(unix)]
const NEEDED: u64 = 3 * CHECK_EVERY;

/// Counts what is written, and checks the free space and the limit of a file's size.
pub(super) struct TemporaryRoom {
    /// All bytes so far.
    pub(super) taken: u64,
    file_size_limit: Option<u64>,
}

impl TemporaryRoom {
    /// Checks for the first time.
    pub(super) fn found() -> io::Result<Self> {
        check_free_space()?;
        Ok(Self { taken: 0, file_size_limit: file_size_limit() })
    }

    /// Counts bytes that are about to be written.
    pub(super) fn take(&mut self, bytes: u64) -> io::Result<()> {
        let last_check = self.taken / CHECK_EVERY;
        self.taken += bytes;
        if self.file_size_limit.is_some_and(|limit| self.taken > limit) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if self.taken / CHECK_EVERY > last_check { check_free_space() } else { Ok(()) }
    }
}

/// `ulimit -f`.
fn file_size_limit() -> Option<u64> {
    #[cfg(unix)]
    {
        rustix::process::getrlimit(rustix::process::Resource::Fsize).current
    }
    #[cfg(not(unix))]
    None
}

fn check_free_space() -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = std::env::temp_dir();
        // If the free space is unknown, the write itself fails.
        if let Ok(found) = rustix::fs::statvfs(&folder)
            && found.f_bavail.saturating_mul(found.f_frsize) < NEEDED
        {
            let folder = folder.display();
            return Err(io::Error::new(
                io::ErrorKind::StorageFull,
                format!("the folder for temporary files, {folder}, is full; free some space, or set TMPDIR"),
            ));
        }
    }
    Ok(())
}
