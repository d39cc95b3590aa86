//! Secrets that are kept in a file or printed by a command.

use super::keys::KEYS;
use crate::domain::secret::Secret;
use crate::domain::text::{Message, Text, message};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// The largest configuration or secret, in bytes.
const MAX_FILE_SIZE: u64 = 1024 * 1024;

/// The text of a small file.
///
/// # Errors
/// A reason: the system's, a file that is too large, or a named pipe, which may have no writer.
pub(super) fn read_small_file(path: &Path) -> Result<String, Message> {
    if is_named_pipe(path) {
        return Err(
            Text::new("it is a named pipe; give a regular file", "这是命名管道；请使用普通文件").into()
        );
    }
    let mut text = String::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(MAX_FILE_SIZE + 1).read_to_string(&mut text))
        .map_err(|error| Message::of_system(&error))?;
    if read as u64 > MAX_FILE_SIZE {
        return Err(Text::new("it is larger than 1 MiB", "文件超过 1 MiB").into());
    }
    Ok(text)
}

/// Whether a path leads to a named pipe. The descriptors of `/dev/fd`, which a shell opens, are not counted.
#[cfg(unix)]
pub(super) fn is_named_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let is_descriptor = path.starts_with("/dev") || path.starts_with("/proc");
    !is_descriptor && std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(not(unix))]
pub(super) fn is_named_pipe(_: &Path) -> bool {
    false
}

/// The permissions of a file, if the system has such.
#[cfg(unix)]
pub(super) fn file_mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub(super) fn file_mode(_: &Path) -> Option<u32> {
    None
}

/// The secret in a file.
///
/// # Errors
/// The reason, without the content.
pub(super) fn from_file(path: &Path) -> Result<Secret, Message> {
    let text = read_small_file(path).map_err(|reason| {
        let file = file_in_words(path);
        message!("cannot read {file}: {reason}", "无法读取{file:#}：{reason:#}")
    })?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}').to_owned()))
}

/// A path is shown only if something is there: otherwise it may be the secret itself, in the wrong place.
pub(super) fn file_in_words(path: &Path) -> Message {
    if path.exists() {
        return message!("the file {path}", "文件 {path} ", path = path.display());
    }
    Text::new(
        "a missing file (a path is expected here, not the secret)",
        "不存在的文件（此处应为文件路径，而不是密钥）",
    )
    .into()
}

/// The secret that a command prints. The command inherits the terminal, to ask for a passphrase, and none of the
/// secrets in the environment.
///
/// # Errors
/// The reason, without the command's words: one of them may be a secret.
pub(super) fn from_command(words: &[String]) -> Result<Secret, Message> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::inherit()).stderr(Stdio::inherit());
    for key in KEYS.iter().filter(|key| key.is_secret()) {
        command.env_remove(key.variable());
    }
    let output = command.output().map_err(|error| {
        let reason = Message::of_system(&error);
        message!("cannot run the command: {reason}", "无法运行该命令：{reason:#}")
    })?;
    if !output.status.success() {
        let status = output.status;
        return Err(message!("the command ended with {status}", "该命令以 {status} 结束"));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| {
        Text::new("the output of the command is not valid UTF-8", "该命令的输出不是有效的 UTF-8")
    })?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
