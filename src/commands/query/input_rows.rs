//! The rows of the list as outputs see them.

use crate::domain::failure::Failure;
use crate::input::{KeywordList, RowState, keyword_of};
use crate::output::InputRows;
use crate::settings::QuerySettings;
use std::io;

/// The rows for a sink that joins its outcomes back to them.
pub(super) fn input_rows(settings: &QuerySettings, keywords: &KeywordList) -> Result<InputRows, Failure> {
    let (review, shard) = (settings.review, settings.shard);
    let is_of_other_shard =
        move |cell: &str| shard.is_some_and(|shard| !shard.holds(keyword_of(cell), review));
    Ok(Box::new(keywords.rows()?.map(move |row| {
        let mut row = row.map_err(io::Error::other)?;
        if !matches!(row.state, RowState::Heading | RowState::Blank) && is_of_other_shard(&row.cell) {
            row.state = RowState::OtherShard;
        }
        Ok(row)
    })))
}
