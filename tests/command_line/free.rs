//! Commands that are free and send nothing: identify, fields, explain.

use super::super::contract::columns::{COPYRIGHT, DISHONEST};
use crate::harness::World;
use serde_json::{Value, json};

#[test]
fn identify_tells_kind_and_check_digit_by_the_vectors_of_the_notes() {
    let world = World::new();
    for (text, kind, check) in [
        ("91350100M000100Y43", "uscc", json!("right")),
        ("91110000600037341L", "uscc", json!("right")),
        ("914403001922038216", "uscc", json!("right")),
        ("9144030071526726XG", "uscc", json!("right")),
        ("914403001922038217", "uscc", json!("wrong")),
        ("91350100M0001TGQXM", "uscc", json!("wrong")),
        ("D2143569-X", "org-code", json!("right")),
        ("59467239-9", "org-code", json!("right")),
        ("594672399", "org-code", json!("right")),
        ("L5701181X", "org-code", json!("wrong")),
        ("110108000000016", "reg-no", json!("right")),
        ("440301103072002", "reg-no", json!("right")),
        ("110108012660422", "reg-no", json!("right")),
        ("110108000000017", "reg-no", json!("wrong")),
        ("乐视云计算有限公司", "name", Value::Null),
        ("一汽—大众汽车有限公司", "name", Value::Null),
    ] {
        let document = world.run(["identify", text]).exits_with(0).json();
        let found = &document[0];
        assert_eq!(
            (&found["text"], &found["kind"], &found["check_digit"]),
            (&json!(text), &json!(kind), &check)
        );
    }
    for text in ["2015SR183758", "2008SR07843", "2025SR2146980"] {
        let document = world.run(["identify", text]).exits_with(0).json();
        assert_ne!(document[0]["kind"], "name", "{text}");
        assert_eq!(document[0]["check_digit"], Value::Null);
    }
}

#[test]
fn identify_reads_lists_and_standard_input_and_needs_no_configuration() {
    let world = World::new();
    world.write("list.csv", "企业名称,代码\n甲有限公司,91350100M000100Y43\n乙有限公司,914403001922038217\n");
    let document = world.run(["identify", "-i", "list.csv", "--column", "代码"]).exits_with(0).json();
    let checks: Vec<_> =
        document.as_array().expect("a list").iter().map(|found| &found["check_digit"]).collect();
    assert_eq!(checks, ["right", "wrong"]);
    let document = world
        .run_with_input(["identify", "-i", "-"], "甲公司\n110108000000016\n".as_bytes())
        .exits_with(0)
        .json();
    assert_eq!((&document[0]["kind"], &document[1]["kind"]), (&json!("name"), &json!("reg-no")));
    let spellings = ["D2143569-X", "d2143569x", "L5701181X", "l5701181x", "L5701181X"];
    let document = world.run(["identify"].iter().chain(&spellings)).exits_with(0).json();
    let texts: Vec<_> = document
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| (&found["text"], &found["suspicious"]))
        .collect();
    assert_eq!(texts.len(), spellings.len(), "each text is told, also another spelling of one: {texts:?}");
    for (index, (text, is_suspicious)) in texts.into_iter().enumerate() {
        assert_eq!((text, is_suspicious), (&json!(spellings[index]), &json!(index > 1)));
    }
    let table = world.run(["identify", "914403001922038217", "-f", "table"]).exits_with(0);
    assert!(table.text().contains("uscc") && table.text().contains("WRONG"), "{}", table.text());
    world.run(["identify"]).exits_with(2);
    assert!(std::fs::read_dir(world.home()).expect("the home").count() == 1, "only our own list is there");
}

#[test]
fn fields_lists_every_column_with_its_vendor_field() {
    let world = World::new();
    for (topic, columns, of_merge) in [
        ("dishonest", &DISHONEST[..], &[][..]),
        ("copyright", &COPYRIGHT, &["providers", "conflicts", "only_in"]),
    ] {
        let document = world.run(["fields", topic]).exits_with(0).json();
        let fields = document.as_array().expect("a list");
        let keys: Vec<_> = fields.iter().map(|field| field["key"].as_str().expect("a key")).collect();
        assert_eq!(keys, [columns, of_merge].concat());
        for field in fields {
            for part in ["label", "type", "meaning"] {
                assert!(field[part].as_str().is_some_and(|text| !text.is_empty()), "{part} of {field}");
            }
        }
    }
    let document = world.run(["fields", "dishonest"]).exits_with(0).json();
    let of = |key: &str| {
        let fields = document.as_array().expect("a list");
        fields.iter().find(|field| field["key"] == key).expect("the field")["vendor_fields"]["market"].clone()
    };
    for (key, vendor) in [
        ("name", "iname"),
        ("subject_type", "type"),
        ("id_number", "cardnum"),
        ("legal_representative", "businessentity"),
        ("case_number", "casecode"),
        ("court", "courtname"),
        ("province", "areaname"),
        ("filed_on", "regdate"),
        ("published_on", "publishdate"),
        ("basis_number", "gistid"),
        ("basis_court", "gistunit"),
        ("obligation", "duty"),
        ("conduct", "disrupttypename"),
        ("performed_part", "performedPart"),
        ("unperformed_part", "unperformPart"),
        ("document_url", "cpwsUrl"),
        ("on_official_site", "status"),
        ("followers", "focusnumber"),
        ("company_id", "cid"),
        ("subject_id", "dishonestid"),
        ("record_key", "businessId"),
        ("legal_person_id", "legelId"),
        ("legal_person_type", "legelType"),
        ("legal_person_companies", "legelToco"),
        ("staff", "staff"),
    ] {
        assert_eq!(of(key), vendor, "{key}");
    }
    let table = world.run(["fields", "copyright", "-f", "table", "--lang", "zh"]).exits_with(0);
    assert!(table.text().contains("登记号") && table.text().contains("RegisterNo"), "{}", table.text());
    world.run(["fields", "weather"]).exits_with(2);
}

#[test]
fn providers_tells_caps_and_endpoints() {
    let document = World::new().run(["providers"]).exits_with(0).json();
    let providers = document.as_array().expect("a list");
    let caps: Vec<_> =
        providers.iter().map(|one| (one["provider"].as_str(), one["page_size"].as_u64())).collect();
    assert_eq!(caps, [(Some("market"), Some(20)), (Some("ihuyi"), Some(50)), (Some("shuidi"), Some(10))]);
    assert_eq!(providers[0]["endpoint"], Value::Null, "there is no default to guess");
    assert_eq!(providers[1]["endpoint"], "https://api.ihuyi.com/idcard/entcopy/Submit.json");
    assert_eq!(providers[2]["endpoint"], "http://api.shuidi.cn/utn/ip/CopyrightSoftwarePageByKey/V2");
}

#[test]
fn explain_knows_every_code_of_the_documents() {
    let world = World::new();
    for (provider, codes) in [
        (
            "ihuyi",
            &[
                "0", "1", "2", "400", "401", "402", "403", "404", "4041", "406", "407", "4061", "405",
                "4050", "40501", "40502", "40505", "4051", "4052", "4086", "4010", "4201", "4202", "4203",
            ][..],
        ),
        (
            "shuidi",
            &[
                "1", "2", "3", "4", "5", "20000", "20001", "20002", "20003", "10000", "10001", "10002",
                "10003", "10010", "10011", "10012", "30001", "30002", "30003", "30004", "40000", "40001",
                "40002", "99999",
            ],
        ),
        (
            "market",
            &[
                "0", "2", "A400AC", "A401AC", "A400MA", "A403EP", "I403AA", "B403MQ", "B403ME", "B403MI",
                "B403MO", "A403IP", "A403IN", "A403VN", "A403AC", "T429US", "D504BE", "D503BB", "X503BZ",
                "X500ER", "N502RE", "I404NF", "I403PT", "I400MP", "I413UL",
            ],
        ),
    ] {
        let all = world.run(["explain", provider]).exits_with(0).json();
        assert!(all.as_array().expect("a list").len() >= if provider == "market" { 10 } else { codes.len() });
        for code in codes {
            let told = world.run(["explain", provider, code]).exits_with(0).json();
            for part in ["meaning", "advice", "charged", "document"] {
                assert!(
                    told[part].as_str().is_some_and(|text| !text.is_empty()),
                    "{part} of {provider} {code}: {told}"
                );
            }
        }
    }
    let told = world.run(["explain", "ihuyi", "4051"]).exits_with(0).json();
    assert_eq!(
        (&told["kind"], &told["exit_code"], &told["charged"], &told["meaning_zh"]),
        (&json!("account"), &json!(7), &json!("no"), &json!("剩余条数不足"))
    );
    let unknown = world.run(["explain", "shuidi", "10019"]).exits_with(2);
    assert!(unknown.stderr.contains("1001"), "{}", unknown.stderr);
    world.run(["explain", "nobody", "1"]).exits_with(2);
}
