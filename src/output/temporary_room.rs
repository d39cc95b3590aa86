//! Whether the folder for temporary files has room left, where rows of a workbook wait until it is saved.
//!
//! The library that writes workbooks ends the whole program where such a file cannot grow. So the room is looked at
//! before, ahead of what the next rows can take. It must not write.

use std::io;

/// How much may be written between two looks.
const LOOK_EVERY: u64 = 1 << 20;
/// What must be free at a look: what comes until the next, its marks and escapes included.
#[cfg(unix)]
const NEEDED: u64 = 3 * LOOK_EVERY;

/// Counts what is written and looks now and then.
pub(super) struct TemporaryRoom {
    since_last_look: u64,
}

impl TemporaryRoom {
    /// Looks for the first time.
    pub(super) fn found() -> io::Result<Self> {
        look()?;
        Ok(Self { since_last_look: 0 })
    }

    /// Takes note that about so many bytes are going to be written.
    pub(super) fn take(&mut self, bytes: u64) -> io::Result<()> {
        self.since_last_look += bytes;
        if self.since_last_look < LOOK_EVERY {
            return Ok(());
        }
        self.since_last_look = 0;
        look()
    }
}

#[cfg(unix)]
fn look() -> io::Result<()> {
    let folder = std::env::temp_dir();
    // Where it cannot be told, the writing itself will tell.
    let Ok(found) = rustix::fs::statvfs(&folder) else { return Ok(()) };
    if found.f_bavail.saturating_mul(found.f_frsize) >= NEEDED {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::StorageFull,
        format!(
            "the folder for temporary files, {}, is full; free some space, or set TMPDIR",
            folder.display()
        ),
    ))
}

#[cfg(not(unix))]
fn look() -> io::Result<()> {
    Ok(())
}
