//! The binary: hands command line and environment to the library.

fn main() {}
