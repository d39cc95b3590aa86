//! The canary: distinctive secrets, every form in which they could come out, and where to look for them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hecha::domain::invisible::is_ignorable;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Sent in a header, so every character is one that headers can carry.
pub const APPCODE: &str = "Canary7AppCode0Header/+=&\"%'<q";
/// Signs, and travels itself with a static password.
pub const API_KEY: &str = "Canary7ApiKey0Signing\\/+&=\"%";
/// Signs, and never travels.
pub const PKEY: &str = "Canary7Pkey0Never0Travels";
/// Of the proxy.
pub const PROXY_PASSWORD: &str = "Canary7Proxy0Password@:/";
/// The same as it stands in an address.
pub const PROXY_PASSWORD_IN_ADDRESS: &str = "Canary7Proxy0Password%40%3A%2F";
/// The user name beside it, which is no secret.
pub const PROXY_USER: &str = "proxyuser";

/// Every secret of a user.
pub const ALL: [&str; 4] = [APPCODE, API_KEY, PKEY, PROXY_PASSWORD];

/// The forms in which a careless program, or a vendor that echoes, writes a text. All in lower case.
pub fn forms(secret: &str) -> Vec<String> {
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let (mut every_percent, mut every_unicode, mut hexadecimal) =
        (String::new(), String::new(), String::new());
    for byte in secret.bytes() {
        let _ = write!(every_percent, "%{byte:02x}");
        let _ = write!(every_unicode, "\\u{byte:04x}");
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    let json = in_json(secret);
    let escaped_slashes = json.replace('/', "\\/");
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let html_by_number = secret
        .replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;");
    // Whatever else is done to a text, letters and digits mostly stay what they are.
    let runs =
        secret.split(|character: char| !character.is_ascii_alphanumeric()).filter(|run| run.len() >= 10);
    let mut forms: Vec<String> = runs.map(str::to_owned).collect();
    forms.extend([
        secret.to_owned(),
        percent.replace('+', "%20"),
        percent,
        in_json(&json),
        json,
        in_json(&escaped_slashes),
        escaped_slashes,
        html,
        html_by_number,
        in_json(&every_unicode),
        every_unicode,
        every_percent,
        hexadecimal,
        BASE64_STANDARD.encode(secret),
    ]);
    for form in &mut forms {
        *form = form.to_lowercase();
    }
    forms.sort();
    forms.dedup();
    forms
}

fn in_json(text: &str) -> String {
    let quoted = serde_json::to_string(text).expect("a text");
    quoted[1..quoted.len() - 1].to_owned()
}

/// Where secrets are looked for: everything that one or more runs have left behind.
#[derive(Default)]
pub struct Search {
    /// What is looked for, and the secret that it is a form of.
    forms: BTreeMap<String, String>,
    findings: Vec<String>,
    /// How much was looked through, so that a search through nothing cannot pass for clean.
    pub bytes: usize,
}

impl Search {
    /// For the user's secrets, and `more` such as signatures that were recorded.
    pub fn new(more: impl IntoIterator<Item = String>) -> Self {
        let proxy = BASE64_STANDARD.encode(format!("{PROXY_USER}:{PROXY_PASSWORD}"));
        let secrets = ALL
            .into_iter()
            .map(str::to_owned)
            .chain([PROXY_PASSWORD_IN_ADDRESS.to_owned(), proxy])
            .chain(more);
        let forms =
            secrets.flat_map(|secret| forms(&secret).into_iter().map(move |form| (form, secret.clone())));
        Self { forms: forms.collect(), ..Self::default() }
    }

    /// Looks through some bytes.
    pub fn look(&mut self, place: &str, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.look_for_forms(place, bytes);
        let text = String::from_utf8_lossy(bytes);
        let visible: String = text.chars().filter(|character| !is_ignorable(*character)).collect();
        if visible.len() < text.len() {
            self.look_for_forms(&format!("{place}, as people see it"), visible.as_bytes());
        }
    }

    fn look_for_forms(&mut self, place: &str, bytes: &[u8]) {
        let bytes = bytes.to_ascii_lowercase();
        for (form, secret) in &self.forms {
            if let Some(position) = memchr::memmem::find(&bytes, form.as_bytes()) {
                let around =
                    &bytes[position.saturating_sub(60)..(position + form.len() + 20).min(bytes.len())];
                let around = String::from_utf8_lossy(around);
                self.findings.push(format!("{place} shows {secret:?} as {form:?}: …{around}…"));
            }
        }
    }

    /// Looks through every file of a folder; of workbooks also through the cells.
    pub fn look_into_folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = path.display().to_string();
            if path.is_dir() {
                self.look_into_folder(&path);
                continue;
            }
            self.look(&name, name.as_bytes());
            self.look(&name, &std::fs::read(&path).expect("a file"));
            if path.extension().is_some_and(|extension| extension == "xlsx") {
                self.look(&name, cells(&path).as_bytes());
            }
        }
    }

    /// What was found, each form of each secret once; empty where no secret came out.
    pub fn findings(mut self) -> Vec<String> {
        self.findings.sort();
        self.findings.dedup();
        self.findings
    }
}

fn cells(path: &Path) -> String {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let mut text = String::new();
    for sheet in book.sheet_names() {
        for row in book.worksheet_range(&sheet).expect("a sheet").rows() {
            for cell in row {
                let _ = writeln!(text, "{cell}");
            }
        }
    }
    text
}

#[test]
fn the_search_finds_every_secret_in_every_form() {
    for secret in ALL {
        for form in forms(secret) {
            let mut search = Search::new([]);
            search.look("here", format!("before {} after", form.to_uppercase()).as_bytes());
            assert!(!search.findings().is_empty(), "{form}");
        }
        let mut search = Search::new([]);
        search.look("here", secret.as_bytes());
        let findings = search.findings();
        assert!(findings.iter().any(|finding| finding.contains(&format!("{secret:?}"))), "{findings:?}");
    }
    let mut search = Search::new(["9cdfb439c7876e703e307864c9167a15".to_owned()]);
    search.look("here", b"vkey=9CDFB439C7876E703E307864C9167A15&ptime=1700000000000 canary");
    assert_eq!(search.findings().len(), 1);
}
