//! The rows of the list as outputs see them.

use crate::domain::failure::Failure;
use crate::input::{InputError, Keyword, KeywordList};
use crate::output::input_rows::{InputRow, OpenInput, RowState};
use std::collections::HashMap;
use std::io;

/// Opens the list for a sink that joins its outcomes back to it.
pub(super) fn open(keywords: &KeywordList) -> Result<OpenInput, Failure> {
    let keywords = keywords.keywords()?;
    Ok(Box::new(move || {
        let mut seen: HashMap<String, u64> = HashMap::new();
        Ok(Box::new(keywords.map(move |keyword: Result<Keyword, InputError>| {
            let keyword = keyword.map_err(|error| io::Error::other(Failure::from(error)))?;
            let input_row = keyword.input_row();
            let first = *seen.entry(keyword.text.clone()).or_insert(input_row);
            let state = if first == input_row { RowState::Keyword } else { RowState::RepeatOf(first) };
            Ok(InputRow { input_row, input: keyword.text, state })
        })))
    }))
}
