//! `docs/scale-out.md`: every block is run against a sandbox, one shard is killed in the middle, and the block runs again.
//! Every page is bought once, and the merged result is that of one run without shards.

use super::{blocks, read};
use crate::harness::{World, sandbox};
use hecha::sandbox::{MARKET_APPCODE, Sandbox};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Requests of one hecha that may be in flight when it is killed, and are bought again: `-j` by default.
const MOST_IN_FLIGHT: u64 = 4;

/// One list, the sandbox that answers it, and the user who runs the blocks.
pub(super) struct Campaign {
    pub(super) world: World,
    sandbox: Sandbox,
    expected: Vec<u8>,
    pages: u64,
}

impl Campaign {
    /// A campaign whose user has all credentials in the environment.
    fn new() -> Self {
        Self::with_user(World::with_sandbox)
    }

    /// A campaign whose user has the APPCODE in the file that the scripts name.
    pub(super) fn with_appcode_file() -> Self {
        let campaign =
            Self::with_user(|sandbox| World::new().with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market")));
        std::fs::create_dir(campaign.world.path(".secrets")).unwrap();
        let file = campaign.world.write(".secrets/market-appcode", MARKET_APPCODE);
        #[cfg(unix)]
        std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        campaign
    }

    fn with_user(user: impl Fn(&Sandbox) -> World) -> Self {
        let of_one_run = sandbox();
        let one = World::with_sandbox(&of_one_run);
        one.write("companies.txt", list());
        let whole = one.run(["dishonest", "-i", "companies.txt", "--max-calls", "1000", "-f", "csv"]);
        let expected = whole.exits_with(0).stdout;
        let sandbox = sandbox();
        let world = user(&sandbox);
        world.write("companies.txt", list());
        Self { world, expected, pages: of_one_run.calls("market").charged, sandbox }
    }

    /// Runs a script and kills shard 2 in the middle; returns its exit code.
    pub(super) fn run_and_kill_a_shard(&self, script: &str) -> Option<i32> {
        std::thread::scope(|scope| {
            let killer = scope.spawn(|| self.kill_shard("2/4"));
            let ran = self.world.in_a_shell("bash", script);
            assert!(killer.join().unwrap(), "shard 2 was not seen: {}{}", ran.text(), ran.stderr);
            ran.code
        })
    }

    /// Runs a script that must succeed.
    pub(super) fn run(&self, script: &str) -> String {
        let ran = self.world.in_a_shell("bash", script);
        assert_eq!(ran.code, Some(0), "{script}\n{}{}", ran.text(), ran.stderr);
        ran.text().to_owned()
    }

    /// Kills the process of a shard half a second after it has begun to buy.
    fn kill_shard(&self, shard: &str) -> bool {
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            if let Some(process) = self.process_of_shard(shard) {
                std::thread::sleep(Duration::from_millis(700));
                return rustix::process::kill_process(process, rustix::process::Signal::KILL).is_ok();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    fn process_of_shard(&self, shard: &str) -> Option<rustix::process::Pid> {
        let home = self.world.home().canonicalize().ok()?;
        std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let arguments = std::fs::read_to_string(entry.path().join("cmdline")).ok()?;
            let mut arguments = arguments.split('\0');
            let is_hecha =
                arguments.next()?.ends_with("hecha") && arguments.any(|argument| argument == shard);
            let is_ours = std::fs::read_link(entry.path().join("cwd")).is_ok_and(|folder| folder == home);
            let id = entry.file_name().to_str()?.parse().ok()?;
            (is_hecha && is_ours).then(|| rustix::process::Pid::from_raw(id))?
        })
    }

    /// Checks what was bought, and what the blocks that merge have written.
    pub(super) fn check(&self) {
        let bought = self.sandbox.calls("market").requests;
        let pages = self.pages;
        assert!(
            (pages..=pages + MOST_IN_FLIGHT).contains(&bought),
            "{bought} pages bought instead of {pages}"
        );
        let merged = std::fs::read(self.world.path("found.csv")).unwrap();
        assert!(merged == self.expected, "the merged records differ from those of a single run");
        let report = std::fs::read_to_string(self.world.path("report.csv")).unwrap();
        assert_eq!(report.lines().count(), list().lines().count() + 1);
        assert_eq!(self.sandbox.calls("market").requests, bought);
    }
}

fn list() -> String {
    (1..=24).fold(String::new(), |mut list, number| {
        writeln!(list, "分片测试{number}有限公司").unwrap();
        list
    })
}

/// The blocks below a heading of the guide.
pub(super) fn section(heading: &str) -> Vec<String> {
    let document = read("docs/scale-out.md");
    let (_, below) = document.split_once(&format!("\n## {heading}\n")).expect("the heading");
    let section = below.split("\n## ").next().unwrap();
    blocks(section).into_iter().map(|(_, lines)| lines.join("\n")).collect()
}

/// Whether a program is there; says so if its test is skipped.
pub(super) fn is_installed(program: &str, expected: &str) -> bool {
    let version = std::process::Command::new(program).arg("--version").output();
    let found = version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains(expected));
    if !found {
        eprintln!("skipped: {program} is not installed");
    }
    found
}

#[test]
fn gnu_parallel() {
    if !is_installed("parallel", "GNU parallel") {
        return;
    }
    let [shards, progress, merge] = &section("GNU parallel")[..] else { panic!("three blocks") };
    let campaign = Campaign::new();
    assert_ne!(campaign.run_and_kill_a_shard(shards), Some(0), "a killed shard is told");
    let table = campaign.run(progress);
    assert!((1..=4).all(|shard| table.contains(&format!("shards/{shard}.db"))), "{table}");
    campaign.run(shards);
    campaign.run(merge);
    campaign.check();
    let records = |shard| {
        std::fs::read_to_string(campaign.world.path(&format!("shards/{shard}.ndjson")))
            .unwrap()
            .lines()
            .count()
    };
    let all = campaign.expected.split(|byte| *byte == b'\n').count() - 2;
    assert_eq!((1..=4).map(records).sum::<usize>(), all);
}

#[test]
fn snakemake() {
    if !is_installed("snakemake", ".") {
        return;
    }
    let [rules, run] = &section("Snakemake")[..] else { panic!("two blocks") };
    let campaign = Campaign::new();
    campaign.world.write("Snakefile", rules);
    assert_ne!(campaign.run_and_kill_a_shard(run), Some(0), "a killed shard is told");
    campaign.run(run);
    campaign.check();
}

#[test]
fn the_archive_of_a_shard_can_be_carried_elsewhere_as_the_one_file_it_is() {
    let sandbox = sandbox();
    let shard = World::with_sandbox(&sandbox);
    shard.write("companies.txt", list());
    shard.run(["dishonest", "-i", "companies.txt", "--shard", "2/4", "--max-calls", "1000"]).exits_with(0);
    let bought = sandbox.calls("market").charged;
    assert!(bought > 0);

    let login_node = World::with_sandbox(&sandbox);
    login_node.write("companies.txt", list());
    std::fs::copy(shard.path(".local/share/hecha/archive.db"), login_node.path("2.db")).unwrap();
    login_node.run(["archive", "import", "2.db"]).exits_with(0);
    std::fs::copy(login_node.path(".local/share/hecha/archive.db"), login_node.path("merged.db")).unwrap();
    let merged = login_node.with("HECHA_ARCHIVE", "merged.db");
    merged.run(["dishonest", "-i", "companies.txt", "--shard", "2/4", "--offline"]).exits_with(0);
    assert_eq!(sandbox.calls("market").charged, bought);
}
