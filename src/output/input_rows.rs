//! The rows of a list, as output that joins them with outcomes reads them.

use crate::input::ListRow;
use std::io;

/// The rows of a list in their order. It is read again once the run is over.
pub type InputRows = Box<dyn Iterator<Item = io::Result<ListRow>>>;

/// Opens the list for reading it again.
pub type OpenInput = Box<dyn FnOnce() -> io::Result<InputRows> + Send>;

/// A list without rows, for output that joins nothing.
pub fn no_rows() -> OpenInput {
    Box::new(|| Ok(Box::new(std::iter::empty())))
}
