//! `hecha providers`, `hecha fields` and `hecha explain`: free and offline.

use super::{Context, ListColumn, print_columns};
use crate::cli::{ExplainArgs, FieldsArgs, LookupArgs};
use crate::domain::column::{Column, MERGED};
use crate::domain::failure::{Failure, FailureKind, Retry};
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::provider::{ProviderInfo, REGISTRY, VendorCode, info, vendor_fields};
use crate::settings::keys::nearest;
use crate::settings::usage;
use serde_json::json;

/// `hecha providers`.
pub fn providers(args: &LookupArgs, context: &Context) -> Result<u8, Failure> {
    let terminal = &context.terminal;
    let document: Vec<_> = REGISTRY
        .iter()
        .map(|facts| {
            json!({
                "provider": facts.id.as_str(),
                "name": facts.name.en,
                "name_zh": facts.name.zh,
                "command": facts.topic.as_str(),
                "page_size": facts.page_size_cap,
                "endpoint": facts.default_endpoint(),
                "keywords": facts.keywords,
                "filters": facts.filters,
                "document": facts.document,
            })
        })
        .collect();
    let to_configure = terminal.say(Text::new("to be configured", "须自行配置"));
    let columns: [ListColumn<'_, ProviderInfo>; 7] = [
        (Text::new("provider", "服务商"), &|facts| facts.id.to_string()),
        (Text::new("name", "名称"), &|facts| terminal.say(facts.name).to_owned()),
        (Text::new("command", "命令"), &|facts| format!("hecha {}", facts.topic.as_str())),
        (Text::new("page size", "每页上限"), &|facts| facts.page_size_cap.to_string()),
        (Text::new("endpoint", "接口地址"), &|facts| {
            facts.default_endpoint().unwrap_or(to_configure).to_owned()
        }),
        (Text::new("keywords", "关键词"), &|facts| facts.keywords.join(", ")),
        (Text::new("filters", "过滤选项"), &|facts| match facts.filters {
            [] => "-".to_owned(),
            filters => filters.join(" "),
        }),
    ];
    print_columns(context, args.format, &json!(document), &columns, REGISTRY.iter().copied())
}

/// `hecha fields`.
pub fn fields(args: &FieldsArgs, context: &Context) -> Result<u8, Failure> {
    let terminal = &context.terminal;
    let topic = args.topic;
    let of_merge: &[Column] = if topic == Topic::Copyright { &MERGED } else { &[] };
    let columns = || topic.columns().iter().chain(of_merge);
    let document: Vec<_> = columns()
        .map(|column| {
            let names: serde_json::Map<_, _> = vendor_fields(topic, column.key)
                .map(|(provider, field)| (provider.as_str().to_owned(), json!(field)))
                .collect();
            json!({
                "key": column.key,
                "label": column.label.en,
                "label_zh": column.label.zh,
                "type": column.kind.as_str(),
                "vendor_fields": names,
                "meaning": column.meaning.en,
                "meaning_zh": column.meaning.zh,
            })
        })
        .collect();
    let shown: [ListColumn<'_, Column>; 5] = [
        (Text::new("key", "键"), &|column| column.key.to_owned()),
        (Text::new("label", "标签"), &|column| terminal.say(column.label).to_owned()),
        (Text::new("type", "类型"), &|column| column.kind.as_str().to_owned()),
        (Text::new("vendor field", "原始字段"), &|column| {
            let names = vendor_fields(topic, column.key);
            names.map(|(provider, field)| format!("{provider} {field}")).collect::<Vec<_>>().join(", ")
        }),
        (Text::new("meaning", "含义"), &|column| terminal.say(column.meaning).to_owned()),
    ];
    print_columns(context, args.lookup.format, &json!(document), &shown, columns())
}

/// `hecha explain`.
pub fn explain(args: &ExplainArgs, context: &Context) -> Result<u8, Failure> {
    let id = args.provider;
    let codes: Vec<&VendorCode> = match &args.code {
        None => info(id).codes.iter().collect(),
        Some(code) => vec![find_code(id, code)?],
    };
    let terminal = &context.terminal;
    let document: Vec<_> = codes
        .iter()
        .map(|code| {
            json!({
                "provider": id.as_str(),
                "code": code.code,
                "meaning": code.meaning.en,
                "meaning_zh": code.meaning.zh,
                "kind": code.kind.map(FailureKind::as_str),
                "exit_code": code.kind.map_or(0, FailureKind::exit_code),
                "charged": code.charged.as_str(),
                "retried": code.retry != Retry::No,
                "advice": code.advice.en,
                "advice_zh": code.advice.zh,
                "document": code.document.en,
            })
        })
        .collect();
    let document = match (&args.code, document.as_slice()) {
        (Some(_), [only]) => only.clone(),
        _ => json!(document),
    };
    let answer = Text::new("answer", "正常应答");
    let columns: [ListColumn<'_, VendorCode>; 7] = [
        (Text::new("code", "代码"), &|code| code.code.to_owned()),
        (Text::new("meaning", "含义"), &|code| terminal.say(code.meaning).to_owned()),
        (Text::new("kind", "类别"), &|code| {
            terminal.say(code.kind.map_or(answer, FailureKind::label)).to_owned()
        }),
        (Text::new("exit", "退出码"), &|code| code.kind.map_or(0, FailureKind::exit_code).to_string()),
        (Text::new("charged", "计费"), &|code| terminal.say(code.charged.in_words()).to_owned()),
        (Text::new("what to do", "处理办法"), &|code| terminal.say(code.advice).to_owned()),
        (Text::new("document", "文档出处"), &|code| terminal.say(code.document).to_owned()),
    ];
    print_columns(context, args.lookup.format, &document, &columns, codes)
}

fn find_code(id: ProviderId, wanted: &str) -> Result<&'static VendorCode, Failure> {
    let wanted = wanted.trim();
    info(id).code(wanted).ok_or_else(|| {
        let names = info(id).codes.iter().map(|code| code.code);
        let meant = nearest(wanted, names)
            .map_or_else(Message::default, |near| message!("; the nearest is {near}", "，最接近的是 {near}"));
        usage(message!(
            "no code '{wanted}' in the documents of {id}{meant}; `hecha explain {id}` lists all codes",
            "{id} 的文档中没有代码 '{wanted}'{meant:#}；`hecha explain {id}` 可列出全部"
        ))
    })
}
