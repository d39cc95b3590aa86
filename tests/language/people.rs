//! A walk through everything that hecha says, in Chinese: no sentence of it is English.

use crate::harness::vendor::{Vendor, refusing};
use crate::harness::{Ran, World, sandbox};

/// The first words of a line that are an English sentence: three small words in a row, outside of quotation marks,
/// code and Chinese brackets, in which a stranger's own words stand behind what they mean.
fn english_in(line: &str) -> Option<String> {
    let mut quoted = None;
    let mut plain = String::new();
    for character in line.chars() {
        match quoted {
            Some(end) if character == end => quoted = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"' | '`' | '（') => {
                quoted = Some(if character == '（' { '）' } else { character });
                plain.push('|');
            }
            None => plain.push(character),
        }
    }
    let is_small_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    // Cells of a table are two spaces apart, and the words of an enumeration are no sentence.
    let pieces =
        plain.split([',', ';', ':', '：', '，', '；', '（', '）', '|']).flat_map(|piece| piece.split("  "));
    for piece in pieces.filter(|piece| !piece.split(' ').any(|word| matches!(word, "hecha" | "chmod"))) {
        let words: Vec<&str> = piece.split_whitespace().collect();
        if let Some(words) = words.windows(3).find(|words| words.iter().all(|word| is_small_word(word))) {
            return Some(words.join(" "));
        }
    }
    None
}

fn check(arguments: &[&str], ran: &Ran, found: &mut Vec<String>) {
    for line in ran.stderr.lines() {
        if let Some(words) = english_in(line) {
            found.push(format!("{arguments:?} says '{words}': {line}"));
        }
        // A line so far to the right goes on with the words of the one above.
        let says_something = line.chars().any(char::is_alphabetic) && !line.starts_with("          ");
        if says_something && line.is_ascii() && !line.trim_start().starts_with("hecha ") {
            found.push(format!("{arguments:?} has no word of Chinese: {line}"));
        }
    }
}

#[test]
fn an_english_sentence_is_seen_and_what_is_none_is_not() {
    assert_eq!(english_in("hecha: 错误: 用法错误: cannot write file.csv").as_deref(), None);
    assert_eq!(english_in("hecha: 错误: the disk is full").as_deref(), Some("the disk is"));
    assert_eq!(english_in("hecha: 提示: 运行 `hecha archive verify`，或 'what is this for'"), None);
}

/// Every command with something to say: the arguments, and the exit code where it matters.
const WALK: &[&[&str]] = &[
    // The command line.
    &[],
    &["dishonset"],
    &["某公司"],
    &["dishonest", "x", "--frmat", "csv"],
    &["dishonest", "x", "-f", "cvs"],
    &["dishonest", "x", "-f"],
    &["dishonest", "x", "--limit", "many"],
    &["dishonest", "x", "--fresh", "--offline"],
    &["dishonest", "x", "--limit", "1", "--limit", "2"],
    &["copyright", "x", "--provider", "ihui"],
    &["archive"],
    &["archive", "show"],
    &["archive", "show", "one"],
    &["archive", "prune", "too", "much"],
    &["sandbox", "--listen", "nowhere"],
    &["sandbox", "--listen", "192.0.2.1:1"],
    &["sandbox", "--latency", "slow"],
    &["help", "monye"],
    &["help", "archive", "shwo"],
    &["help", "archive", "show", "more"],
    // Settings.
    &["dishonest"],
    &["dishonest", "x", "-i", "list.txt"],
    &["dishonest", "x", "--column", "2"],
    &["dishonest", "x", "--shard", "5/4"],
    &["dishonest", "x", "--rate", "fast"],
    &["dishonest", "x", "--timeout", "soon"],
    &["dishonest", "x", "--max-age", "old"],
    &["dishonest", "x", "-j", "0"],
    &["dishonest", "x", "-j", "999"],
    &["dishonest", "x", "--max-errors", "0"],
    &["dishonest", "x", "--page", "0"],
    &["dishonest", "x", "--page-size", "99"],
    &["dishonest", "x", "--proxy", "nowhere"],
    &["dishonest", "x", "--proxy", "ftp://host"],
    &["dishonest", "x", "--proxy", "http://user:secret@host:1"],
    &["dishonest", "x", "--ca-cert", "missing.pem"],
    &["dishonest", "x", "--ca-cert", "list.txt"],
    &["dishonest", "x", "--fields", "cuort"],
    &["dishonest", "x", "--fields", "court,court"],
    &["dishonest", "x", "--fields", ","],
    &["dishonest", "x", "-o", "file.doc"],
    &["dishonest", "x", "--report", "report.doc"],
    &["dishonest", "x", "-f", "csv", "--summary"],
    &["copyright", "x", "--provider", "shuidi", "--year", "2020"],
    &["copyright", "x", "--provider", "ihuyi", "--year", "20"],
    &["copyright", "x", "--provider", "ihuyi", "--title", " "],
    &["copyright", "x", "--by", "company-id", "--provider", "ihuyi"],
    // Lists.
    &["dishonest", "-i", "missing.txt"],
    &["dishonest", "-i", "folder"],
    &["dishonest", "-i", "empty.txt"],
    &["dishonest", "-i", "list.txt", "--encoding", "klingon"],
    &["dishonest", "-i", "list.txt", "--column", "2"],
    &["dishonest", "-i", "list.txt", "--sheet", "x"],
    &["dishonest", "-i", "list.csv", "--column", "5"],
    &["dishonest", "-i", "list.csv", "--column", "没有"],
    &["dishonest", "-i", "list.csv", "--column", ""],
    &["dishonest", "-i", "numbers.csv"],
    &["dishonest", "-i", "quote.csv"],
    &["dishonest", "-i", "text.xlsx"],
    &["dishonest", "-i", "list.pdf"],
    &["dishonest", "-i", "nul.txt"],
    &["dishonest", "-i", "list.xlsx", "--sheet", "没有"],
    &["dishonest", " "],
    &["dishonest", "a\tb"],
    &["identify", "-i", "list.xlsx"],
    &["identify", "-i", "missing.txt"],
    // Queries: failures of every kind, notices, warnings and progress.
    &["dishonest", "91350100M000100Y44"],
    &["dishonest", "91350100M000100YI4", "行数:3", "行数:3", "59467239"],
    &["dishonest", "59467238X"],
    &["dishonest", "-i", "list.xlsx", "--max-calls", "2", "-v"],
    &["dishonest", "-i", "list.xlsx"],
    &["dishonest", "-i", "list.xlsx", "-v"],
    &["dishonest", "封顶:40"],
    &["dishonest", "错误码:1001"],
    &["dishonest", "错误码:B403MQ"],
    &["dishonest", "错误码:A401AC"],
    &["dishonest", "错误码:T429US", "--retries", "1", "-v"],
    &["dishonest", "错误码:D504BE", "--retries", "0"],
    &["dishonest", "网页:200"],
    &["dishonest", "网页:500", "--retries", "0"],
    &["dishonest", "网页:302"],
    &["dishonest", "行数:2", "错误码:1001", "错误码:1002", "错误码:1003", "--max-errors", "2"],
    &["copyright", "错误码:4052", "--provider", "ihuyi"],
    &["copyright", "错误码:1", "--provider", "ihuyi"],
    &["copyright", "错误码:40501", "--provider", "ihuyi", "-v"],
    &["copyright", "错误码:30001", "--provider", "shuidi", "-v"],
    &["copyright", "错误码:5", "--provider", "shuidi", "--retries", "0"],
    &["copyright", "错误码:99999", "--provider", "shuidi"],
    &["copyright", "行数:2", "--provider", "all", "-f", "table"],
    &["dishonest", "从未问过", "--offline"],
    &["dishonest", "行数:2", "-o", "folder"],
    &["dishonest", "行数:2", "-o", "no/folder/rows.csv"],
    &["dishonest", "行数:2", "--report", "no/folder/report.csv", "-f", "csv"],
    &["dishonest", "行数:2", "-f", "csv", "--report", "report.csv"],
    &["dishonest", "慢:3000", "--timeout", "1s", "--no-archive"],
    // The rest.
    &["archive", "list"],
    &["archive", "list", "--since", "yesterday"],
    &["archive", "show", "99999"],
    &["archive", "export", "-o", "export.ndjson"],
    &["archive", "export", "-o", "no/folder"],
    &["archive", "verify"],
    &["archive", "prune"],
    &["archive", "prune", "--older-than", "long"],
    &["archive", "prune", "--older-than", "90d"],
    &["archive", "import", "missing.db"],
    &["archive", "import", "list.txt"],
    &["usage", "--since", "2026-13-01"],
    &["explain", "ihuyi", "4059"],
    &["config", "init"],
    &["config", "init"],
    &["man", "list.txt/pages"],
];

fn furnish(world: &World) {
    std::fs::create_dir(world.path("folder")).unwrap();
    world.write("empty.txt", "\n \n");
    world.write("list.txt", "行数:3\n行数:4\n");
    world.write("list.csv", "企业名称,城市\n行数:3,北京\n");
    world.write("numbers.csv", "1,2\n3,4\n5,6\n");
    world.write("quote.csv", "企业名称\n\"没有闭合\n");
    world.write("text.xlsx", "not a workbook");
    world.write("list.pdf", "%PDF-1.7");
    world.write("nul.txt", "a\nb\0c\n");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cell) in ["企业名称", "行数:25", "行数:2", "行数:2", "91350100M000100Y44"].iter().enumerate()
    {
        sheet.write_string(row.try_into().unwrap(), 0, *cell).unwrap();
    }
    workbook.save(world.path("list.xlsx")).unwrap();
}

#[test]
fn nothing_that_is_said_in_chinese_is_an_english_sentence() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("LANG", "zh_CN.UTF-8").with("HECHA_PRICE_MARKET", "0.05");
    furnish(&world);
    let mut found = Vec::new();
    for arguments in WALK {
        check(arguments, &world.run(*arguments), &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_wrong_configuration_is_told_in_chinese() {
    let mut found = Vec::new();
    for content in [
        "[market]\nendpont = \"x\"",
        "[markt]\nendpoint = \"x\"",
        "market = 1",
        "[market\n",
        "[market]\nappcode = [1]",
        "[market]\nappcode_command = 3",
        "[market]\nappcode_file = 3",
        "[market]\nappcode = \"a\"\nappcode_file = \"b\"",
        "[market]\nendpoint = \"https://127.0.0.1\"\nappcode_file = \"missing\"",
        "[market]\nendpoint = \"https://127.0.0.1\"\nappcode_command = [\"false\"]",
        "[market]\nendpoint = \"https://127.0.0.1\"\nappcode_command = [\"no-such-program\"]",
        "[market]\nendpoint = \"https://127.0.0.1\"\nappcode = \"a b\"",
        "[market]\nendpoint = \"https://127.0.0.1\"\nappcode = \"\"",
        "[market]\nendpoint = \"http://market.invalid\"\nappcode = \"abcdefgh\"",
        "[market]\nendpoint = \"nowhere\"\nappcode = \"abcdefgh\"",
        "[market]\nendpoint = \"https://a@market.invalid/\"\nappcode = \"abcdefgh\"",
        "[market]\nendpoint = \"https://market.invalid/?a\"\nappcode = \"abcdefgh\"",
        "[market]\nendpoint = \"https://market.invalid/\"\nappcode = \"abcdefgh\"\nauth_header = \" \"",
        "[network]\nretries = \"x\"",
        "[network]\nproxy = \"x\"",
        "[price]\nmarket = \"x\"",
        "[copyright]\nprovider = \"x\"",
        "[market]\nendpoint = \"https://market.invalid/\"\nappcode = \"abcdefgh\"",
    ] {
        let world = World::new().with("LANG", "zh_CN.UTF-8");
        world.write("config.toml", content);
        for command in [&["dishonest", "某公司", "--retries", "0"][..], &["config", "check", "-f", "table"]]
        {
            let arguments: Vec<&str> = command.iter().copied().chain(["--config", "config.toml"]).collect();
            let ran = world.run(&arguments);
            check(&[content], &ran, &mut found);
            for line in ran.text().lines().filter_map(english_in) {
                found.push(format!("{content}: {arguments:?} prints '{line}'"));
            }
        }
    }
    let world = World::new().with("LANG", "zh_CN.UTF-8");
    check(&["copyright"], &world.run(["copyright", "某公司"]), &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn tables_are_chinese_in_chinese() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("LANG", "zh_CN.UTF-8").with("HECHA_NO_SUCH", "1");
    world.run(["dishonest", "行数:25", "查无此企业", "错误码:1001", "-q"]).exits_with(6);
    let mut found = Vec::new();
    for arguments in [
        &["config", "check"][..],
        &["--sandbox", "config", "check"],
        &["providers"],
        &["fields", "dishonest"],
        &["explain", "market"],
        &["explain", "shuidi"],
        &["identify", "91350100M000100Y44", "594672399", "某公司", "110108000000016", "91350100M0001"],
        &["archive", "list"],
        &["usage"],
        &["dishonest", "行数:3", "查无此企业", "错误码:1001", "--summary"],
        &["dishonest", "行数:1"],
        &["dishonest", "行数:30", "--dry-run", "--max-calls", "1"],
    ] {
        let format: &[&str] = &["-f", "table"];
        let ran = world.run(arguments.iter().chain(format));
        check(arguments, &ran, &mut found);
        for line in ran.text().lines() {
            if let Some(words) = english_in(line) {
                found.push(format!("{arguments:?} prints '{words}': {line}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_vendor_that_cannot_be_reached_is_told_in_chinese() {
    let vendor = Vendor::start(|_| vec![crate::harness::vendor::Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec())]);
    let (_socket, nobody) = refusing();
    let mut found = Vec::new();
    for origin in [vendor.origin(), format!("http://{nobody}")] {
        let world = World::with_vendor_at(&origin).with("LANG", "zh_CN.UTF-8");
        let arguments = ["dishonest", "某公司", "--retries", "0", "--timeout", "1s"];
        let ran = world.run(arguments).exits_with(5);
        check(&arguments, &ran, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
