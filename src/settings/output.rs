//! Output settings: format, destination, columns, reports.

use crate::cli::OutputArgs;
use crate::domain::failure::Failure;
use crate::domain::record::Topic;
use crate::domain::text::{Text, message};
use crate::output::file::is_standard_output;
use crate::output::{CsvDialect, Format, Header, annotated, report};
use std::path::{Path, PathBuf};

/// The output settings.
#[derive(Debug, Clone)]
pub struct OutputSettings {
    /// The format; `None` decides by the terminal.
    pub format: Option<Format>,
    /// The file of the data; `None` is standard output.
    pub file: Option<PathBuf>,
    /// Chosen columns, as positions in the topic's columns; `None` leaves the choice to the format.
    pub fields: Option<Vec<usize>>,
    /// All columns in a table.
    pub wide: bool,
    /// Bars below a table.
    pub summary: bool,
    /// The dialect of csv.
    pub csv_dialect: CsvDialect,
    /// The column headings; `None` is the default of the format.
    pub header: Option<Header>,
    /// The annotated list and its format.
    pub annotate: Option<(PathBuf, Format)>,
    /// The report and its format.
    pub report: Option<(PathBuf, Format)>,
    /// Bodies instead of records.
    pub raw: bool,
    /// The exit code of a run that found nothing: 20 with `--fail-empty`.
    pub empty_exit_code: u8,
}

/// Resolves the output options.
pub(super) fn output_settings(args: OutputArgs, topic: Topic) -> Result<OutputSettings, Failure> {
    let OutputArgs {
        format,
        output,
        fields,
        wide,
        summary,
        csv_dialect,
        header,
        report,
        annotate,
        raw,
        fail_empty,
    } = args;
    let file = output_file(output);
    let format = if raw { None } else { format_of_output(format, file.as_deref())? };
    Ok(OutputSettings {
        format,
        file,
        fields: if fields.is_empty() { None } else { Some(columns(&fields, topic)?) },
        wide,
        summary,
        csv_dialect,
        header,
        report: report.map(|path| with_format("--report", path, &report::FORMATS)).transpose()?,
        annotate: annotate.map(|path| with_format("--annotate", path, &annotated::FORMATS)).transpose()?,
        raw,
        empty_exit_code: if fail_empty { 20 } else { 0 },
    })
}

/// A file with its format by the extension of its name, which is one of `formats`.
fn with_format(option: &str, path: PathBuf, formats: &[Format]) -> Result<(PathBuf, Format), Failure> {
    if let Some(format) = format_by_extension(&path).filter(|format| formats.contains(format)) {
        return Ok((path, format));
    }
    let extensions: Vec<_> = formats.iter().map(|format| format!(".{}", format.as_str())).collect();
    Err(Failure::usage(message!(
        "{option} {path}: the extension must be one of {extensions}",
        "{option} {path}：扩展名须为以下之一：{extensions}",
        path = path.display(),
        extensions = extensions.join(", ")
    )))
}

fn format_by_extension(path: &Path) -> Option<Format> {
    path.extension().and_then(|extension| extension.to_str()).and_then(Format::from_extension)
}

/// The file by `--output`; `None` is standard output.
pub(super) fn output_file(output: Option<PathBuf>) -> Option<PathBuf> {
    output.filter(|path| path.as_os_str() != "-" && !is_standard_output(path))
}

/// The format by `--format`, else by the file extension. A pipe or a device such as `/dev/null` needs none.
pub(super) fn format_of_output(
    format: Option<Format>,
    file: Option<&Path>,
) -> Result<Option<Format>, Failure> {
    let (None, Some(path)) = (format, file) else { return Ok(format) };
    let format = format_by_extension(path);
    let is_special = std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
    if format.is_some() || is_special {
        return Ok(format);
    }
    Err(Failure::usage(message!(
        "--output {path}: cannot infer the format from the file extension; add --format, or use the extension .json, .ndjson, .csv, .tsv, .xlsx, .html or .txt",
        "--output {path}：无法由扩展名判断格式；请加上 --format，或以 .json、.ndjson、.csv、.tsv、.xlsx、.html 或 .txt 结尾",
        path = path.display()
    )))
}

fn columns(fields: &[String], topic: Topic) -> Result<Vec<usize>, Failure> {
    let mut columns = Vec::new();
    for field in fields.iter().map(|field| field.trim()).filter(|field| !field.is_empty()) {
        let column = topic.column_index(field).ok_or_else(|| {
            let keys = topic.columns().iter().map(|column| column.key);
            Failure::usage(message!(
                "--fields: there is no column '{field}'{meant} (`hecha fields {topic}` lists them)",
                "--fields：没有列 '{field}'{meant:#}（`hecha fields {topic}` 可列出全部）",
                meant = super::keys::did_you_mean(field, keys),
                topic = topic.as_str()
            ))
        })?;
        if columns.contains(&column) {
            return Err(Failure::usage(message!(
                "--fields names '{field}' twice",
                "--fields 重复列出了 '{field}'"
            )));
        }
        columns.push(column);
    }
    if columns.is_empty() {
        return Err(Failure::usage(Text::new("--fields names no column", "--fields 没有列出任何列")));
    }
    Ok(columns)
}
