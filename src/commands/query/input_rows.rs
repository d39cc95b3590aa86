//! The rows of the list as outputs see them.

use crate::domain::failure::Failure;
use crate::input::{self, KeywordList, ListRow};
use crate::output::input_rows::{InputRow, OpenInput, RowKind};
use crate::settings::QuerySettings;
use std::io;

/// Opens the list for a sink that joins its outcomes back to it.
pub(super) fn open(settings: &QuerySettings, keywords: &KeywordList) -> Result<OpenInput, Failure> {
    let rows = keywords.rows()?;
    let (review, shard) = (settings.review, settings.shard);
    Ok(Box::new(move || {
        Ok(Box::new(rows.map(move |row| {
            let ListRow { input_row, cell, state, columns, .. } = row.map_err(io::Error::other)?;
            let is_other_share =
                || shard.is_some_and(|shard| !shard.holds(&review.comparable(input::keyword_of(&cell))));
            let kind = match state {
                input::RowState::Heading => RowKind::Heading,
                input::RowState::Blank => RowKind::Blank,
                _ if is_other_share() => RowKind::OtherShard,
                input::RowState::Asked(_) => RowKind::Keyword,
                input::RowState::RepeatOf(first) => RowKind::RepeatOf(first),
            };
            Ok(InputRow { input_row, input: cell, kind, cells: columns })
        })))
    }))
}
