//! `hecha providers`, `hecha fields` and `hecha explain`: free and offline.

use super::Context;
use super::listing::{ListColumn, document, plain, print_columns, translated};
use crate::domain::column::{Column, MERGED};
use crate::domain::failure::{Failure, FailureKind, Retry};
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::{Text, message};
use crate::output::Format;
use crate::provider::{ProviderInfo, REGISTRY, VendorCode, info, vendor_fields};
use crate::settings::keys::did_you_mean;
use serde_json::{Map, json};

const PROVIDERS: [ListColumn<&ProviderInfo>; 9] = [
    ("provider", Text::new("provider", "服务商"), |info| plain(info.id.as_str())),
    ("name", Text::new("name", "名称"), |info| translated(info.name)),
    ("name_zh", Text::EMPTY, |info| plain(info.name.zh)),
    ("command", Text::new("command", "命令"), |info| plain(info.topic.as_str())),
    ("page_size", Text::new("page size", "每页上限"), |info| plain(info.page_size_cap)),
    ("endpoint", Text::new("endpoint", "接口地址"), |info| match info.default_endpoint() {
        Some(endpoint) => plain(endpoint),
        None => (json!(null), Text::new("to be configured", "须自行配置").into()),
    }),
    ("keywords", Text::new("keywords", "关键词"), |info| plain(info.keywords)),
    ("filters", Text::new("filters", "筛选选项"), |info| plain(info.filters)),
    ("document", Text::EMPTY, |info| plain(info.document)),
];

/// `hecha providers`.
pub fn providers(format: Option<Format>, context: &Context) -> Result<u8, Failure> {
    print_columns(context, format, None, &PROVIDERS, REGISTRY)
}

const FIELDS: [ListColumn<(Topic, &Column)>; 7] = [
    ("key", Text::new("key", "键"), |(_, column)| plain(column.key)),
    ("label", Text::new("label", "标签"), |(_, column)| translated(column.label)),
    ("label_zh", Text::EMPTY, |(_, column)| plain(column.label.zh)),
    ("type", Text::new("type", "类型"), |(_, column)| plain(column.kind)),
    ("vendor_fields", Text::new("vendor field", "原始字段"), |(topic, column)| {
        let fields = vendor_fields(*topic, column.key);
        plain(fields.map(|(id, field)| (id.to_string(), json!(field))).collect::<Map<_, _>>())
    }),
    ("meaning", Text::new("meaning", "含义"), |(_, column)| translated(column.meaning)),
    ("meaning_zh", Text::EMPTY, |(_, column)| plain(column.meaning.zh)),
];

/// `hecha fields`.
pub fn fields(topic: Topic, format: Option<Format>, context: &Context) -> Result<u8, Failure> {
    let of_merge: &[Column] = if topic == Topic::Copyright { &MERGED } else { &[] };
    let columns: Vec<_> = topic.columns().iter().chain(of_merge).map(|column| (topic, column)).collect();
    print_columns(context, format, None, &FIELDS, &columns)
}

const CODES: [ListColumn<(ProviderId, &VendorCode)>; 11] = [
    ("provider", Text::EMPTY, |(id, _)| plain(id.as_str())),
    ("code", Text::new("code", "代码"), |(_, code)| plain(code.code)),
    ("meaning", Text::new("meaning", "含义"), |(_, code)| translated(code.meaning)),
    ("meaning_zh", Text::EMPTY, |(_, code)| plain(code.meaning.zh)),
    ("kind", Text::new("kind", "类别"), |(_, code)| {
        let label = code.kind.map_or(Text::new("answer", "正常应答"), FailureKind::label);
        (json!(code.kind.map(FailureKind::as_str)), label.into())
    }),
    ("exit_code", Text::new("exit", "退出码"), |(_, code)| {
        plain(code.kind.map_or(0, FailureKind::exit_code))
    }),
    ("charged", Text::new("charged", "计费"), |(_, code)| {
        (json!(code.charged.as_str()), code.charged.label().into())
    }),
    ("retried", Text::EMPTY, |(_, code)| plain(code.retry != Retry::No)),
    ("advice", Text::new("what to do", "处理办法"), |(_, code)| translated(code.advice)),
    ("advice_zh", Text::EMPTY, |(_, code)| plain(code.advice.zh)),
    ("document", Text::new("document", "文档出处"), |(_, code)| translated(code.document)),
];

/// `hecha explain`: one code as one object, or all codes of a provider as a list.
pub fn explain(
    id: ProviderId,
    code: Option<&str>,
    format: Option<Format>,
    context: &Context,
) -> Result<u8, Failure> {
    if let Some(code) = code {
        let code = (id, find_code(id, code)?);
        return print_columns(context, format, Some(document(&CODES, &code).into()), &CODES, &[code]);
    }
    let codes: Vec<_> = info(id).codes.iter().map(|code| (id, code)).collect();
    print_columns(context, format, None, &CODES, &codes)
}

fn find_code(id: ProviderId, wanted: &str) -> Result<&'static VendorCode, Failure> {
    let wanted = wanted.trim();
    info(id).code(wanted).ok_or_else(|| {
        let meant = did_you_mean(wanted, info(id).codes.iter().map(|code| code.code));
        Failure::usage(message!(
            "no code '{wanted}' in the documents of {id} (`hecha explain {id}` lists all codes){meant}",
            "{id} 的文档中没有代码 '{wanted}'（`hecha explain {id}` 可列出全部）{meant:#}"
        ))
    })
}
