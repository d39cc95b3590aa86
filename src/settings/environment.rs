//! The environment variables, read once at the edge.

use crate::archive::RunOwner;
use crate::domain::failure::Failure;
use crate::domain::text::message;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// A snapshot of the environment. A variable that is set to nothing counts as not set.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl FromIterator<(OsString, OsString)> for Environment {
    fn from_iter<T: IntoIterator<Item = (OsString, OsString)>>(variables: T) -> Self {
        let variables = variables.into_iter().filter(|(_, value)| !value.is_empty());
        Self(variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect())
    }
}

impl Environment {
    /// The value as the system has it, which is a path as it is.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0.get(name).map(PathBuf::from)
    }

    /// The value of a variable that is not a setting; one that is not UTF-8 is ignored.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str())
    }

    /// The value of a setting.
    ///
    /// # Errors
    /// A failure of kind `Configuration` if the value is not UTF-8.
    pub fn setting(&self, name: &str) -> Result<Option<&str>, Failure> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        value.to_str().map(Some).ok_or_else(|| {
            Failure::configuration(message!(
                "the value of {name} is not valid UTF-8; set it in the encoding UTF-8",
                "{name} 的值不是有效的 UTF-8；请以 UTF-8 编码设置"
            ))
        })
    }

    /// The user and the machine, for the ledger. Only the environment names the user.
    pub fn run_owner(&self) -> RunOwner {
        let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| self.text(name));
        let mut owner = RunOwner { user: user.map(ToOwned::to_owned), ..RunOwner::default() };
        if owner.host.is_empty() {
            self.text("COMPUTERNAME").unwrap_or_default().clone_into(&mut owner.host);
        }
        owner
    }

    /// The names of all variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
