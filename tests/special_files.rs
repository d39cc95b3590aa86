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
    assert!(ran.stderr.contains("larger than 1 MiB"), "{}", ran.stderr);
}

#[test]
fn a_named_pipe_in_place_of_a_configuration_secret_or_list_is_refused_at_once() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let pipe = world.path("pipe").display().to_string();
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for (arguments, code) in [
        (vec!["dishonest", "仅有一条企业", "--config", &pipe], 4),
        (vec!["dishonest", "-i", &pipe], 2),
        (vec!["identify", "-i", &pipe], 2),
    ] {
        let ran = world.run(&arguments).exits_with(code);
        assert!(ran.stderr.contains("named pipe") && ran.stderr.contains(&pipe), "{}", ran.stderr);
    }
    let world = World::new().with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market"));
    let ran = world.with("HECHA_MARKET_APPCODE_FILE", pipe).run(["dishonest", "甲公司"]).exits_with(4);
    assert!(ran.stderr.contains("named pipe"), "{}", ran.stderr);
    let shell = World::new().in_a_shell("bash", "hecha config show --config <(echo '[price]')");
    assert_eq!(shell.code, Some(0), "a shell's own pipe is read: {}", shell.stderr);
    assert_eq!(sandbox.calls("market").requests, 0);
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

#[test]
fn two_runs_with_one_output_do_not_destroy_each_others_file() {
    let sandbox = sandbox();
    for option in ["-o", "--report"] {
        let world = World::with_sandbox(&sandbox);
        let slow = ["dishonest", "慢:1500", "-f", "json", option, "out.csv"];
        let before = sandbox.calls("market").requests;
        let first = world.spawn(slow, std::process::Stdio::null());
        while sandbox.calls("market").requests == before {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let ran = world.run(["dishonest", "行数:2", "-f", "json", option, "out.csv"]).exits_with(2);
        assert!(ran.stderr.contains("another run is writing it"), "{}", ran.stderr);
        assert_eq!(sandbox.calls("market").requests, before + 1, "the second run bought nothing");
        assert_eq!(first.wait_with_output().expect("an end").status.code(), Some(0));
        let written = std::fs::read_to_string(world.path("out.csv")).expect("the first run's file");
        assert!(written.contains("慢:1500"), "{written}");
        assert!(!world.path("out.csv.partial").exists());
    }
}

#[test]
fn a_workbook_on_a_full_disk_is_one_error() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["dishonest", "行数:2000", "-o", "/dev/full", "-f", "xlsx", "-q"]).exits_with(1);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("No space left"), "{}", ran.stderr);
}

#[test]
fn an_output_behind_a_link_keeps_the_link_and_the_mode_of_its_target() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let target = world.write("target.csv", "before");
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    std::os::unix::fs::symlink("target.csv", world.path("out.csv")).expect("a link");
    world.run(["dishonest", "行数:2", "-o", "out.csv", "--report", "report.csv"]).exits_with(0);
    assert!(world.path("out.csv").symlink_metadata().expect("the link").is_symlink());
    assert_eq!(target.metadata().expect("the target").permissions().mode() & 0o777, 0o640);
    assert_eq!(csv::Reader::from_path(&target).expect("a file").records().count(), 2);
}

#[test]
fn dev_stdout_is_standard_output_also_when_that_is_a_file() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let script = "{ echo before; hecha dishonest 行数:2 -f ndjson -o /dev/stdout; echo after; } > all.txt";
    world.in_a_shell("sh", script).exits_with(0);
    let all = std::fs::read_to_string(world.path("all.txt")).expect("a file");
    let lines: Vec<_> = all.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[3]), (4, "before", "after"), "{all}");
    let ran = world.in_a_shell("sh", "hecha dishonest 行数:2 -f ndjson -o /dev/stdout | wc -l").exits_with(0);
    assert_eq!(ran.text().trim(), "2");
}

#[test]
fn a_link_or_a_pipe_at_the_temporary_name_is_refused() {
    let sandbox = sandbox();
    for option in ["-o", "--report"] {
        let world = World::with_sandbox(&sandbox);
        let victim = world.write("victim", "precious");
        let before = sandbox.calls("market").requests;
        std::os::unix::fs::symlink("victim", world.path("out.csv.partial")).expect("a link");
        world.run(["dishonest", "行数:2", option, "out.csv"]).exits_with(2);
        std::fs::remove_file(world.path("out.csv.partial")).expect("removed");
        assert!(
            Command::new("mkfifo").arg(world.path("out.csv.partial")).status().expect("mkfifo").success()
        );
        world.run(["dishonest", "行数:2", option, "out.csv"]).exits_with(2);
        assert_eq!(std::fs::read_to_string(victim).expect("the file"), "precious");
        assert_eq!(sandbox.calls("market").requests, before);
    }
}

#[test]
fn no_file_that_the_run_reads_is_overwritten_under_whatever_name() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_IHUYI_ACCOUNT", "");
    let world = world.with("HECHA_ARCHIVE", "archive.db");
    world.run(["dishonest", "行数:1"]).exits_with(0);
    let key = world.write("key.txt", hecha::sandbox::IHUYI_API_KEY);
    world.write("list.csv", "企业名称\n行数:1\n");
    world.write("hecha.toml", "[ihuyi]\naccount = \"x\"\napi_key_file = \"key.txt\"\n");
    world.write("ca.pem", "");
    let world = world.with("HECHA_IHUYI_API_KEY", "");
    let before = sandbox.calls("market").requests;
    for name in ["list.csv", "hecha.toml", "ca.pem", "archive.db", "key.txt"] {
        let copy = world.path("copy.csv");
        std::fs::hard_link(world.path(name), &copy).expect("a second name");
        for option in ["-o", "--report"] {
            let ran = world
                .run([
                    "dishonest",
                    "-i",
                    "list.csv",
                    "--config",
                    "hecha.toml",
                    "--ca-cert",
                    "ca.pem",
                    option,
                    "copy.csv",
                ])
                .exits_with(2);
            assert!(ran.stderr.contains("the same file"), "{name}: {}", ran.stderr);
        }
        std::fs::remove_file(copy).expect("removed");
    }
    assert_eq!(std::fs::read_to_string(key).expect("the key"), hecha::sandbox::IHUYI_API_KEY);
    assert_eq!(sandbox.calls("market").requests, before);
}

#[test]
fn a_limit_of_the_file_size_is_an_error_like_a_full_disk() {
    let sandbox = sandbox();
    for name in ["out.csv", "out.json", "out.xlsx"] {
        let world = World::with_sandbox(&sandbox);
        let script = format!("ulimit -f 16; hecha dishonest 行数:900 --max-calls 999 --no-archive -o {name}");
        let ran = world.in_a_shell("sh", &script).exits_with(1);
        assert!(ran.stderr.to_lowercase().contains("file too large"), "{}", ran.stderr);
        assert!(!world.path(name).exists());
    }
}
