//! `hecha sandbox`: the environment that it exports, and commands that run in it.

use crate::harness::World;

#[test]
fn a_command_runs_in_the_sandboxs_environment_with_an_archive_of_its_own() {
    let world = World::new();
    let script = "hecha dishonest 仅有一条企业 -q -f csv --fields query && hecha archive path && env | grep -c ^HECHA_";
    let hecha = assert_cmd::cargo::cargo_bin!("hecha").parent().unwrap().display().to_string();
    let script = format!("PATH={hecha}:$PATH; {script}");
    let ran = world.run(["sandbox", "--", "sh", "-c", &script]).exits_with(0);
    let lines: Vec<&str> = ran.text().lines().collect();
    assert_eq!(lines[..2], ["query", "仅有一条企业"], "{}", ran.text());
    assert!(lines[2].ends_with("archive.db") && !std::path::Path::new(lines[2]).exists(), "{}", lines[2]);
    assert_eq!(lines[3], "9", "endpoints, credentials and the archive");
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0, "nothing is left in the home folder");
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    let world = World::new();
    world.run(["sandbox", "--", "sh", "-c", "exit 21"]).exits_with(21);
    world.run(["sandbox", "--", "sh", "-c", "kill -9 $$"]).exits_with(137);
    let ran = world.run(["sandbox", "--", "no-such-program"]).exits_with(1);
    assert!(ran.stderr.contains("cannot start no-such-program"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_request_to_stop_is_passed_on_to_the_command() {
    let world = World::new();
    let script = "trap 'echo stopped; exit 3' TERM; echo started; while :; do sleep 0.05; done";
    let mut child = world.spawn(["sandbox", "--", "sh", "-c", script], std::process::Stdio::null());
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    assert_eq!(line, "started\n");
    let process = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    line.clear();
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    assert_eq!(line, "stopped\n");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn the_archive_of_real_answers_is_not_reached_from_the_sandbox() {
    let world = World::new();
    for words in [&["changes", "dishonest"][..], &["usage"], &["archive", "list"], &["archive", "prune"]] {
        let ran = world.run([&["--sandbox"], words].concat()).exits_with(2);
        assert!(ran.stderr.contains("--sandbox keeps no archive"), "{words:?}: {}", ran.stderr);
    }
}
