//! The source of keywords, and the shard of them that a run takes.

use super::secret_source::is_named_pipe;
use crate::cli::InputArgs;
use crate::cli::units::Shard;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::input::InputSettings;

/// The source of keywords.
#[derive(Debug, Clone)]
pub enum KeywordSource {
    /// The command line.
    Arguments(Vec<String>),
    /// A file or standard input.
    List(InputSettings),
}

/// The source by arguments and `--input`, and the shard of it.
///
/// # Errors
/// A wrong command line.
pub fn keyword_source(
    keywords: Vec<String>,
    input: InputArgs,
) -> Result<(KeywordSource, Option<Shard>), Failure> {
    let InputArgs { input, column, sheet, encoding, shard } = input;
    let Some(path) = input else {
        if keywords.is_empty() {
            return Err(Failure::usage(Text::new(
                "no keyword: give a KEYWORD, or a list with --input FILE",
                "没有关键词：请给出 KEYWORD，或用 --input FILE 指定名单",
            )));
        }
        return Ok((KeywordSource::Arguments(keywords), shard));
    };
    if !keywords.is_empty() {
        return Err(Failure::usage(Text::new(
            "give either KEYWORDs or --input FILE, not both",
            "KEYWORD 与 --input FILE 只能给出其一",
        )));
    }
    if is_named_pipe(&path) {
        return Err(Failure::usage(message!(
            "--input {path}: it is a named pipe; give a regular file, or - for standard input",
            "--input {path}：这是命名管道；请使用普通文件，或用 - 表示标准输入",
            path = path.display()
        )));
    }
    let path = (path.as_os_str() != "-").then_some(path);
    let list = InputSettings { path, column, sheet, encoding };
    Ok((KeywordSource::List(list), shard))
}
