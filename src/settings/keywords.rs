//! Where keywords come from, and which share of them this run takes.

use super::units::Shard;
use super::usage;
use crate::cli::InputArgs;
use crate::domain::failure::Failure;
use crate::input::{ColumnChoice, InputPath, InputSettings, TextEncoding};
use std::path::PathBuf;
use std::str::FromStr;

/// Where keywords come from.
#[derive(Debug, Clone)]
pub enum KeywordSource {
    /// The command line.
    Arguments(Vec<String>),
    /// A file or standard input.
    List(InputSettings),
}

/// The source that the arguments and `--input` mean.
pub(super) fn keyword_source(
    keywords: Vec<String>,
    input: InputArgs,
) -> Result<(KeywordSource, Option<Shard>), Failure> {
    let InputArgs { input, column, sheet, encoding, shard } = input;
    let shard =
        shard.map(|text| Shard::from_str(&text).map_err(|reason| usage(format!("--shard: {reason}"))));
    let shard = shard.transpose()?;
    let Some(path) = input else {
        for (option, is_set) in
            [("--column", column.is_some()), ("--sheet", sheet.is_some()), ("--encoding", encoding.is_some())]
        {
            if is_set {
                return Err(usage(format!("{option} needs --input FILE")));
            }
        }
        if keywords.is_empty() {
            return Err(usage("nothing to look up: give a KEYWORD, or a list with --input FILE"));
        }
        return Ok((KeywordSource::Arguments(keywords), shard));
    };
    if !keywords.is_empty() {
        return Err(usage("give either KEYWORDs or --input FILE, not both"));
    }
    Ok((KeywordSource::List(input_settings(path, column, sheet, encoding)?), shard))
}

fn input_settings(
    path: PathBuf,
    column: Option<String>,
    sheet: Option<String>,
    encoding: Option<String>,
) -> Result<InputSettings, Failure> {
    let path = InputPath::from(path);
    let column = column.map(|text| ColumnChoice::from_str(&text).map_err(|reason| usage(reason.to_string())));
    let encoding =
        encoding.map(|label| TextEncoding::from_str(&label).map_err(|reason| usage(reason.to_string())));
    Ok(InputSettings { path, column: column.transpose()?, sheet, encoding: encoding.transpose()? })
}

/// The input options of `hecha identify`.
pub fn identify_source(
    texts: Vec<String>,
    input: InputArgs,
) -> Result<(KeywordSource, Option<Shard>), Failure> {
    keyword_source(texts, input)
}
