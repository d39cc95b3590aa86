//! A PostgreSQL server of the tests' own: temporary folder, loopback, no fsync. Skipped if PostgreSQL is not installed.
//!
//! The server ends with the process that started it, however that ends: a shell waits for the end of its input.

use std::io::{self, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The superuser, with [`PASSWORD`].
pub const USER: &str = "postgres";
/// The password of the superuser.
pub const PASSWORD: &str = "canary-password-of-postgres";

/// Runs the server until a line or the end of the input arrives; only the latter removes the folder.
const KEEPER: &str = r#"folder=$1; shift; "$@" >>"$folder/log" 2>&1 & server=$!; read -r signal
kill "-${signal:-QUIT}" $server; wait $server; [ -n "$signal" ] || rm -rf "$folder""#;

/// How a server ends.
#[derive(Debug, Clone, Copy)]
pub enum Shutdown {
    /// It closes all connections and writes everything.
    Fast,
    /// It dies at once, as in a crash.
    Immediate,
}

/// One server with its own data.
pub struct PostgresServer {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    settings: Vec<String>,
    keeper: Option<Child>,
    databases: AtomicU32,
}

impl PostgresServer {
    /// Starts a server with further settings such as `("ssl", "on")`; `None`, with a note, if PostgreSQL is not installed.
    pub fn start(settings: &[(&str, &str)]) -> Option<Self> {
        let Some(programs) = programs() else {
            let _ = writeln!(io::stderr(), "skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        std::fs::write(folder.join("password"), PASSWORD).expect("a file");
        if is_root() {
            run(Command::new("chown").args(["-R", USER]).arg(&folder));
        }
        let mut server = Self {
            folder,
            programs,
            port: 0,
            settings: settings.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            keeper: None,
            databases: AtomicU32::new(0),
        };
        run(server
            .as_server("initdb")
            .arg("-D")
            .arg(server.folder.join("data"))
            .args(["-U", USER, "-E", "UTF8", "--locale=C", "--no-sync", "--auth-local=trust"])
            .arg("--auth-host=scram-sha-256")
            .arg(format!("--pwfile={}", server.folder.join("password").display())));
        server.port = free_port();
        server.start_again();
        Some(server)
    }

    /// The folder; files in it (for example a certificate) can be named in the settings after [`Self::give`].
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a database, without a password.
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// A new, empty database; returns its name.
    pub fn create_database(&self) -> String {
        let name = format!("hecha_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// Runs statements as the superuser; returns what they print, one row a line, columns separated by `|`.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg("-h").arg(&self.folder).args(["-p", &self.port.to_string(), "-U", USER, "-d", database]);
        run(psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statements]))
    }

    /// Creates a file that the server may read, and no other user; returns its path.
    pub fn give(&self, name: &str, content: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.join(name);
        std::fs::write(&path, content).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
        if is_root() {
            run(Command::new("chown").arg(USER).arg(&path));
        }
        path
    }

    /// Adds a setting for the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push(format!("{name}={value}"));
    }

    /// Ends the server and waits for its end. Its data stay.
    pub fn stop(&mut self, shutdown: Shutdown) {
        let signal = match shutdown {
            Shutdown::Fast => "INT\n",
            Shutdown::Immediate => "QUIT\n",
        };
        self.end(signal);
    }

    /// Starts the server after [`Self::stop`], on the same port.
    pub fn start_again(&mut self) {
        let mut keeper = self.as_server_command("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(&self.folder).arg(self.programs.join("postgres"));
        keeper.arg("-D").arg(self.folder.join("data"));
        let socket = format!("unix_socket_directories={}", self.folder.display());
        let fixed = [
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".to_owned(),
            socket,
            "fsync=off".to_owned(),
            "shared_buffers=16MB".to_owned(),
        ];
        for setting in fixed.iter().chain(&self.settings) {
            keeper.arg("-c").arg(setting);
        }
        self.keeper = Some(keeper.stdin(Stdio::piped()).spawn().expect("the server starts"));
        let begun = Instant::now();
        while !self.is_ready() {
            let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_mins(2), "no server: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn is_ready(&self) -> bool {
        Command::new(self.programs.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .status()
            .expect("pg_isready runs")
            .success()
    }

    fn as_server(&self, program: &str) -> Command {
        self.as_server_command(self.programs.join(program))
    }

    /// PostgreSQL refuses to run as root.
    fn as_server_command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder).env_remove("PGPASSWORD");
        command
    }

    fn end(&mut self, signal: &str) {
        if let Some(mut keeper) = self.keeper.take() {
            let mut input = keeper.stdin.take().expect("a pipe");
            let _ = input.write_all(signal.as_bytes());
            drop(input);
            let _ = keeper.wait();
        }
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.end("");
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// The folder of the newest installed server's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("postgres").exists() && folder.join("initdb").exists()).max()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("a program runs");
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

#[test]
fn a_server_keeps_its_data_over_a_restart() {
    let Some(mut server) = PostgresServer::start(&[]) else { return };
    let database = server.create_database();
    server.sql(&database, "CREATE TABLE pages (id INT); INSERT INTO pages VALUES (7)");
    server.stop(Shutdown::Fast);
    server.start_again();
    assert_eq!(server.sql(&database, "SELECT id FROM pages"), "7");
}
