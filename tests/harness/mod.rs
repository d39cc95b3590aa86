//! The test harness: the binary in an environment of its own, and scripted vendors.
//!
//! Hermetic: the environment is cleared, each test has its own home, archive and ports.

#[cfg(all(unix, feature = "postgres"))]
pub mod postgres;
pub mod vendor;

use hecha::domain::request::ProviderId;
use hecha::provider::{ihuyi, market};
use hecha::sandbox::{IHUYI_ACCOUNT, IHUYI_API_KEY, MARKET_APPCODE, SHUIDI_PKEY, SHUIDI_PNAME, Sandbox};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An empty home folder and the environment that the test sets.
pub struct World {
    home: TempDir,
    variables: Vec<(String, String)>,
}

/// The result of one run of hecha.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output as it is.
    pub stdout: Vec<u8>,
    /// Standard error as text.
    pub stderr: String,
}

impl World {
    /// Nothing is configured.
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary home"), variables: Vec::new() }
    }

    /// Endpoints and credentials of a sandbox.
    pub fn with_sandbox(sandbox: &Sandbox) -> Self {
        Self { variables: sandbox.environment(), ..Self::new() }
    }

    /// The same credentials, with all three endpoints at one address such as `http://127.0.0.1:1234`.
    pub fn with_vendor_at(origin: &str) -> Self {
        Self::new()
            .with("HECHA_MARKET_ENDPOINT", format!("{origin}/market"))
            .with("HECHA_MARKET_APPCODE", MARKET_APPCODE)
            .with("HECHA_IHUYI_ENDPOINT", format!("{origin}/ihuyi"))
            .with("HECHA_IHUYI_ACCOUNT", IHUYI_ACCOUNT)
            .with("HECHA_IHUYI_API_KEY", IHUYI_API_KEY)
            .with("HECHA_SHUIDI_ENDPOINT", format!("{origin}/shuidi"))
            .with("HECHA_SHUIDI_PNAME", SHUIDI_PNAME)
            .with("HECHA_SHUIDI_PKEY", SHUIDI_PKEY)
    }

    /// One more environment variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A path in the home folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file in the home folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file in the home folder");
        path
    }

    /// The command, not yet started, in the home folder.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hecha"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs hecha to its end.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        self.command(arguments).output().expect("hecha starts").into()
    }

    /// Runs hecha with something on standard input.
    pub fn run_with_input<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Ran {
        let mut child = self.spawn(arguments, Stdio::piped());
        // A hecha that has refused the command line does not read; that shows in its exit code.
        let _ = child.stdin.take().expect("standard input").write_all(input);
        child.wait_with_output().expect("hecha ends").into()
    }

    /// Runs a script in a shell whose `hecha` is the one under test.
    pub fn in_a_shell(&self, shell: &str, script: &str) -> Ran {
        let binary = assert_cmd::cargo::cargo_bin!("hecha");
        let own = binary.parent().expect("the folder of the binary").to_owned();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&others)));
        let mut command = Command::new(shell);
        command
            .args(["-c", script])
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", path.expect("a search path"))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command.output().unwrap_or_else(|error| panic!("{shell}: {error}")).into()
    }

    /// Runs hecha on a terminal with the input `answer`; returns the exit code and the output on the terminal. `None`
    /// where there is no `script` command to make one.
    pub fn on_a_terminal(&self, arguments: &str, answer: &str) -> Option<(i32, String)> {
        use std::io::Read;
        let hecha = self.command([""]).get_program().to_string_lossy().into_owned();
        let real = self.command(["--version"]);
        let mut terminal = Command::new("script");
        terminal
            .args(["-qec", &format!("{hecha} {arguments}"), "/dev/null"])
            .env_clear()
            .envs(real.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("LANG", "en_US.UTF-8")
            .current_dir(self.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let Ok(mut child) = terminal.spawn() else {
            eprintln!("skipped: there is no command `script` here");
            return None;
        };
        // The end of the input would end the terminal before the answer is read, so it stays open.
        let mut stdin = child.stdin.take().expect("standard input");
        let mut stdout = child.stdout.take().expect("the terminal");
        let mut shown = Vec::new();
        let mut part = [0; 1024];
        // A question ends with its answers in brackets. Ctrl-C before it would end the shell.
        while !shown.ends_with(b"] ") {
            match stdout.read(&mut part).expect("what it shows") {
                0 => break,
                length => shown.extend_from_slice(&part[..length]),
            }
        }
        let _ = stdin.write_all(answer.as_bytes());
        stdout.read_to_end(&mut shown).expect("what it shows");
        let code = child.wait().expect("it ends").code()?;
        drop(stdin);
        Some((code, String::from_utf8_lossy(&shown).into_owned()))
    }

    /// Starts hecha.
    pub fn spawn<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>, stdin: Stdio) -> Child {
        self.command(arguments).stdin(stdin).spawn().expect("hecha starts")
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Ran {
    /// Standard output as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    /// Standard output as one JSON document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// Exit code, standard output and standard error as one text, for a snapshot.
    pub fn snapshot(&self) -> String {
        let code = self.code.map_or("killed".to_owned(), |code| code.to_string());
        format!("exit code: {code}\n--- stdout\n{}--- stderr\n{}", self.text(), self.stderr)
    }

    /// The same run, once its exit code has been checked; both outputs are shown where it is another.
    #[track_caller]
    pub fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.snapshot());
        self
    }
}

/// A sandbox on a free port.
pub fn sandbox() -> Sandbox {
    sandbox_with(Duration::ZERO)
}

/// A sandbox on a free port, whose answers are delayed.
pub fn sandbox_with(latency: Duration) -> Sandbox {
    Sandbox::start(([127, 0, 0, 1], 0).into(), latency).expect("a sandbox on loopback")
}

/// The requests that a sandbox has received, at all vendors.
pub fn requests_at(sandbox: &Sandbox) -> u64 {
    ["market", "ihuyi", "shuidi"].map(|vendor| sandbox.calls(vendor).requests).iter().sum()
}

/// The command that asks this provider.
pub fn command_of(provider: ProviderId) -> &'static [&'static str] {
    match provider {
        market::ID => &["dishonest"],
        ihuyi::ID => &["copyright", "--provider", "ihuyi"],
        _ => &["copyright", "--provider", "shuidi"],
    }
}

/// Waits until `so_far` is true, at most half a minute.
#[track_caller]
pub fn wait_until(what: &str, mut so_far: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so_far() {
        assert!(begun.elapsed() < Duration::from_secs(30), "waited half a minute until {what}");
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Sends a signal such as `INT` to a child.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(sent.expect("the command kill").success());
}

/// A small disk of its own; it goes away with this.
pub struct Disk(pub PathBuf);

impl Disk {
    /// `None` where this user may not mount one.
    pub fn mount(at: PathBuf, options: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "none"]).arg(&at).stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Self(at));
        }
        eprintln!("skipped: this user may not mount a small disk");
        None
    }

    /// Changes its options.
    pub fn remount(&self, option: &str) {
        let status =
            Command::new("mount").args(["-o", &format!("remount,{option}")]).arg(&self.0).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
