//! The parts of a workbook in its zip archive, within bounds.
//!
//! A small archive can unpack to more than the memory holds. The sizes in its directory are bounded before anything is
//! unpacked, and no part is read beyond the size that is written there.

use std::collections::HashMap;
use std::io::{Read, Seek, Take};

use zip::ZipArchive;
use zip::read::ZipFile;

use super::xml::{Xml, attributes, damaged_by};
use crate::domain::text::{Message, Text, message};
use crate::input::error::damaged;

/// Maximum size of an unpacked workbook, in bytes.
const TOTAL_LIMIT: u64 = 1 << 30;
/// Parts beyond this size may be packed to a 200th of it at most; sheets are packed to a 30th at best.
const RATIO_FROM: u64 = 1 << 24;
const RATIO_LIMIT: u64 = 200;

/// The parts of a workbook by their names.
pub(super) struct Package<S> {
    archive: ZipArchive<S>,
    parts: HashMap<String, usize>,
}

/// A part while it is read.
pub(super) type Part<'package, S> = Take<ZipFile<'package, S>>;

impl<S: Read + Seek> Package<S> {
    /// Reads the directory and checks its sizes.
    pub(super) fn open(source: S) -> Result<Self, Message> {
        let mut archive = ZipArchive::new(source).map_err(damaged_by)?;
        if archive.has_duplicate_names() {
            return Err(damaged(Text::new("two parts of one name", "有两个同名的部件")));
        }
        let mut parts = HashMap::new();
        let mut total = 0_u64;
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(damaged_by)?;
            let name = part.name().map_err(damaged_by)?;
            total = total.saturating_add(part.size());
            if part.size() > RATIO_FROM && part.size() / RATIO_LIMIT > part.compressed_size() {
                let mebibytes = part.size() >> 20;
                return Err(oversized(message!("{name}: {mebibytes} MiB", "{name}：{mebibytes} MiB")));
            }
            parts.insert(name.replace('\\', "/").to_lowercase(), index);
        }
        if total > TOTAL_LIMIT {
            return Err(oversized(message!("{n} MiB", "{n} MiB", n = total >> 20)));
        }
        Ok(Self { archive, parts })
    }

    /// A part by its name, in any case.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Xml<Part<'_, S>>>, Message> {
        let Some(&index) = self.parts.get(&name.trim_start_matches('/').to_lowercase()) else {
            return Ok(None);
        };
        let part = self.archive.by_index(index).map_err(damaged_by)?;
        let size = part.size();
        Ok(Some(Xml::new(part.take(size))))
    }

    /// The names of a part's related parts by their identifiers, each with the last word of its type.
    pub(super) fn relations(&mut self, name: &str) -> Result<Vec<Relation>, Message> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let Some(mut part) = self.part(&format!("{folder}/_rels/{file}.rels"))? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        while let Some(start) = part.next_start()? {
            if start.local_name().as_ref() == "Relationship" {
                let [id, kind, target] =
                    attributes(&start, ["Id", "Type", "Target"])?.map(Option::unwrap_or_default);
                let name = if target.starts_with('/') { target } else { joined(folder, &target) };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                found.push(Relation { id, kind, name });
            }
        }
        Ok(found)
    }
}

/// A related part.
pub(super) struct Relation {
    pub id: String,
    pub kind: String,
    pub name: String,
}

/// The failure of a workbook that would fill the disk or the memory.
fn oversized(reason: Message) -> Message {
    message!(
        "is too large when unpacked ({reason}); save only the column of keywords as .csv",
        "解压后过大（{reason:#}）；请只把关键词一列另存为 .csv"
    )
}

/// A relative name from a folder of the archive.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
