//! The files of one run against one another: none of them is written over another.

use super::keywords::KeywordSource;
use super::output::{Destination, OutputSettings};
use super::usage;
use crate::domain::failure::Failure;
use crate::domain::text::message;
use crate::input::InputPath;
use std::path::{Path, PathBuf};

/// Refuses a run that would write its report over its records, or either over the list that it reads.
pub(super) fn check_files(keywords: &KeywordSource, output: &OutputSettings) -> Result<(), Failure> {
    let list = match keywords {
        KeywordSource::List(input) => match &input.path {
            InputPath::File(path) => Some(path.as_path()),
            InputPath::StandardInput => None,
        },
        KeywordSource::Arguments(_) => None,
    };
    let records = match &output.destination {
        Destination::File(path) => Some(path.as_path()),
        Destination::StandardOutput => None,
    };
    let report = output.report.as_ref().map(|(path, _)| path.as_path());
    let pairs = [("--input", list, "--output", records), ("--input", list, "--report", report)];
    for (one_option, one, other_option, other) in
        pairs.into_iter().chain([("--output", records, "--report", report)])
    {
        if let (Some(one), Some(other)) = (one, other)
            && are_same(one, other)
        {
            return Err(usage(message!(
                "{one_option} and {other_option} name the same file, {file}; give each its own",
                "{one_option} 与 {other_option} 指向同一文件 {file}；请各用一个文件",
                file = other.display()
            )));
        }
    }
    Ok(())
}

/// Whether two names lead to one ordinary file, which need not exist yet.
fn are_same(one: &Path, other: &Path) -> bool {
    let is_special = std::fs::metadata(one).is_ok_and(|found| !found.is_file());
    !is_special && resolved(one) == resolved(other)
}

fn resolved(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
    })
}
