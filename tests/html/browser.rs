//! The page in headless Chromium. Each test is skipped, and says so, where Chromium is not installed.

use super::{HOSTILE, chromium, hostile_vendor, page};
use crate::harness::{World, sandbox};
use std::path::PathBuf;
use std::process::Command;

/// The texts of one column of the records as they stand in the document, top to bottom.
fn column(dom: &str, label: &str) -> Vec<String> {
    let records = part(dom, "<section id=\"records\"", "</section>");
    let cell = format!("data-label=\"{label}\">");
    part(records, "<tbody", "</tbody>")
        .split(&cell)
        .skip(1)
        .map(|cell| {
            let content = cell.split("</td>").next().expect("the end of the cell");
            content
                .split('>')
                .nth(1)
                .map_or(content, |text| text.split('<').next().unwrap_or(text))
                .to_owned()
        })
        .collect()
}

fn part<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    let length = text[from..].find(end).unwrap_or_else(|| panic!("no {end}"));
    &text[from..from + length]
}

/// The same page with another script behind its own, which does what a reader does. The policy is taken away so
/// that it may run.
fn with_reader(world: &World, page: &str, script: &str) -> PathBuf {
    let start = page.find("<meta http-equiv=").expect("the policy");
    let end = start + page[start..].find('>').expect("its end") + 1;
    let (before, behind) = (&page[..start], &page[end..]);
    let page = format!("{before}{}", behind.replace("</body>", &format!("<script>{script}</script></body>")));
    world.write("reader.html", page)
}

fn showpiece(world: &World) -> String {
    page(world, 0, &["dishonest", "乐视云计算有限公司", "行数:230", "--lang", "zh"])
}

#[test]
fn an_address_sorts_and_filters() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    showpiece(&world);
    let file = world.path("report.html");
    let Some(dom) = chromium::dom(&file, "#q=%E5%8C%97%E4%BA%AC&sort=filed_on&desc=1", &[]) else { return };
    let days = column(&dom, "立案时间");
    assert!((5..100).contains(&days.len()), "{days:?}");
    assert!(days.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first: {days:?}");
    assert!(
        dom.contains(&format!("<output>{} / 260 条</output>", days.len())),
        "the page counts what it shows"
    );
    assert!(dom.contains("data-column=\"filed_on\" aria-sort=\"descending\""));
    let Some(dom) =
        chromium::dom(&file, "#performance=%E9%83%A8%E5%88%86%E6%9C%AA%E5%B1%A5%E8%A1%8C&filed_on=2019", &[])
    else {
        return;
    };
    let (days, performances) = (column(&dom, "立案时间"), column(&dom, "履行情况"));
    assert!(!days.is_empty() && days.iter().all(|day| day.starts_with("2019-")), "{days:?}");
    assert!(performances.iter().all(|words| words == "部分未履行"), "{performances:?}");
}

#[test]
fn clicks_and_typing_sort_filter_turn_pages_and_open_a_record() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let page = showpiece(&world);
    let script = r##"
        const seen = [];
        const texts = label => [...document.querySelectorAll(`#records td[data-label="${label}"]`)].map(cell => cell.textContent);
        const button = label => [...document.querySelectorAll("#records th button")].find(button => button.textContent === label);
        const sorted = (list, turn) => list.every((text, at) => at === 0 || turn * (list[at - 1] < text ? -1 : list[at - 1] > text ? 1 : 0) <= 0);
        seen.push(["rows", texts("案号").length]);
        button("立案时间").click(); seen.push(["newest first", sorted(texts("立案时间"), -1)]);
        button("立案时间").click(); seen.push(["oldest first", sorted(texts("立案时间"), 1)]);
        button("立案时间").click(); seen.push(["as it came", texts("案号")[0]]);
        button("执行法院").click();
        const courts = texts("执行法院");
        seen.push(["by pinyin", courts[0] <= courts.at(-1) || new Intl.Collator("zh-CN").compare(courts[0], courts.at(-1)) < 0]);
        document.querySelector("#records .pager button:last-child").click();
        seen.push(["second page", document.querySelector("#records .pager span").textContent]);
        const select = document.querySelector("#records select[data-column=performance]");
        select.value = "全部已履行"; select.dispatchEvent(new Event("change"));
        seen.push(["chosen", [...new Set(texts("履行情况"))].join()]);
        document.querySelector("#records tbody tr").click();
        seen.push(["details", document.querySelectorAll("#records tr.details dt").length > 15]);
        const search = document.querySelector("#records input");
        search.value = "宿迁"; search.dispatchEvent(new Event("input"));
        setTimeout(() => {
          seen.push(["typed", texts("执行法院").every(court => court.includes("宿迁"))]);
          seen.push(["address", decodeURIComponent(location.hash)]);
          document.querySelector("#charts a").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
          setTimeout(() => {
          seen.push(["chart", document.querySelector("#records .chips").textContent === document.querySelectorAll("#charts a title")[0].textContent.replace(/^(\d+):.*/, "立案时间: $1 ✕"), texts("立案时间").length > 0]);
          const report = document.createElement("pre"); report.id = "seen"; report.textContent = JSON.stringify(seen);
          document.body.append(report);
          }, 100);
        }, 300);
    "##;
    let file = with_reader(&world, &page, script);
    let Some(dom) = chromium::dom(&file, "", &[]) else { return };
    let seen = part(&dom, "<pre id=\"seen\">", "</pre>")
        .trim_start_matches("<pre id=\"seen\">")
        .replace("&amp;", "&");
    let seen: serde_json::Value = serde_json::from_str(&seen).expect("what the reader saw");
    assert_eq!(
        seen,
        serde_json::json!([
            ["rows", 100],
            ["newest first", true],
            ["oldest first", true],
            ["as it came", "(2023)苏1311执705号"],
            ["by pinyin", true],
            ["second page", "第 2 / 3 页"],
            ["chosen", "全部已履行"],
            ["details", true],
            ["typed", true],
            ["address", "#q=宿迁&performance=全部已履行&sort=court"],
            ["chart", true, true],
        ])
    );
}

#[test]
fn a_hostile_page_runs_no_foreign_script_with_its_policy_and_even_without() {
    let vendor = hostile_vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let arguments = [
        "dishonest",
        "<script>document.title='pwned'</script>公司",
        "--suspicious",
        "send",
        "--lang",
        "en",
        "--wide",
    ];
    let page = page(&world, 0, &arguments);
    let unprotected = with_reader(
        &world,
        &page,
        "document.querySelectorAll('#records tbody tr').forEach(row => row.click());
         document.body.dataset.elements = document.querySelectorAll('main img, main b:not(.numbers b), main i, main script').length;",
    );
    for (file, protected) in [(world.path("report.html"), true), (unprotected, false)] {
        let Some(dom) = chromium::dom(&file, "", &[]) else { return };
        let title = part(&dom, "<title>", "</title>");
        assert!(title.starts_with("<title>Dishonest debtors: search report"), "{title}");
        let names = column(&dom, "Name");
        assert_eq!(names.len(), HOSTILE.len(), "the page's own script has run");
        assert_eq!(names[0], "&lt;script&gt;document.title='pwned'&lt;/script&gt;");
        assert!(dom.contains("class=\"opener\""), "so it has, under the policy too");
        assert!(protected || dom.contains("data-elements=\"0\""), "no stranger's text became an element");
    }
}

#[test]
fn paper_gets_every_row_and_no_controls() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let page = showpiece(&world);
    let script = "dispatchEvent(new Event('beforeprint'));
        document.body.dataset.printed = document.querySelectorAll('#records tbody tr').length;
        dispatchEvent(new Event('afterprint'));
        document.body.dataset.afterwards = document.querySelectorAll('#records tbody tr').length;";
    let file = with_reader(&world, &page, script);
    let Some(dom) = chromium::dom(&file, "", &[]) else { return };
    assert!(dom.contains("data-printed=\"260\"") && dom.contains("data-afterwards=\"100\""));
    let pdf = world.path("report.pdf");
    chromium::print(&world.path("report.html"), &pdf).expect("the same Chromium");
    let bytes = std::fs::read(&pdf).expect("the print");
    let pages = bytes.windows(12).filter(|bytes| *bytes == b"/Type /Page\n").count();
    assert!(bytes.starts_with(b"%PDF") && pages > 10, "260 records need more than {pages} pages");
    let mut reader = Command::new("pdftotext");
    reader.args(["-f", "2", "-l", "2", "report.pdf", "-"]).current_dir(world.home());
    match reader.output() {
        Ok(second) => {
            let second = String::from_utf8_lossy(&second.stdout).into_owned();
            assert!(
                second.contains("案号") && second.contains("履行情况"),
                "no headings on page 2: {second}"
            );
        }
        Err(_) => eprintln!("skipped: pdftotext is not installed"),
    }
}
