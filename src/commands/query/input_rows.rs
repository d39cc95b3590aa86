//! The rows of the list as outputs see them.

use crate::domain::failure::Failure;
use crate::input::{self, KeywordList, ListRow};
use crate::output::input_rows::{InputRow, OpenInput, RowState};
use crate::settings::QuerySettings;
use std::io;

/// Opens the list for a sink that joins its outcomes back to it.
pub(super) fn open(settings: &QuerySettings, keywords: &KeywordList) -> Result<OpenInput, Failure> {
    let rows = keywords.rows()?;
    let (review, shard) = (settings.review, settings.shard);
    Ok(Box::new(move || {
        Ok(Box::new(rows.map(move |row| {
            let ListRow { input_row, cell, state, .. } =
                row.map_err(|error| io::Error::other(Failure::from(error)))?;
            let is_other_share =
                || shard.is_some_and(|shard| !shard.holds(&review.read(input::keyword_of(&cell)).canonical));
            let state = match state {
                input::RowState::Heading => RowState::Heading,
                input::RowState::Blank => RowState::Blank,
                _ if is_other_share() => RowState::OtherShard,
                input::RowState::Asked | input::RowState::Suspicious(_) => RowState::Keyword,
                input::RowState::RepeatOf(first) => RowState::RepeatOf(first),
            };
            Ok(InputRow { input_row, input: cell, state })
        })))
    }))
}
