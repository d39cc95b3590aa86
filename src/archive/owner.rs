//! The machine and the user of a run.

/// The machine and the user of a run, as the ledger names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOwner {
    /// The name of the machine; empty if it is not known.
    pub host: String,
    /// The name of the user.
    pub user: Option<String>,
}

impl Default for RunOwner {
    /// This machine, if the system reports its name, and an unknown user.
    fn default() -> Self {
        #[cfg(unix)]
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        #[cfg(not(unix))]
        let host = String::new();
        Self { host, user: None }
    }
}
