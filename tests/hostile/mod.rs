//! Hostile texts and public test suites, through the parsers and through the whole program.
//!
//! `data/` holds the suites as they were published, one case a line, each with its licence beside it:
//! `json_parsing.json` (the JSON parsing suite; its cases that are no UTF-8 are written in [`json_suite`]),
//! `xml_conformance.json` (the short cases of the XML conformance suite in UTF-8 without external entities) and
//! `naughty_strings.json` (the big list of naughty strings).

mod corpus;
mod json_suite;
mod naughty;
mod round_trip;
mod vendors;
mod workbooks;
mod xml_suite;
