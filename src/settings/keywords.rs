//! The source of keywords, and the share of them that a run takes.

use super::secret_source::is_named_pipe;
use super::units::Shard;
use super::usage;
use crate::cli::InputArgs;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::input::{ColumnChoice, InputPath, InputSettings, TextEncoding};
use std::path::PathBuf;
use std::str::FromStr;

/// The source of keywords.
#[derive(Debug, Clone)]
pub enum KeywordSource {
    /// The command line.
    Arguments(Vec<String>),
    /// A file or standard input.
    List(InputSettings),
}

/// The source by arguments and `--input`, and the share of it.
///
/// # Errors
/// A wrong command line.
pub fn keyword_source(
    keywords: Vec<String>,
    input: InputArgs,
) -> Result<(KeywordSource, Option<Shard>), Failure> {
    let InputArgs { input, column, sheet, encoding, shard } = input;
    let shard = shard.map(|text| {
        Shard::from_str(&text).map_err(|reason| usage(message!("--shard: {reason}", "--shard：{reason:#}")))
    });
    let shard = shard.transpose()?;
    let Some(path) = input else {
        for (option, is_set) in
            [("--column", column.is_some()), ("--sheet", sheet.is_some()), ("--encoding", encoding.is_some())]
        {
            if is_set {
                return Err(usage(message!(
                    "{option} needs --input FILE",
                    "{option} 需要与 --input FILE 一起使用"
                )));
            }
        }
        if keywords.is_empty() {
            return Err(usage(Text::new(
                "nothing to look up: give a KEYWORD, or a list with --input FILE",
                "没有要查询的内容：请给出 KEYWORD，或用 --input FILE 指定名单",
            )));
        }
        return Ok((KeywordSource::Arguments(keywords), shard));
    };
    if !keywords.is_empty() {
        return Err(usage(Text::new(
            "give either KEYWORDs or --input FILE, not both",
            "KEYWORD 与 --input FILE 只能给出其一",
        )));
    }
    Ok((KeywordSource::List(input_settings(path, column, sheet, encoding)?), shard))
}

fn input_settings(
    path: PathBuf,
    column: Option<String>,
    sheet: Option<String>,
    encoding: Option<String>,
) -> Result<InputSettings, Failure> {
    if is_named_pipe(&path) {
        return Err(usage(message!(
            "--input {path}: it is a named pipe; give a regular file, or - for standard input",
            "--input {path}：这是命名管道；请使用普通文件，或用 - 表示标准输入",
            path = path.display()
        )));
    }
    let path = InputPath::from(path);
    let column = column.map(|text| ColumnChoice::from_str(&text).map_err(|reason| usage(reason.message())));
    let encoding =
        encoding.map(|label| TextEncoding::from_str(&label).map_err(|reason| usage(reason.message())));
    Ok(InputSettings { path, column: column.transpose()?, sheet, encoding: encoding.transpose()? })
}
