//! A real browser without a window, each time with an empty profile and without a network.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const LONGEST: Duration = Duration::from_secs(90);

/// The document as it stands after its scripts have run; `None` where no Chromium is installed.
pub fn dom(page: &Path, fragment: &str, options: &[&str]) -> Option<String> {
    let address = format!("file://{}{fragment}", page.display());
    run(&[options, &["--virtual-time-budget=5000", "--dump-dom", &address]].concat())
}

/// Prints the page to a file; `None` where no Chromium is installed.
pub fn print(page: &Path, pdf: &Path) -> Option<()> {
    let (address, target) =
        (format!("file://{}", page.display()), format!("--print-to-pdf={}", pdf.display()));
    run(&["--no-pdf-header-footer", &target, &address]).map(|_| ())
}

#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn run(arguments: &[&str]) -> Option<String> {
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path)
            .flat_map(|folder| NAMES.map(|name| folder.join(name)))
            .find(|candidate| candidate.is_file())
    });
    let Some(program) = found else {
        eprintln!("SKIPPED: no Chromium is installed, so the page was not tried in a browser");
        return None;
    };
    let profile = tempfile::tempdir().expect("an empty profile");
    let mut child = Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,1000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Chromium starts");
    let mut output = child.stdout.take().expect("its output");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
    let deadline = Instant::now() + LONGEST;
    while child.try_wait().expect("its state").is_none() {
        if Instant::now() > deadline {
            child.kill().expect("it can be ended");
            panic!("Chromium did not end within {LONGEST:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(reader.join().expect("the reader").expect("a document in UTF-8"))
}
