//! In Chinese everything that people read is Chinese; what programs read is the same in every language.

mod data;
mod people;
