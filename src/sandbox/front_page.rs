//! The sandbox's front page in plain text: endpoints, credentials and magic keywords.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::registry::VENDORS;
use crate::domain::text::{Language, Text};

/// The magic keywords with their effects. `N` is any number; each word exists in Chinese and in English, with either colon.
pub const MAGIC_KEYWORDS: [(&str, Text); 17] = [
    ("*", Text::new("0 to 70 records; one name in five has none", "0 至 70 条记录；约五分之一的名称没有")),
    ("*-code", Text::new("the same for a code; the records carry it", "代码同上；记录带有该代码")),
    ("乐视云计算有限公司", Text::new("30 records, also those of the document", "30 条，含文档中的记录")),
    ("上海二三四五网络科技有限公司", Text::new("60 and 53 records likewise", "60 条和 53 条，同上")),
    ("查无此企业", Text::new("no records", "无记录")),
    ("查无且不计费企业", Text::new("no records; the market reports no charge", "无记录，云市场注明不计费")),
    ("仅有一条企业", Text::new("one record", "一条记录")),
    (
        "同名混杂企业",
        Text::new(
            "12: its own, full-width spellings, former names, persons, other companies",
            "12 条：本企业、全角写法、曾用名、自然人、其他企业",
        ),
    ),
    ("张冠李戴企业", Text::new("3, all of other companies", "3 条，均属其他企业")),
    ("逐次变化企业", Text::new("records change with each request for page 1", "每次请求首页，记录都会变化")),
    ("行数:N rows:N", Text::new("N records", "N 条记录")),
    (
        "封顶:N capped:N",
        Text::new(
            "a total of N, no records after 20 (market) or page 2",
            "共 N 条，20 条（云市场）或第 2 页之后不再返回",
        ),
    ),
    ("重复页:N repeated:N", Text::new("a total of N; every page is page 1", "共 N 条，每页都是首页")),
    ("短页:N short:N", Text::new("N records, each page one record short", "N 条，每页少一条")),
    ("错误码:CODE error:CODE", Text::new("a code of the vendor or its gateway", "服务商或其网关的代码")),
    ("慢:MS slow:MS", Text::new("an answer after MS milliseconds", "MS 毫秒后应答")),
    ("网页:STATUS html:STATUS", Text::new("an HTML page with this HTTP status", "带该 HTTP 状态码的网页")),
];

/// The front page of a sandbox that listens at `address`.
pub(super) fn text(address: SocketAddr) -> String {
    let mut page = String::from(
        "hecha sandbox: a simulation of the paid APIs. All data and credentials are fictitious, except for the samples of\n\
         the vendors' documents. Nothing costs anything.\n\nEndpoints and credentials\n",
    );
    for vendor in VENDORS {
        for path in vendor.paths {
            // Writing to a string cannot fail.
            let _ = writeln!(page, "  {:<8}{:<10}http://{address}{path}", vendor.name, vendor.methods);
        }
        for (variable, value) in vendor.credentials {
            let _ = writeln!(page, "  {:<18}{variable}={value}", "");
        }
    }
    let _ =
        writeln!(page, "  {:<8}{:<10}http://{address}/_sandbox/calls\n\nMagic keywords", "counters", "GET");
    for (keyword, effect) in MAGIC_KEYWORDS {
        let _ = writeln!(page, "  {keyword:<26}  {}", effect.in_language(Language::English));
    }
    page
}
