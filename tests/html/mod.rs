//! The page of `-f html`: what is in it, that nothing of a stranger's is obeyed, and that it works in a browser.

mod browser;
mod chromium;
mod page;
mod summary;

use crate::harness::World;
use crate::harness::vendor::{Vendor, json};
use serde_json::json;

/// Text that would do something where it was taken for markup or for code.
pub const HOSTILE: [&str; 12] = [
    "<script>document.title='pwned'</script>",
    "</script><script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "\"><svg onload=document.title='pwned'>",
    "' onmouseover='document.title=1' x='",
    "]]><!--<script>",
    "<!-- <script> --!>",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "javascript:document.title='pwned'",
    "abc\u{202e}gnp.exe\u{2066}\u{200b}",
    "\u{2028}\u{2029}\u{0}\u{1b}[31m\u{9b}2J",
    "👨\u{200d}👩\u{200d}👧 𠮷 ${document.title='pwned'} {{constructor.constructor('x')()}}",
];

/// A vendor whose every field is hostile, one row for each of [`HOSTILE`].
pub fn hostile_vendor() -> Vendor {
    Vendor::start(|_| {
        let rows: Vec<_> = HOSTILE
            .iter()
            .enumerate()
            .map(|(number, text)| {
                json!({
                    "id": number + 1, "iname": text, "casecode": text, "courtname": text, "areaname": text,
                    "regdate": 1_676_390_400_000_i64, "duty": text, "performance": text, "cardnum": text,
                    "cpwsUrl": text, "type": "1", "staff": format!("[{}]", json!({ "name": text })),
                    "surprise": {"<em>": text},
                })
            })
            .collect();
        json(json!({"code": 0, "desc": "成功", "result": {"total": rows.len(), "items": rows}}).to_string())
    })
}

/// Writes a page and reads it.
#[track_caller]
pub fn page(world: &World, code: i32, arguments: &[&str]) -> String {
    world.run([arguments, &["-o", "report.html"]].concat()).exits_with(code);
    std::fs::read_to_string(world.path("report.html")).expect("the page")
}
