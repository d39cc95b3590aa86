//! `-o` with something that is no ordinary file: it is written to, and never replaced.

use crate::harness::{World, sandbox};
use std::os::unix::fs::FileTypeExt;
use std::process::Command;

#[test]
fn a_configuration_or_secret_without_an_end_is_refused() {
    let world = World::new().with("HECHA_MARKET_ENDPOINT", "https://vendor.invalid/x");
    for endless in ["/dev/zero", "/dev/urandom"] {
        let ran = world.run(["config", "show", "--config", endless]).exits_with(4);
        assert!(ran.stderr.contains(endless), "{}", ran.stderr);
    }
    let world = world.with("HECHA_MARKET_APPCODE_FILE", "/dev/zero");
    let ran = world.run(["dishonest", "甲公司"]).exits_with(4);
    assert!(ran.stderr.contains("larger than a megabyte"), "{}", ran.stderr);
}

#[test]
fn a_pipe_with_a_name_is_written_to_and_stays_a_pipe() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let pipe = world.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    // Open for both, so that neither side waits for the other; one record fits into a pipe unread.
    let held = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("the pipe");
    let ran = world.run(["dishonest", "仅有一条企业", "-f", "ndjson", "-o", "pipe"]).exits_with(0);
    assert_eq!(ran.text(), "");
    let kind = std::fs::symlink_metadata(&pipe).expect("its metadata").file_type();
    assert!(kind.is_fifo(), "a file took the place of the pipe: {kind:?}");
    assert!(!world.path("pipe.partial").exists());
    let line = {
        use std::io::{BufRead, BufReader};
        let mut line = String::new();
        BufReader::new(held).read_line(&mut line).expect("what was written");
        line
    };
    assert!(line.starts_with("{\"query\":\"仅有一条企业\""), "{line}");
}
