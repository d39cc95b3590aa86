//! The examples of each command. A test runs them.

use crate::domain::text::{Language, Text};
use crate::sandbox::MAGIC_KEYWORDS;

/// One example.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What to type.
    pub line: &'static str,
    /// What it does.
    pub comment: Text,
}

/// The number of examples in the short help.
const EXAMPLES_IN_SHORT: usize = 2;

/// The examples of a command, by its whole path such as `hecha archive list`, the most telling first.
pub fn examples(path: &str) -> &'static [Example] {
    EXAMPLES.iter().find(|(of, _)| *of == path).map_or(&[], |(_, examples)| *examples)
}

/// The examples of a command under a heading; in the short help only the first ones.
pub fn examples_in_words(path: &str, detail: Detail, language: Language) -> String {
    let examples = examples(path);
    match detail {
        Detail::Short => listed(&examples[..examples.len().min(EXAMPLES_IN_SHORT)], language),
        Detail::Long | Detail::Page => listed(examples, language),
    }
}

/// The magic keywords of the sandbox, under a heading.
pub fn magic_keywords(language: Language) -> String {
    let heading = Text::new("Magic keywords:", "特殊关键词：").in_language(language);
    let lines = MAGIC_KEYWORDS
        .iter()
        .map(|(keyword, effect)| format!("  {keyword}\n          {}", effect.in_language(language)));
    std::iter::once(heading.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The length of a help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// `-h`: a screen.
    Short,
    /// `--help`: everything.
    Long,
    /// Everything, with an option on one line: for manual pages and completions.
    Page,
}

fn listed(examples: &[Example], language: Language) -> String {
    let mut lines = vec![Text::new("Examples:", "示例：").in_language(language).to_owned()];
    for example in examples {
        lines.push(format!("  # {}", example.comment.in_language(language)));
        lines.push(format!("  {}", example.line));
    }
    lines.join("\n")
}

const fn example(line: &'static str, en: &'static str, zh: &'static str) -> Example {
    Example { line, comment: Text::new(en, zh) }
}

const EXAMPLES: &[(&str, &[Example])] = &[
    ("hecha", HECHA),
    ("hecha dishonest", DISHONEST),
    ("hecha copyright", COPYRIGHT),
    ("hecha changes", CHANGES),
    ("hecha identify", IDENTIFY),
    ("hecha archive", ARCHIVE),
    ("hecha archive list", ARCHIVE_LIST),
    ("hecha archive show", ARCHIVE_SHOW),
    ("hecha archive export", ARCHIVE_EXPORT),
    ("hecha archive verify", ARCHIVE_VERIFY),
    ("hecha archive prune", ARCHIVE_PRUNE),
    ("hecha archive import", ARCHIVE_IMPORT),
    ("hecha archive backup", ARCHIVE_BACKUP),
    ("hecha archive path", ARCHIVE_PATH),
    ("hecha usage", USAGE),
    ("hecha config", CONFIG),
    ("hecha config init", CONFIG_INIT),
    ("hecha config path", CONFIG_PATH),
    ("hecha config show", CONFIG_SHOW),
    ("hecha config check", CONFIG_CHECK),
    ("hecha providers", PROVIDERS),
    ("hecha fields", FIELDS),
    ("hecha explain", EXPLAIN),
    ("hecha sandbox", SANDBOX),
    ("hecha completions", COMPLETIONS),
    ("hecha man", MAN),
    ("hecha help", HELP),
];

const HECHA: &[Example] = &[
    example(
        "hecha --sandbox dishonest 乐视云计算有限公司",
        "try it: an imitation of the vendors, no account, no money",
        "先试用：内置的接口仿真，无需账号，不花钱",
    ),
    example(
        "hecha config init && hecha config check",
        "write a configuration file, fill it in, and see whether it works; free",
        "生成配置文件，填写后检查是否可用；免费",
    ),
    example(
        "hecha dishonest 91110000600037341L",
        "look one company up; the answer is archived and serves for 24 hours",
        "查询一家企业；应答会存档，24 小时内重复使用",
    ),
    example(
        "hecha dishonest -i companies.xlsx --suspicious skip -o found.xlsx --report report.csv",
        "a list from Excel into Excel, with a report of what was found and what failed",
        "从 Excel 名单到 Excel 结果，并附每家的查询报告",
    ),
    example(
        "hecha help money",
        "what is charged, and how spending is kept in bounds",
        "哪些会计费，如何控制花费",
    ),
];

const DISHONEST: &[Example] = &[
    example(
        "hecha --sandbox dishonest 乐视云计算有限公司 --limit 5 -f table",
        "the first records as a table, from the sandbox",
        "在沙盒中查询，以表格显示前几条",
    ),
    example(
        "hecha --sandbox dishonest -i companies.xlsx --column 企业名称 --suspicious skip -o found.xlsx --report report.csv",
        "every company of an Excel list, 4 requests at once, into an Excel file",
        "逐一查询 Excel 名单中的企业（同时 4 个请求），结果写入 Excel",
    ),
    example(
        "hecha --sandbox dishonest 乐视云计算有限公司 | jq -r '.records[] | select(.performance == \"全部未履行\") | .case_number'",
        "the case numbers of all that was not performed at all",
        "列出全部未履行案件的案号",
    ),
    example(
        "hecha --sandbox dishonest 乐视云计算有限公司 --summary -o report.html",
        "one page for a colleague: summary, charts, a table that sorts and filters",
        "给同事的一个网页：摘要、图表，以及可排序筛选的表格",
    ),
    example(
        "hecha --sandbox dishonest -i companies.txt --dry-run",
        "what it would ask and what it would cost; nothing is sent",
        "预览将要查询的内容与费用；不发送任何请求",
    ),
    example(
        "hecha --sandbox dishonest 查无此企业 --fail-empty || echo \"exit $?\"",
        "branch in a script: 20 means that nothing was found",
        "在脚本中判断：退出码 20 表示没有查到",
    ),
];

const COPYRIGHT: &[Example] = &[
    example(
        "hecha --sandbox copyright 上海二三四五网络科技有限公司 --provider ihuyi --limit 5 -f table",
        "the first registered copyrights as a table, from the sandbox",
        "在沙盒中查询，以表格显示前几条著作权",
    ),
    example(
        "hecha --sandbox copyright 上海二三四五网络科技有限公司 --provider all -f csv -o rights.csv",
        "ask both vendors and compare their records in one file",
        "同时查询两家服务商，结果写入同一文件便于比较",
    ),
    example(
        "hecha --sandbox copyright 上海二三四五网络科技有限公司 --provider ihuyi --type software --year 2020",
        "only software that was announced in one year",
        "只查某一年发布的软件著作权",
    ),
    example(
        "hecha --sandbox copyright -i companies.txt --provider shuidi --fields query,name,registration_number -f csv",
        "three columns for a list of companies",
        "批量查询，只输出三列",
    ),
];

const CHANGES: &[Example] = &[
    example(
        "hecha changes dishonest -f table",
        "what is new, no longer listed or different since the query before, for every company asked so far",
        "与上一次查询相比，每家查过的企业有哪些新增、不再列出或变化的记录",
    ),
    example(
        "hecha changes dishonest --since 2026-01-01 -o changes.xlsx",
        "compared with the last complete result before a day, as a workbook",
        "与某日之前最近一次完整结果比较，写成工作簿",
    ),
    example(
        "hecha changes dishonest --baseline weekly --mark weekly --fail-changed",
        "everything since the last time this line ran; exit code 21 if anything changed",
        "自上次运行本行以来的全部变化；有变化时退出码为 21",
    ),
];
const IDENTIFY: &[Example] = &[
    example(
        "hecha identify 91110000600037341L 91350100M000100Y44 D2143569-X",
        "what each is, and whether its check digit is right",
        "识别每个代码的类型并核对校验码",
    ),
    example(
        "hecha identify -i companies.xlsx -f json | jq -c '.[] | select(.suspicious)'",
        "the suspicious lines of a list, before money is spent on them",
        "花钱之前，先找出名单中可疑的代码",
    ),
];

const ARCHIVE: &[Example] = &[
    example("hecha archive list --limit 10", "what was bought last", "最近购买的应答"),
    example(
        "hecha archive export -o bought.ndjson",
        "everything, as one JSON object a line",
        "全部导出，每行一个 JSON 对象",
    ),
    example("hecha archive verify", "read everything and compare digests", "通读全部内容并核对摘要"),
    example(
        "hecha archive import other.db",
        "take over what another machine bought",
        "并入另一台机器购买的应答",
    ),
];
const ARCHIVE_LIST: &[Example] = &[
    example(
        "hecha archive list --keyword 北京某某科技有限公司",
        "the answers about one company",
        "某一企业的应答",
    ),
    example(
        "hecha archive list --provider market --since 2026-01-01",
        "of one vendor, from a day on",
        "某一服务商自某日起的应答",
    ),
    example("hecha archive list -f json | jq 'map(.size) | add'", "bytes received", "收到的字节总数"),
];
const ARCHIVE_SHOW: &[Example] = &[
    example(
        "hecha archive show 1",
        "question, time, digest and body of one entry",
        "某一条的查询、时间、摘要与原文",
    ),
    example("hecha archive show 1 --body | jq .", "the vendor's body as received", "服务商返回的原文"),
];
const ARCHIVE_EXPORT: &[Example] = &[
    example(
        "hecha archive export -o bought.ndjson",
        "everything, as one JSON object a line",
        "全部导出，每行一个 JSON 对象",
    ),
    example("hecha archive export | gzip > bought.ndjson.gz", "compressed", "压缩导出"),
];
const ARCHIVE_VERIFY: &[Example] = &[example(
    "hecha archive verify && echo whole",
    "read everything and compare digests; exit 1 where something is damaged",
    "通读并核对摘要；有损坏时退出码为 1",
)];
const ARCHIVE_PRUNE: &[Example] = &[example(
    "hecha archive prune --older-than 365d",
    "delete answers older than a year; the ledger of calls stays",
    "删除一年以前的应答；调用账目保留",
)];
const ARCHIVE_IMPORT: &[Example] = &[
    example(
        "hecha archive import other.db",
        "take over what another machine bought",
        "并入另一台机器购买的应答",
    ),
    example(
        "for part in shard-*.db; do hecha archive import \"$part\"; done",
        "gather what the shards of a list have bought",
        "汇总各分片购买的应答",
    ),
];
const ARCHIVE_BACKUP: &[Example] = &[example(
    "hecha archive backup archive-backup.db",
    "a copy that is consistent while runs write",
    "运行中也保持一致的副本",
)];
const ARCHIVE_PATH: &[Example] = &[example(
    "sqlite3 \"$(hecha archive path)\" .schema",
    "look into it with SQLite's own tool",
    "用 SQLite 自带工具查看",
)];
const USAGE: &[Example] = &[
    example(
        "hecha usage -f table",
        "calls and cost by provider, day and outcome",
        "按服务商、日期、结果统计调用与费用",
    ),
    example(
        "hecha usage --by host,user,provider",
        "who spent what, on one archive for a team",
        "团队共用存档时，谁用了多少",
    ),
    example("hecha usage --budget", "what is left of the budgets of [budget]", "[budget] 中的预算还剩多少"),
    example(
        "hecha usage --since 2026-01-01 -f json | jq 'map(.calls) | add'",
        "calls from a day on",
        "自某日起的调用次数",
    ),
];
const CONFIG: &[Example] = &[
    example(
        "hecha config init",
        "write a commented file, readable by you alone",
        "生成带注释的配置文件，仅本人可读",
    ),
    example(
        "hecha config check",
        "is everything there, reachable and in time? free",
        "检查配置、连通性与时钟；免费",
    ),
    example(
        "hecha config show",
        "every setting with its origin; secrets masked",
        "显示每项设置及其来源；密钥已遮蔽",
    ),
];
const CONFIG_INIT: &[Example] = &[example(
    "hecha config init",
    "write a commented file, readable by you alone",
    "生成带注释的配置文件，仅本人可读",
)];
const CONFIG_PATH: &[Example] =
    &[example("${EDITOR:-vi} \"$(hecha config path)\"", "edit it", "编辑配置文件")];
const CONFIG_SHOW: &[Example] =
    &[example("hecha config show | grep -v default", "only what is set", "只看已设置的项")];
const CONFIG_CHECK: &[Example] = &[
    example(
        "hecha config check",
        "is everything there, reachable and in time? free",
        "检查配置、连通性与时钟；免费",
    ),
    example("hecha --sandbox config check -f table", "the same against the sandbox", "对沙盒做同样的检查"),
    example("hecha config check -f json | jq .ready", "for a script", "供脚本使用"),
];
const PROVIDERS: &[Example] = &[
    example(
        "hecha providers -f table",
        "limits, endpoints, keywords and filters",
        "上限、接口地址、关键词与过滤选项",
    ),
    example("hecha providers -f json | jq -r '.[].provider'", "their short names", "各服务商的简称"),
];
const FIELDS: &[Example] = &[
    example(
        "hecha fields dishonest -f table",
        "every column and the vendor's field behind it",
        "每一列及其对应的原始字段",
    ),
    example(
        "hecha fields copyright -f json | jq -r '.[].key' | paste -sd,",
        "all keys, for --fields",
        "全部键名，供 --fields 使用",
    ),
];
const EXPLAIN: &[Example] = &[
    example(
        "hecha explain ihuyi 4052 -f table",
        "one code: meaning, charged or not, what to do",
        "某个代码：含义、是否计费、处理办法",
    ),
    example("hecha explain market B403MQ", "a gateway's code", "网关返回的代码"),
    example("hecha explain shuidi -f table", "all codes of one vendor", "某一服务商的全部代码"),
];
const SANDBOX: &[Example] = &[
    example(
        "hecha sandbox -- sh",
        "a shell in which every hecha command uses the sandbox and an archive of its own",
        "打开一个 shell，其中每个 hecha 命令都使用沙盒及其专用存档",
    ),
    example(
        "hecha sandbox --listen 127.0.0.1:8765",
        "serve until Ctrl-C; prints the variables that point hecha at it",
        "持续提供服务直到 Ctrl-C；会打印指向它的环境变量",
    ),
    example("hecha sandbox --latency 50ms > sandbox.env", "as slow as a real vendor", "模拟真实服务商的延迟"),
];
const COMPLETIONS: &[Example] = &[
    example(
        "hecha completions bash > ~/.local/share/bash-completion/completions/hecha",
        "for bash",
        "用于 bash",
    ),
    example("hecha completions fish > ~/.config/fish/completions/hecha.fish", "for fish", "用于 fish"),
    example("hecha completions zsh > \"${fpath[1]}/_hecha\"", "for zsh", "用于 zsh"),
];
const MAN: &[Example] = &[
    example("hecha man ~/.local/share/man/man1", "install the manual pages", "安装手册页"),
    example("hecha man > hecha.1", "only the page about hecha itself", "只输出 hecha 主手册页"),
];
const HELP: &[Example] = &[
    example("hecha help dishonest", "the help of a command", "某个命令的说明"),
    example("hecha help archive list", "the help of a command below a command", "下级命令的说明"),
    example(
        "hecha help money",
        "a topic: money, output, batch, exit-codes or credentials",
        "主题：money、output、batch、exit-codes 或 credentials",
    ),
];
