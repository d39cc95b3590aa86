//! hecha (核查): look Chinese companies up at three paid interfaces, and pay for every page once.

pub mod archive;
pub mod cli;
pub mod domain;
pub mod help;
pub mod input;
pub mod interrupt;
pub mod output;
pub mod provider;
pub mod run;
pub mod sandbox;
pub mod settings;
pub mod terminal;
pub mod transport;
