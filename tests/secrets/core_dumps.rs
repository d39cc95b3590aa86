//! The memory of the process cannot be had from outside.

#![cfg(target_os = "linux")]

use crate::harness::vendor::{Step, Vendor};
use crate::harness::{World, signal, wait_until};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_run_leaves_no_core_dump() {
    let vendor = Vendor::start(|_| vec![Step::Wait(Duration::from_secs(20))]);
    let world = World::with_vendor_at(&vendor.origin());
    let mut child = world.spawn(["dishonest", "某公司"], Stdio::null());
    wait_until("hecha waits for the vendor", || vendor.calls() > 0);
    let proc = format!("/proc/{}", child.id());
    let limits = std::fs::read_to_string(format!("{proc}/limits")).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    // The kernel gives the files of a process that must not be dumped to root.
    assert_eq!(std::fs::metadata(format!("{proc}/environ")).expect("environ").uid(), 0);
    signal(&child, "ABRT");
    let status = child.wait().expect("hecha ends");
    assert!(status.signal().is_some() && !status.core_dumped(), "{status}");
}
