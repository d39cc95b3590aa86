//! The memory of the process cannot be had from outside.

#![cfg(target_os = "linux")]

use crate::harness::World;
use crate::harness::vendor::{Step, Vendor};
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_run_leaves_no_core_dump() {
    let vendor = Vendor::start(|_| vec![Step::Wait(Duration::from_secs(20))]);
    let world = World::with_vendor_at(&vendor.origin());
    let mut child = world.spawn(["dishonest", "某公司"], Stdio::null());
    while vendor.calls() == 0 {
        assert!(child.try_wait().expect("a child").is_none(), "hecha waits for the vendor");
        std::thread::sleep(Duration::from_millis(10));
    }
    let proc = format!("/proc/{}", child.id());
    let limits = std::fs::read_to_string(format!("{proc}/limits")).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    // The kernel gives the files of a process that must not be dumped to root.
    assert_eq!(std::fs::metadata(format!("{proc}/environ")).expect("environ").uid(), 0);
    let killed = std::process::Command::new("kill").args(["-SEGV", &child.id().to_string()]).status();
    assert!(killed.expect("kill").success());
    child.wait().expect("hecha ends");
    let left: Vec<_> =
        std::fs::read_dir(world.home()).expect("home").flatten().map(|entry| entry.path()).collect();
    let is_dump = |path: &std::path::PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().contains("core"))
    };
    assert!(!left.iter().any(is_dump), "{left:?}");
}
