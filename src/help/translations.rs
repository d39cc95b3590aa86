//! Every text of the command line in both languages. The English form is the doc comment in `cli`.

use crate::domain::text::Text;

pub(super) const TRANSLATIONS: &[Text] = &[
    // Headings.
    Text::new("Options", "选项"),
    Text::new("Global options", "全局选项"),
    Text::new("Query options", "查询选项"),
    Text::new("Paging options", "分页选项"),
    Text::new("Money options", "费用选项"),
    Text::new("Network options", "网络选项"),
    Text::new("Output options", "输出选项"),
    // hecha and its global options.
    Text::new(
        "Look Chinese companies up: dishonest debtors (失信被执行人) and software copyrights (软件著作权)",
        "核查中国企业：失信被执行人与软件著作权",
    ),
    Text::new(
        "Configuration file to read instead of the one in the user's configuration folder",
        "改用此配置文件，而不是用户配置目录中的文件",
    ),
    Text::new(
        "Ask the embedded imitation of the three vendors: no configuration, no money",
        "查询内置的三家接口仿真：无需配置，不花钱",
    ),
    Text::new(
        "Language of everything written for people [default: by the locale]",
        "界面语言 [默认: 按 locale]",
    ),
    Text::new("Chinese", "中文"),
    Text::new("English", "英文"),
    Text::new("When to use colours; `NO_COLOR` is respected", "何时使用颜色；遵从 `NO_COLOR`"),
    Text::new("On terminals", "在终端上"),
    Text::new("Everywhere", "总是"),
    Text::new("Nowhere", "从不"),
    Text::new("Say nothing but errors on standard error", "标准错误上只输出错误"),
    Text::new(
        "Say more: -v for retries and archive, -vv for requests and answers with every secret masked",
        "输出更多：-v 显示重试与存档，-vv 显示请求与应答（密钥均已遮蔽）",
    ),
    Text::new(
        "Errors on standard error as sentences or as one JSON object a line",
        "错误以句子或每行一个 JSON 对象写到标准错误",
    ),
    Text::new("Sentences", "句子"),
    Text::new("One object a line", "每行一个对象"),
    Text::new(
        "Print help: -h for a summary, --help for everything",
        "显示帮助：-h 为摘要，--help 为完整说明",
    ),
    Text::new("Print the version", "显示版本"),
    // Queries.
    Text::new("Look companies up on the list of dishonest debtors (失信被执行人)", "查询失信被执行人"),
    Text::new(
        "Look companies' registered copyrights up (软件著作权)",
        "查询企业登记的著作权（软件著作权、作品著作权）",
    ),
    Text::new(
        "Company names, unified social credit codes, organisation codes, registration numbers",
        "企业名称、统一社会信用代码、组织机构代码、注册号",
    ),
    Text::new(
        "Keywords from a file: .txt one a line, .csv, .tsv, .xlsx; - is standard input",
        "从文件读取关键词：.txt 每行一个，或 .csv、.tsv、.xlsx；- 为标准输入",
    ),
    Text::new(
        "Column of the file: a heading, number or letter, or several in order of preference [default: by content]",
        "名单所在的列：表头、列号或列字母，可按优先顺序给出多个 [默认: 按内容选定]",
    ),
    Text::new("Sheet of the .xlsx file [default: the first]", ".xlsx 的工作表 [默认: 第一个]"),
    Text::new(
        "Encoding of the file [default: byte-order mark, UTF-8, GB18030]",
        "文件编码 [默认: 字节顺序标记、UTF-8、GB18030]",
    ),
    Text::new("What to do with suspicious keywords [default: stop]", "如何处理可疑的关键词 [默认: stop]"),
    Text::new("Send nothing, and show the suspicious keywords", "不发送任何请求，列出可疑的关键词"),
    Text::new("Leave them out", "跳过可疑的关键词"),
    Text::new("Send them as they are", "按原样发送"),
    Text::new(
        "Only every M-th keyword, the N-th share of M: to spread a list over machines",
        "只取名单的 M 份中的第 N 份：用于分给多台机器",
    ),
    Text::new("How to read the keyword [default: recognised]", "关键词的类型 [默认: 自动识别]"),
    Text::new("Company name", "企业名称"),
    Text::new("Unified social credit code, 18 characters", "统一社会信用代码，18 位"),
    Text::new("Organisation code, 8 characters and a check digit", "组织机构代码，8 位加校验码"),
    Text::new("Registration number, 15 digits", "注册号，15 位数字"),
    Text::new("The vendor's company id (dishonest list)", "服务商的企业 id（失信被执行人）"),
    Text::new("Only records of the company that was asked for", "只输出所查企业的记录"),
    Text::new("At most N records a query", "每个查询最多 N 条记录"),
    Text::new("Only this page, from 1", "只取这一页，从 1 起"),
    Text::new(
        "Records a page, within the vendor's cap of 20, 50 or 10 [default: the cap]",
        "每页条数，不超过服务商上限 20、50 或 10 [默认: 上限]",
    ),
    Text::new(
        "Whom to ask [default: the configured one, else the one that has credentials]",
        "向谁查询 [默认: 配置指定者，否则有凭证者]",
    ),
    Text::new("Both", "两家都查"),
    Text::new("Only software, or only other works (ihuyi)", "只查软件或只查作品（ihuyi）"),
    Text::new("Only what was announced in this year, YYYY (ihuyi)", "只查某年发布的，YYYY（ihuyi）"),
    Text::new("Only this registration number, 登记号 (ihuyi)", "只查此登记号（ihuyi）"),
    Text::new("Only titles that contain this (ihuyi)", "只查名称包含此文字的（ihuyi）"),
    Text::new("Only owners whose name contains this (ihuyi)", "只查著作权人包含此文字的（ihuyi）"),
    // Money.
    Text::new(
        "At most N calls that may be charged in this run [default: 100]",
        "本次运行最多 N 次付费调用 [默认: 100]",
    ),
    Text::new("Print the plan and send nothing", "只打印计划，不发送请求"),
    Text::new("Do not ask before a large spend", "大额花费之前不再询问"),
    Text::new("Pay again, whatever is in the archive", "不使用存档，重新付费查询"),
    Text::new("Reuse answers not older than this [default: 24h]", "重复使用不早于此时长的应答 [默认: 24h]"),
    Text::new(
        "Buy all pages of a query again if one of them is older than --max-age",
        "查询的任一页早于 --max-age 时，重新购买其全部页面",
    ),
    Text::new("All pages, so that they are of one moment", "全部页面，使其属于同一时刻"),
    Text::new("Never send anything: answer from the archive alone", "决不发送请求：只用存档回答"),
    Text::new("Neither reuse nor keep anything", "既不使用也不写入存档"),
    Text::new(
        "Repeat requests that earlier runs may have been charged for without an answer",
        "重新发送此前可能已计费但未得到应答的请求",
    ),
    Text::new(
        "Give a batch up after N failed queries in a row [default: 10]",
        "连续 N 个查询失败后放弃整批 [默认: 10]",
    ),
    // Network.
    Text::new(
        "Requests under way at once, for each provider [default: 4]",
        "每家服务商同时进行的请求数 [默认: 4]",
    ),
    Text::new(
        "Requests in a time, for each provider: 5/s, 100/m, 1000/h [default: no limit]",
        "每家服务商的请求速率：5/s、100/m、1000/h [默认: 不限]",
    ),
    Text::new(
        "Further attempts where nothing can have been charged [default: 2]",
        "确定未计费时的重试次数 [默认: 2]",
    ),
    Text::new("Longest time for one request [default: 30s]", "单个请求的最长时间 [默认: 30s]"),
    Text::new("Longest time until a connection stands [default: 10s]", "建立连接的最长时间 [默认: 10s]"),
    Text::new(
        "HTTP or SOCKS proxy: http://, socks5:// or socks5h://",
        "HTTP 或 SOCKS 代理：http://、socks5:// 或 socks5h://",
    ),
    Text::new("Certificates to trust besides the system's, PEM", "在系统证书之外额外信任的证书（PEM）"),
    // Output.
    Text::new(
        "Format [default: by the extension of -o, else table on a terminal and json in a pipe]",
        "格式 [默认: 按 -o 的扩展名；否则终端为 table，管道为 json]",
    ),
    Text::new("For reading", "供阅读"),
    Text::new("One document", "一个文档"),
    Text::new("One record a line", "每行一条记录"),
    Text::new("Comma-separated", "逗号分隔"),
    Text::new("Tab-separated", "制表符分隔"),
    Text::new("Excel, two sheets", "Excel，两个工作表"),
    Text::new("One page to forward", "一个可转发的网页"),
    Text::new("Write to a file, which appears when it is whole", "写入文件；完整写好后才出现"),
    Text::new("Columns, in this order, in every format", "要输出的列及其顺序，适用于所有格式"),
    Text::new("All columns in the table", "表格显示全部列"),
    Text::new(
        "Bars below the table: counts by year, court and performance, or by year, category and owner",
        "表格下方的条形图：年份、法院、履行情况，或年份、类别、著作权人",
    ),
    Text::new(
        "How csv is written: excel keeps codes as text after a double click",
        "csv 的写法：excel 使代码在双击打开后仍为文本",
    ),
    Text::new("Exact", "严格按标准"),
    Text::new("For a double click", "便于双击打开"),
    Text::new(
        "What heads the columns [default: keys in csv, labels in table and xlsx]",
        "表头 [默认: csv 用键名，table 与 xlsx 用标签]",
    ),
    Text::new("The keys of the data", "数据的键名"),
    Text::new("Labels in the user's language", "界面语言的标签"),
    Text::new("No header", "无表头"),
    Text::new(
        "One row a query: status, totals, calls, source, error; .csv, .json, .ndjson or .xlsx",
        "每个查询一行的报告：状态、总数、调用、来源、错误 (.csv、.json、.ndjson、.xlsx)",
    ),
    Text::new("The vendor's bodies as received, one a line", "原样输出服务商的应答，每行一个"),
    Text::new("Exit with 20 where nothing was found", "没有查到时以 20 退出"),
    // Changes.
    Text::new(
        "Show what is new, no longer listed or different since last time; free and offline, from the archive",
        "与上次相比新增、不再列出或有变化的记录；取自存档，免费、离线",
    ),
    Text::new(
        "Keywords to compare [default: every query of the archive]",
        "要比较的关键词 [默认: 存档中的全部查询]",
    ),
    Text::new("Only answers of this provider", "仅限该服务商的结果"),
    Text::new("Comparison options", "比较选项"),
    Text::new(
        "Compare with the newest complete snapshot before this day, YYYY-MM-DD",
        "与该日（YYYY-MM-DD）之前最近一次完整结果比较",
    ),
    Text::new("Compare with the snapshots that --mark NAME marked", "与 --mark NAME 所标记的结果比较"),
    Text::new(
        "Mark the compared snapshots as NAME, after the output is written",
        "输出完成后，将本次比较的结果标记为 NAME",
    ),
    Text::new("Write to a file, created only once it is complete", "写入文件，完成后才以该名出现"),
    Text::new("Exit with 21 if anything changed", "有变化时以退出码 21 结束"),
    // Everything else.
    Text::new(
        "Say what kind of identifier each text is and whether its check digit is right; free and offline",
        "识别代码类型并核对校验码；免费、离线",
    ),
    Text::new("What to recognise", "要识别的文字"),
    Text::new(
        "Format [default: table on a terminal, json in a pipe]",
        "格式 [默认: 终端为 table，管道为 json]",
    ),
    Text::new("For machines", "供程序读取"),
    Text::new("The archive of everything that was bought", "所有已购应答的存档"),
    Text::new("List what is kept, newest first", "列出存档内容，最新的在前"),
    Text::new("Only requests for this keyword, in any spelling", "只列该关键词的查询，不区分写法"),
    Text::new("Write a complete copy, also while other runs use the archive", "写出完整副本，存档使用中亦可"),
    Text::new("The copy; an earlier backup is replaced", "副本文件；会替换先前的备份"),
    Text::new("Only this provider's", "只列此数据源的"),
    Text::new("The dishonest list on a cloud market", "云市场上的失信被执行人接口"),
    Text::new("Only what was received on this day or later, YYYY-MM-DD", "只列此日及以后收到的，YYYY-MM-DD"),
    Text::new("At most N entries", "最多 N 条"),
    Text::new("Show one entry: its question, and the body as received", "显示一条：查询内容与应答原文"),
    Text::new("The entry's number", "条目编号"),
    Text::new("Only the body, byte for byte", "只输出应答原文，逐字节相同"),
    Text::new("Write every entry as one JSON object a line", "导出全部条目，每行一个 JSON 对象"),
    Text::new("Write to a file instead of standard output", "写入文件而不是标准输出"),
    Text::new("Read everything and compare digests", "通读全部内容并核对摘要"),
    Text::new("Delete old answers; the ledger stays", "删除旧应答；账目保留"),
    Text::new(
        "Older than this: 90d, 12h [default: the configured time to keep]",
        "早于此时长：90d、12h [默认：配置的保留时间]",
    ),
    Text::new("Take over what another archive holds", "并入另一个存档的内容"),
    Text::new("The other archive", "另一个存档"),
    Text::new("Say where it is", "显示存档位置"),
    Text::new("Calls and cost by provider, day and outcome", "按数据源、日期与结果统计调用与费用"),
    Text::new(
        "Archive files to sum instead of the configured archive, for example those of all shards",
        "要汇总的存档文件（例如各分片的存档），代替所配置的存档",
    ),
    Text::new("Only from this day on, YYYY-MM-DD", "只统计此日及以后，YYYY-MM-DD"),
    Text::new("Where the settings are and what they are", "设置在哪里，分别是什么"),
    Text::new(
        "Write a commented configuration file, readable by its owner alone",
        "生成带注释的配置文件，仅本人可读",
    ),
    Text::new("Say where the configuration file is", "显示配置文件位置"),
    Text::new("Show every setting with its origin; secrets masked", "显示每项设置及其来源；密钥已遮蔽"),
    Text::new(
        "Look for whatever would make a query fail, without a paid call",
        "检查一切可能导致查询失败的问题；不产生付费调用",
    ),
    Text::new(
        "The three interfaces: limits, endpoints, what each accepts",
        "三个接口：上限、地址、接受的关键词",
    ),
    Text::new(
        "Every column of a kind of record: key, label, vendor field, type, meaning",
        "某类记录的每一列：键、标签、原始字段、类型、含义",
    ),
    Text::new("Which kind of record", "哪一类记录"),
    Text::new(
        "What a vendor's code means, whether it was charged, what to do",
        "服务商代码的含义、是否计费、处理办法",
    ),
    Text::new("Whose code", "哪一家的代码"),
    Text::new("The code as the vendor wrote it; without it, all of them", "服务商给出的代码；省略则列出全部"),
    Text::new(
        "Serve the imitation of the three vendors on loopback, for scripts and tests",
        "在本机提供三家接口的仿真服务，供脚本与测试使用",
    ),
    Text::new("Address to listen on; port 0 takes a free port", "监听地址；端口 0 表示任取空闲端口"),
    Text::new("Latency of every answer", "每个应答的延迟"),
    Text::new(
        "Command to run in the sandbox's environment; the sandbox ends with it",
        "在沙盒环境中运行的命令；命令结束时沙盒随之停止",
    ),
    Text::new("Write the completion script of a shell to standard output", "输出某个 shell 的补全脚本"),
    Text::new("Which shell", "哪个 shell"),
    Text::new(
        "Write the man pages into a folder, or the main one to standard output",
        "把手册页写入目录，或把主页输出到标准输出",
    ),
    Text::new("Folder to write all pages into", "写入全部手册页的目录"),
    Text::new(
        "Show this help, the help of a subcommand, or one of the topics money, output, batch, exit-codes, credentials",
        "显示本帮助、某个命令的帮助，或主题 money、output、batch、exit-codes、credentials",
    ),
    Text::new("A subcommand or a topic", "命令或主题"),
];
