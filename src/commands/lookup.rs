//! `hecha providers`, `hecha fields` and `hecha explain`: free and offline.

use super::{Context, print_listing};
use crate::cli::{ExplainArgs, FieldsArgs, LookupArgs};
use crate::domain::column::{Column, MERGED};
use crate::domain::failure::{Failure, FailureKind, Retry};
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::provider::{REGISTRY, VendorCode, info, vendor_fields};
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
    let rows = REGISTRY.iter().map(|facts| {
        vec![
            facts.id.to_string(),
            terminal.say(facts.name).to_owned(),
            format!("hecha {}", facts.topic.as_str()),
            facts.page_size_cap.to_string(),
            facts
                .default_endpoint()
                .unwrap_or(terminal.say(Text::new("to be configured", "须自行配置")))
                .to_owned(),
            facts.keywords.join(", "),
            if facts.filters.is_empty() { "-".to_owned() } else { facts.filters.join(" ") },
        ]
    });
    let headings = [
        Text::new("provider", "服务商"),
        Text::new("name", "名称"),
        Text::new("command", "命令"),
        Text::new("page size", "每页上限"),
        Text::new("endpoint", "接口地址"),
        Text::new("keywords", "关键词"),
        Text::new("filters", "过滤选项"),
    ];
    print_listing(context, args.format, &json!(document), &headings, rows)
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
    let rows = columns().map(|column| {
        let names: Vec<String> =
            vendor_fields(topic, column.key).map(|(provider, field)| format!("{provider} {field}")).collect();
        vec![
            column.key.to_owned(),
            terminal.say(column.label).to_owned(),
            column.kind.as_str().to_owned(),
            names.join(", "),
            terminal.say(column.meaning).to_owned(),
        ]
    });
    let headings = [
        Text::new("key", "键"),
        Text::new("label", "标签"),
        Text::new("type", "类型"),
        Text::new("vendor field", "原始字段"),
        Text::new("meaning", "含义"),
    ];
    print_listing(context, args.lookup.format, &json!(document), &headings, rows)
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
    let rows = codes.iter().map(|code| {
        vec![
            code.code.to_owned(),
            terminal.say(code.meaning).to_owned(),
            code.kind
                .map_or(Text::new("answer", "正常应答"), FailureKind::label)
                .in_language(terminal.language)
                .to_owned(),
            code.kind.map_or(0, FailureKind::exit_code).to_string(),
            terminal.say(code.charged.in_words()).to_owned(),
            terminal.say(code.advice).to_owned(),
            terminal.say(code.document).to_owned(),
        ]
    });
    let headings = [
        Text::new("code", "代码"),
        Text::new("meaning", "含义"),
        Text::new("kind", "类别"),
        Text::new("exit", "退出码"),
        Text::new("charged", "计费"),
        Text::new("what to do", "处理办法"),
        Text::new("document", "文档出处"),
    ];
    print_listing(context, args.lookup.format, &document, &headings, rows)
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
