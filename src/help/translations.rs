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
        "Look up Chinese companies: dishonest debtors (失信被执行人) and software copyrights (软件著作权)",
        "查询中国企业：失信被执行人与软件著作权",
    ),
    Text::new(
        "Configuration file to read instead of the one in the user's configuration folder",
        "改用此配置文件，而不是用户配置目录中的文件",
    ),
    Text::new(
        "Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing",
        "查询内置沙盒而非服务商；无需配置，不产生费用",
    ),
    Text::new(
        "Language of messages, labels and help [default: the locale's]",
        "提示、标签与帮助的语言 [默认：按 locale]",
    ),
    Text::new("Chinese", "中文"),
    Text::new("English", "英文"),
    Text::new("When to use colours; `NO_COLOR` is respected", "何时使用颜色；遵从 `NO_COLOR`"),
    Text::new("On terminals", "在终端上"),
    Text::new("Always", "总是"),
    Text::new("Never", "从不"),
    Text::new("Write only errors to standard error", "标准错误只输出错误"),
    Text::new(
        "Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked",
        "输出更多：-v 含重试与存档命中，-vv 含请求与应答（密钥已遮蔽）",
    ),
    Text::new("Format of errors on standard error", "标准错误上的错误格式"),
    Text::new("Text", "文本"),
    Text::new("One JSON object per line", "每行一个 JSON 对象"),
    Text::new(
        "Print help: -h for a summary, --help for everything",
        "显示帮助：-h 为摘要，--help 为完整说明",
    ),
    Text::new("Print the version", "显示版本"),
    // Queries.
    Text::new("Look up companies on the list of dishonest debtors (失信被执行人)", "查询失信被执行人"),
    Text::new(
        "Look up the registered copyrights of companies (软件著作权)",
        "查询企业登记的著作权（软件著作权、作品著作权）",
    ),
    Text::new(
        "Company names, unified social credit codes, organisation codes, registration numbers",
        "企业名称、统一社会信用代码、组织机构代码、注册号",
    ),
    Text::new(
        "Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input",
        "从文件读取关键词：.txt（每行一个）、.csv、.tsv 或 .xlsx；- 为标准输入",
    ),
    Text::new(
        "Column of the file: a heading, number or letter, or several in order of preference [default: by content]",
        "名单所在的列：表头、列号或列字母，可按优先顺序给出多个 [默认：按内容选定]",
    ),
    Text::new("Sheet of the .xlsx file [default: the first]", ".xlsx 的工作表 [默认：第一个]"),
    Text::new(
        "Encoding of the file [default: byte-order mark, UTF-8, GB18030]",
        "文件编码 [默认：字节顺序标记、UTF-8、GB18030]",
    ),
    Text::new("What to do with suspicious keywords [default: stop]", "如何处理可疑的关键词 [默认：stop]"),
    Text::new("Send nothing, and show the suspicious keywords", "不发送任何请求，列出可疑的关键词"),
    Text::new("Leave them out", "跳过可疑的关键词"),
    Text::new("Send them as they are", "按原样发送"),
    Text::new(
        "Query only the Nth of M shares of the list, to split it among machines",
        "只查询名单的 M 份中的第 N 份，用于分给多台机器",
    ),
    Text::new("Kind of the keywords [default: recognised]", "关键词类型 [默认：自动识别]"),
    Text::new("Company name", "企业名称"),
    Text::new("Unified social credit code, 18 characters", "统一社会信用代码，18 位"),
    Text::new("Organisation code, 8 characters and a check digit", "组织机构代码，8 位加校验码"),
    Text::new("Registration number, 15 digits", "注册号，15 位数字"),
    Text::new("The vendor's company id (dishonest list)", "服务商的企业 id（失信被执行人）"),
    Text::new("Only records of the company that was asked for", "只输出所查企业的记录"),
    Text::new("Maximum number of records per query", "每个查询的最多记录数"),
    Text::new("Query only this page, counted from 1", "只查询这一页（从 1 起）"),
    Text::new(
        "Records per page, up to the vendor's cap of 20, 50 or 10 [default: the cap]",
        "每页记录数，不超过服务商上限 20、50 或 10 [默认：上限]",
    ),
    Text::new(
        "Provider to query [default: the configured one, else the one with credentials]",
        "要查询的服务商 [默认：配置所指定，否则有凭证者]",
    ),
    Text::new("Both", "两家都查"),
    Text::new(
        "One row for each registration, from all providers (--provider all)",
        "合并各服务商的结果，每个登记一行（配合 --provider all）",
    ),
    Text::new("Only software, or only other works (ihuyi)", "只查软件或只查作品（ihuyi）"),
    Text::new("Only copyrights announced in this year, YYYY (ihuyi)", "只查某年发布的，YYYY（ihuyi）"),
    Text::new("Only this registration number, 登记号 (ihuyi)", "只查此登记号（ihuyi）"),
    Text::new("Only titles that contain this (ihuyi)", "只查名称包含此文字的（ihuyi）"),
    Text::new("Only owners whose name contains this (ihuyi)", "只查著作权人包含此文字的（ihuyi）"),
    // Money.
    Text::new(
        "Maximum number of paid calls in this run [default: 100]",
        "本次运行的付费调用上限 [默认：100]",
    ),
    Text::new("Print the plan without sending requests", "只打印计划，不发送请求"),
    Text::new("Do not ask for confirmation before a large spend", "大额花费前不再确认"),
    Text::new("Ignore archived answers and pay for new ones", "忽略存档，重新付费查询"),
    Text::new(
        "Maximum age of reused answers: 12h, or records=30d,nothing=7d [default: 24h]",
        "存档有效期：如 12h，或 records=30d,nothing=7d [默认：24h]",
    ),
    Text::new(
        "Buy all pages of a query again if one of them is older than --max-age",
        "查询的任一页早于 --max-age 时，重新购买其全部页面",
    ),
    Text::new("All pages, so that they are of one moment", "全部页面，使其属于同一时刻"),
    Text::new("Send no requests; answer from the archive only", "不发送请求，只用存档回答"),
    Text::new("Neither reuse nor store answers", "既不使用也不写入存档"),
    Text::new(
        "Repeat requests that earlier runs may have been charged for without an answer",
        "重新发送此前可能已计费但未得到应答的请求",
    ),
    Text::new(
        "Abort the batch after N consecutive failures [default: 10]",
        "连续 N 个查询失败后中止整批 [默认：10]",
    ),
    // Network.
    Text::new("Concurrent requests per provider [default: 4]", "每家服务商的并发请求数 [默认：4]"),
    Text::new(
        "Request rate per provider: 5/s, 100/m, 1000/h [default: no limit]",
        "每家服务商的请求速率：5/s、100/m、1000/h [默认：不限]",
    ),
    Text::new(
        "Retries of requests that were certainly not charged [default: 2]",
        "确定未计费的请求的重试次数 [默认：2]",
    ),
    Text::new("Request timeout [default: 30s]", "请求超时 [默认：30s]"),
    Text::new("Connection timeout [default: 10s]", "连接超时 [默认：10s]"),
    Text::new(
        "HTTP or SOCKS proxy: http://, socks5:// or socks5h://",
        "HTTP 或 SOCKS 代理：http://、socks5:// 或 socks5h://",
    ),
    Text::new("Additional trusted certificates (PEM)", "额外信任的证书（PEM）"),
    // Output.
    Text::new(
        "Output format [default: by the extension of -o, else table on a terminal, json in a pipe]",
        "输出格式 [默认：按 -o 的扩展名；否则终端为 table，管道为 json]",
    ),
    Text::new("Text for a terminal", "供终端阅读"),
    Text::new("One JSON document", "一个 JSON 文档"),
    Text::new("One record per line", "每行一条记录"),
    Text::new("Comma-separated", "逗号分隔"),
    Text::new("Tab-separated", "制表符分隔"),
    Text::new("Excel workbook", "Excel 工作簿"),
    Text::new("Self-contained web page", "独立网页"),
    Text::new("Write to a file, created only once it is complete", "写入文件，完整写好后才创建"),
    Text::new("Columns in this order, in every format", "输出的列及其顺序，适用于所有格式"),
    Text::new("Show all columns in the table", "表格显示全部列"),
    Text::new(
        "Show bar charts below the table: counts by year, court, performance, category or owner",
        "在表格下方显示条形图：按年份、法院、履行情况、类别或著作权人计数",
    ),
    Text::new(
        "Dialect of csv: excel keeps codes as text when the file is opened in Excel",
        "csv 方言：excel 使代码在 Excel 中保持为文本",
    ),
    Text::new("RFC 4180", "RFC 4180"),
    Text::new("For opening in Excel", "便于用 Excel 打开"),
    Text::new(
        "Column headings [default: keys in csv, labels in table and xlsx]",
        "表头 [默认：csv 为键名，table 与 xlsx 为标签]",
    ),
    Text::new("Keys", "键名"),
    Text::new("Labels in the language of --lang", "--lang 语言的标签"),
    Text::new("No header", "无表头"),
    Text::new(
        "One row a query: status, totals, calls, source, error; .csv, .json, .ndjson or .xlsx",
        "每个查询一行的报告：状态、总数、调用、来源、错误 (.csv、.json、.ndjson、.xlsx)",
    ),
    Text::new(
        "Write the list back with what was found behind each row; .csv or .xlsx",
        "写回名单本身，每行末尾附上查询结果 (.csv、.xlsx)",
    ),
    Text::new("Print the response bodies as received, one per line", "原样输出应答，每行一个"),
    Text::new("Exit with code 20 if nothing was found", "没有查到时以 20 退出"),
    // Changes.
    Text::new(
        "Show what is new, no longer listed or different since last time; free and offline, from the archive",
        "与上次相比新增、不再列出或有变化的记录；取自存档，免费、离线",
    ),
    Text::new(
        "Keywords to compare [default: every query of the archive]",
        "要比较的关键词 [默认：存档中的全部查询]",
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
        "Recognise identifiers and verify their check digits; free and offline",
        "识别代码类型并核对校验码；免费、离线",
    ),
    Text::new("Texts to recognise", "要识别的文本"),
    Text::new(
        "Output format [default: table on a terminal, json in a pipe]",
        "输出格式 [默认：终端为 table，管道为 json]",
    ),
    Text::new("JSON for programs", "供程序读取的 JSON"),
    Text::new("Manage the archive of bought answers", "管理已购应答的存档"),
    Text::new("List the entries, newest first", "列出条目，最新的在前"),
    Text::new("Only requests for this keyword, in any spelling", "只列该关键词的查询，不区分写法"),
    Text::new("Write a complete copy, also while other runs use the archive", "写出完整副本，存档使用中亦可"),
    Text::new("The copy; an earlier backup is replaced", "副本文件；会替换先前的备份"),
    Text::new("Only entries of this provider", "只列此服务商的条目"),
    Text::new(
        "Only entries received on or after this day, YYYY-MM-DD",
        "只列此日及以后收到的条目，YYYY-MM-DD",
    ),
    Text::new("Maximum number of entries", "最多条目数"),
    Text::new("Show one entry: the request, and the body as received", "显示一个条目：请求与应答原文"),
    Text::new("Number of the entry", "条目编号"),
    Text::new("Print only the body, byte for byte", "只输出应答原文，逐字节相同"),
    Text::new("Write every entry as one JSON object per line", "导出全部条目，每行一个 JSON 对象"),
    Text::new("Write to a file instead of standard output", "写入文件而不是标准输出"),
    Text::new("Read every entry and verify its checksum", "读取全部条目并核对校验和"),
    Text::new("Delete old answers; the ledger is kept", "删除旧应答；账目保留"),
    Text::new(
        "Minimum age: 90d, 12h [default: the configured retention]",
        "最短存放时长：90d、12h [默认：配置的保留时长]",
    ),
    Text::new("Import the entries of another archive", "导入另一个存档的条目"),
    Text::new("Archive to import", "要导入的存档"),
    Text::new("Print the path of the archive", "显示存档路径"),
    Text::new("Sum up calls and cost by provider, day and outcome", "按服务商、日期与结果统计调用与费用"),
    Text::new(
        "Archive files to sum instead of the configured archive, for example those of all shards",
        "要汇总的存档文件（例如各分片的存档），代替所配置的存档",
    ),
    Text::new("Only calls on or after this day, YYYY-MM-DD", "只统计此日及以后的调用，YYYY-MM-DD"),
    Text::new("Show and check the configuration", "查看配置文件位置与各项设置"),
    Text::new("Write a commented configuration file (mode 0600)", "生成带注释的配置文件（权限 0600）"),
    Text::new("Print the path of the configuration file", "显示配置文件路径"),
    Text::new("Show every setting and its origin; secrets are masked", "显示每项设置及其来源；密钥已遮蔽"),
    Text::new(
        "Check settings, credentials, endpoints and clock without a paid call",
        "检查设置、凭证、接口地址与时钟，不产生付费调用",
    ),
    Text::new(
        "List the three APIs: limits, endpoints, accepted keywords",
        "列出三个接口：上限、地址、接受的关键词",
    ),
    Text::new(
        "List every column: key, label, vendor field, type, meaning",
        "列出每一列：键、标签、原始字段、类型、含义",
    ),
    Text::new("Kind of record", "记录类型"),
    Text::new(
        "Explain a vendor's code: meaning, whether it is charged, what to do",
        "解释服务商代码：含义、是否计费、处理办法",
    ),
    Text::new("Provider of the code", "代码所属服务商"),
    Text::new("Code as the vendor writes it [default: all codes]", "服务商给出的代码 [默认：全部]"),
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
    Text::new("Print the completion script of a shell", "输出 shell 补全脚本"),
    Text::new("Shell", "shell"),
    Text::new(
        "Write all manual pages to a folder, or print the main one",
        "把全部手册页写入目录，或输出主手册页",
    ),
    Text::new("Folder for all pages", "存放全部手册页的目录"),
    Text::new(
        "Show the help of a command, or one of the topics money, output, batch, exit-codes, credentials",
        "显示命令的帮助，或主题 money、output、batch、exit-codes、credentials",
    ),
    Text::new("Command or topic", "命令或主题"),
];
