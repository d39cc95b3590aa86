//! The password file of PostgreSQL, `~/.pgpass`: lines of `host:port:database:user:password`.

use super::secret_source::{file_mode, read_small_file};
use crate::domain::secret::Secret;
use std::path::Path;

/// The password for an account (host, port, database and user). As in other PostgreSQL programs, a file that other users
/// can read is ignored.
pub(super) fn password(path: &Path, account: &[String; 4]) -> Option<Secret> {
    let text = read_small_file(path).ok()?;
    if file_mode(path).is_some_and(|mode| mode & 0o077 != 0) {
        let path = path.display();
        log::warn!(
            zh = format!("忽略 {path}：其他用户可读取它；请运行：chmod 600 {path}").as_str();
            "ignoring {path}: other users can read it; run: chmod 600 {path}"
        );
        return None;
    }
    text.lines().find_map(|line| password_in(line, account))
}

fn password_in(line: &str, account: &[String; 4]) -> Option<Secret> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![(String::new(), false)];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let (field, is_escaped) = fields.last_mut()?;
        match character {
            '\\' => {
                field.extend(characters.next());
                *is_escaped = true;
            }
            ':' => fields.push((String::new(), false)),
            other => field.push(other),
        }
    }
    let [host, port, database, user, (password, _)] = &fields[..] else { return None };
    let matches = [host, port, database, user]
        .iter()
        .zip(account)
        .all(|((field, is_escaped), wanted)| field == wanted || (field == "*" && !is_escaped));
    matches.then(|| Secret::new(password.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_matches_gives_the_password() {
        let account = ["db.example", "5432", "team", "me"].map(str::to_owned);
        let of = |line: &str| password_in(line, &account).map(|secret| secret.expose().to_owned());
        assert_eq!(of("db.example:5432:team:me:a\\:b\\\\c").as_deref(), Some("a:b\\c"));
        assert_eq!(of("*:*:*:me:x").as_deref(), Some("x"));
        assert_eq!(of("other:*:*:me:x"), None);
        assert_eq!(of("# *:*:*:me:x"), None);
        assert_eq!(of("\\*:*:*:me:x"), None);
        assert_eq!(of("db.example:5432:team:me"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_ignored() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "# ours\n*:*:*:*:secret\n").unwrap();
        let account = ["h", "1", "d", "u"].map(str::to_owned);
        assert!(password(file.path(), &account).is_some());
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(password(file.path(), &account).is_none());
    }
}
