//! The subcommands beside the look-ups, the configuration, and the options that spend nothing.

mod archive;
mod configuration;
mod free;
mod plan;
mod sandbox;
