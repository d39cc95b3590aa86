//! Locks whose contents are whole at every moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. A panic elsewhere has left nothing half-done behind the locks of this program, so that none is refused for it.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
