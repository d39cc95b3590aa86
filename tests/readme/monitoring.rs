//! `docs/monitoring.md`: every block is run, with a vendor whose list changes and stubs for mail, curl and the timer.

use super::{blocks, read};
use crate::harness::{Ran, World, sandbox};

/// The blocks of the guide: the script, mail, webhook, cron, service, timer.
fn guide() -> [String; 6] {
    let blocks: Vec<String> =
        blocks(&read("docs/monitoring.md")).into_iter().map(|(_, lines)| lines.join("\n") + "\n").collect();
    blocks.try_into().expect("six blocks")
}

fn executable(world: &World, name: &str, content: &str) {
    world.write(name, content);
    let ran = world.in_a_shell("sh", &format!("chmod +x '{name}'"));
    assert_eq!(ran.code, Some(0));
}

fn furnish(world: &World) {
    std::fs::create_dir_all(world.path("watch")).unwrap();
    world.write("watch/companies.txt", "逐次变化企业\n仅有一条企业\n");
    executable(world, "watch/watch.sh", &guide()[0]);
    executable(world, "watch/notify", "#!/bin/sh\ncp \"$1\" notified.html && echo notified\n");
}

/// Lets the answers age by a day, so that the next run queries again.
fn a_day_later(world: &World) {
    let archive = rusqlite::Connection::open(world.path(".local/share/hecha/archive.db")).unwrap();
    let day = 24 * 3600 * 1000;
    archive
        .execute_batch(&format!(
            "UPDATE answers SET received_at = received_at - {day};
             UPDATE snapshots SET taken_at = taken_at - {day}; UPDATE marks SET taken_at = taken_at - {day}"
        ))
        .unwrap();
}

fn watch(world: &World) -> Ran {
    world.in_a_shell("sh", "watch/watch.sh")
}

fn reports(world: &World) -> usize {
    let files = std::fs::read_dir(world.path("watch")).unwrap();
    files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("changes-")).count()
}

#[test]
fn the_script_reports_each_change_once_and_a_second_run_of_the_day_is_free() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    furnish(&world);
    assert_eq!((watch(&world).exits_with(0).text(), reports(&world)), ("", 0));
    let bought = sandbox.calls("market").requests;
    assert_eq!(watch(&world).exits_with(0).text(), "");
    assert_eq!(sandbox.calls("market").requests, bought, "the second run of a day costs nothing");

    a_day_later(&world);
    assert_eq!(watch(&world).exits_with(0).text(), "notified\n");
    assert_eq!(reports(&world), 1);
    let page = std::fs::read_to_string(world.path("watch/notified.html")).unwrap();
    assert!(page.contains("no longer listed") && page.contains("逐次变化企业"), "{page}");
    let bought = sandbox.calls("market").requests;
    assert_eq!(watch(&world).exits_with(0).text(), "", "nothing is reported twice");
    assert_eq!((sandbox.calls("market").requests, reports(&world)), (bought, 1));
}

#[test]
fn a_company_that_cannot_be_compared_is_reported_too() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    furnish(&world);
    watch(&world).exits_with(0);
    a_day_later(&world);
    let unreachable = World::with_sandbox(&sandbox).with("HECHA_MARKET_APPCODE", "wrong");
    let archive = world.path(".local/share/hecha/archive.db").to_string_lossy().into_owned();
    let folder = world.path("watch/watch.sh").to_string_lossy().into_owned();
    let ran = unreachable.with("HECHA_ARCHIVE", archive).in_a_shell("sh", &folder);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert_eq!(ran.text(), "notified\n");
}

#[test]
fn mail_and_webhook_get_the_report() {
    let world = World::new();
    world.write("report.html", "<p>changes</p>");
    std::fs::create_dir(world.path("bin")).unwrap();
    for stub in ["mail", "curl"] {
        executable(&world, &format!("bin/{stub}"), "#!/bin/sh\nfor word; do echo \"$word\"; done > got\n");
    }
    let [_, mail, webhook, ..] = guide();
    for (script, expected) in [(mail, "report.html"), (webhook, "report=@report.html")] {
        executable(&world, "notify", &script);
        let ran = world.in_a_shell("sh", "PATH=\"$HOME/bin:$PATH\" ./notify report.html");
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let got = std::fs::read_to_string(world.path("got")).unwrap();
        assert!(got.lines().any(|word| word == expected), "{got}");
    }
}

#[test]
fn cron_and_systemd_run_the_script() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    furnish(&world);
    let [_, _, _, cron, service, timer] = guide();
    let command = cron.trim_end().splitn(6, ' ').nth(5).expect("five fields of time and a command");
    assert!(
        cron.split(' ').take(5).all(|field| field.chars().all(|sign| "0123456789*-,/".contains(sign))),
        "{cron}"
    );
    world.in_a_shell("sh", command).exits_with(0);
    let start = service.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a command");
    world.in_a_shell("sh", &start.replace("%h", "$HOME")).exits_with(0);

    let units = world.path("units");
    std::fs::create_dir(&units).unwrap();
    world.write("units/hecha-watch.service", service.replace("%h", &world.home().to_string_lossy()));
    world.write("units/hecha-watch.timer", timer);
    let verify = "command -v systemd-analyze > /dev/null || exit 77; \
                  systemd-analyze --user verify units/hecha-watch.service units/hecha-watch.timer";
    let ran = world.in_a_shell("sh", verify);
    if ran.code == Some(77) {
        eprintln!("skipped: systemd-analyze is not installed");
        return;
    }
    let complaints: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("hecha-watch")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}
