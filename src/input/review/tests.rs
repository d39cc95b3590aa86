//! Keywords that pass and keywords that do not.

use super::*;
use crate::domain::outcome::WarningCode;

fn found(text: &str) -> Option<(WarningCode, Option<String>)> {
    review(text, ReviewContext::default()).map(|found| (found.kind.code(), found.suggestion))
}

fn code(text: &str) -> Option<WarningCode> {
    found(text).map(|(code, _)| code)
}

#[test]
fn names_of_every_legal_form_pass() {
    let names: Vec<_> = include_str!("../../../tests/batch/names.txt").lines().collect();
    assert!(names.len() >= 300);
    // A bare number in a list may be the number of a supplier; typed, it may be a brand.
    let typed = ReviewContext { by: None, bare_numbers: BareNumbers::Names };
    let stopped: Vec<_> = names.iter().filter_map(|name| Some((name, review(name, typed)?))).collect();
    assert_eq!(stopped, []);
}

#[test]
fn valid_codes_pass_in_every_spelling() {
    for text in [
        "91350100M000100Y43",
        "91350100m000100y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "9135 0100 M000 100Y 43",
        "D2143569-X",
        "594672399",
        "110108000000016",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn a_wrong_check_digit_is_told_with_the_probable_code() {
    let wrong = |probable: &str| Some((WarningCode::CheckDigit, Some(probable.to_owned())));
    assert_eq!(found("914403001922038217"), wrong("914403001922038216"));
    assert_eq!(found("110108000000017"), wrong("110108000000016"));
    assert_eq!(found("D2143569-1"), wrong("D2143569-X"));
    assert_eq!(found("7110122"), Some((WarningCode::Lossy, Some("007110122".to_owned()))));
    // The numbers of a person's identity card and of a registered copyright are no codes of companies.
    assert_eq!(found("2015SR183758"), Some((WarningCode::Number, None)));
    assert_eq!(found("11010519491231002X"), Some((WarningCode::Number, None)));
    for text in ["9135O100M000100Y43", "91350100M000100Y4", "91350100M000100Y433", "L5701181X"] {
        assert_eq!(code(text), Some(WarningCode::CheckDigit), "{text}");
    }
}

#[test]
fn placeholders_headings_totals_and_remarks_are_no_names() {
    for (expected, texts) in [
        (
            WarningCode::Placeholder,
            &[
                "-",
                "000000000000000000",
                "00000000-0",
                "/",
                "——",
                "N/A",
                "n/a",
                "#N/A",
                "#REF!",
                "NULL",
                "\\N",
                "无",
                "暂无",
                "同上",
                "（空）",
                "NaN",
                "?",
                "…",
                "有限公司",
            ][..],
        ),
        (
            WarningCode::Heading,
            &[
                "企业名称",
                "企業名稱",
                "*公司名称（必填）",
                "Company Name",
                "序号",
                "统一社会信用代码",
                "备注",
                "供应商名单（2024年）",
                "本月需要核查的企业如下：",
                "关于报送失信企业的通知",
                "以下企业",
                "物流公司",
                "合作社",
            ],
        ),
        (
            WarningCode::Remark,
            &[
                "请在下方每行填写一家企业",
                "请于周五之前核查",
                "合计",
                "合 计",
                "總計",
                "合计：3家",
                "共 12 家",
                "小计",
                "Total",
                "备注：以上数据由财务部提供",
                "Subject: suppliers",
                "备注: 无",
                "制表人：张三",
                "说明：请勿修改表头",
                "以上数据由财务部提供",
                "第 1 页 共 3 页",
                "（以下无正文）",
                "审核：",
                "日期：2024-01-31",
                "华东区 汇总",
                "甲有限公司 小计",
                "麻烦查下",
                "好的",
                "Best regards",
            ],
        ),
        (WarningCode::Formula, &["=SUM(A1:A3)", "=DISPIMG(\"ID_1F8C\",1)", "=\"a\"&\"b\""]),
        (
            WarningCode::Number,
            &["100234", "2024-01-31", "1,000.00", "13800138000", "www.example.com", "30778596", "60003734"],
        ),
        (WarningCode::Lossy, &["9.14403E+17", "914403001922038000", "914403001922038216.0"]),
        (
            WarningCode::Structure,
            &[
                "1、深圳3有限公司",
                "- 深圳3有限公司",
                "\"深圳3有限公司\"",
                "深圳3有限公司、广州3有限公司",
                "企业名称：深圳3有限公司",
                "name=深圳3有限公司",
                "深圳3有限公司；",
                "甲公司\n乙公司",
                "某公司13800138000",
                "某公司\t91350100M000100Y43",
            ],
        ),
    ] {
        for text in texts {
            assert_eq!(code(text), Some(expected), "{text:?}");
        }
    }
}

#[test]
fn further_remains_of_tables_and_programs_are_told() {
    for (expected, texts) in [
        (
            WarningCode::Placeholder,
            &["N／A", "Err:502", "自然人", "其他", "ＮＵＬＬ", "/无", "待补", "暂无信息", "已注销"][..],
        ),
        (
            WarningCode::Remark,
            &[
                "共计3家企业",
                "共 3 条记录",
                "合计（人民币）",
                "示例",
                "单位：万元",
                "附件1",
                "附件一",
                "附：",
                "（盖章）",
                "传真：010-12345678",
                "截至2024年6月30日",
                "请核查以下企业",
                "请核实深圳3有限公司",
                "共计：人民币叁万元整",
                "（续表）",
                "名单.xlsx",
            ],
        ),
        (WarningCode::Number, &["2024年", "（1）", "SUP-00123", "V100234"]),
        (WarningCode::Formula, &["@SUM(A1)"]),
        (WarningCode::Characters, &["锟斤拷有限公司", "深圳?有限公司", "Cr閐it Agricole", "ç”²å…¬å¸ ABC"]),
        // Shift-JIS, EUC-KR and UTF-8 that were read as GBK.
        (WarningCode::Characters, &["姅幃夛幮懞揷惢嶌強", "僩儓僞", "伙己傈磊林侥雀荤", "鎶€鏈夐檺"]),
        (
            WarningCode::Structure,
            &[
                "{\"name\":\"深圳3有限公司\"}",
                "<td>深圳3有限公司</td>",
                "【深圳3有限公司】",
                "深圳3有限公司.",
                "深圳3有限公司&nbsp;",
                "深圳3有限公司_x000D_",
                "深圳3有限公司<br>广州3有限公司",
                "（深圳3有限公司）",
                "深圳3有限公司（原深圳4有限公司）",
            ],
        ),
    ] {
        for text in texts {
            assert_eq!(code(text), Some(expected), "{text:?}");
        }
    }
}

#[test]
fn characters_that_no_name_has_on_purpose_are_told_with_the_probable_text() {
    for (text, probable) in [
        ("⼴州⽯油3有限公司", Some("广州石油3有限公司")),
        ("北京⻓城有限公司", Some("北京长城有限公司")),
        ("深圳市 某某科技 （集团） 有限公司", Some("深圳市某某科技（集团）有限公司")),
        ("深圳 3有限公司", Some("深圳3有限公司")),
        ("深 圳 3 有限公司", Some("深圳3有限公司")),
        ("甲\u{200b}公司", Some("甲公司")),
        ("㈱三菱", Some("(株)三菱")),
        ("甲\u{e000}公司", None),
        ("甲\u{fffd}公司", None),
        ("é\u{328}", None),
    ] {
        assert_eq!(found(text), Some((WarningCode::Characters, probable.map(str::to_owned))), "{text:?}");
    }
    for text in ["Foo 中国 Co., Ltd", "华为 Technologies", "上海 ABC 有限公司", "3M 中国", "Ｆｏｏ有限公司"]
    {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn a_name_wrapped_inside_its_cell_is_joined() {
    let joined = Some((WarningCode::Structure, Some("深圳市某某科技有限公司".to_owned())));
    assert_eq!(found("深圳市某某科技\n有限公司"), joined);
    assert_eq!(found("深圳3有限公司\n广州3有限公司"), Some((WarningCode::Structure, None)));
}

#[test]
fn what_is_suggested_is_not_suspicious_itself() {
    for (text, probable) in [
        ("1.深圳3有限公司，欠款500万", Some("深圳3有限公司")),
        ("('深圳3有限公司'),", Some("深圳3有限公司")),
        ("联合体：甲公司、乙公司", None),
        ("names = [", None),
        ("（例）XX有限公司", None),
        ("张三（身份证号：11010119900307123X）", None),
        ("100234.0", None),
        ("⺀", None),
        ("客户 深圳有限公司", Some("深圳有限公司")),
        ("深圳市 某某科技有限公司", Some("深圳市某某科技有限公司")),
    ] {
        assert_eq!(found(text).unwrap().1.as_deref(), probable, "{text}");
    }
}

#[test]
fn a_tab_separates_fields_of_which_one_may_be_the_name() {
    let name = "深圳市腾讯计算机系统有限公司";
    assert_eq!(found(&format!("1\t{name}")), Some((WarningCode::Structure, Some(name.to_owned()))));
    assert_eq!(found(&format!("{name}\n1")), Some((WarningCode::Structure, None)));
    assert_eq!(
        review("2024-01-01", ReviewContext::default()).map(|found| found.kind),
        Some(SuspicionKind::Date)
    );
}

#[test]
fn rows_of_forms_chats_and_mails_are_no_names() {
    for text in [
        "制单：张三",
        "会计主管： 王五",
        "发件人: 张三 <zs@example.com>",
        "查询条件：全部",
        "许可项目：食品销售",
        "科目:应付账款",
        "我想查的几家公司的名字是:",
        "王小明 10:23",
        "张三 12-03 上午10:23:45",
        "@所有人",
        "1.请勿修改表头",
        "深圳市（12家）",
        "广东省 3户",
        "第十页",
        "Page 2",
    ] {
        assert_eq!(code(text), Some(WarningCode::Remark), "{text}");
    }
    for text in ["有限责任公司(自然人投资或控股)", "其他有限责任公司", "股份有限公司（上市）", "在业"]
    {
        assert_eq!(code(text), Some(WarningCode::Placeholder), "{text}");
    }
    assert_eq!(code("____年__月__日"), Some(WarningCode::Lossy));
    for text in ["行数:12", "错误码:B403MQ", "58到家", "天天有限公司", "第1户外用品公司", "三页", "第一主页"]
    {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn templates_and_labelled_names_are_told() {
    for text in ["XX公司", "XXX有限公司", "××股份有限公司", "ditto"] {
        assert_eq!(code(text), Some(WarningCode::Placeholder), "{text}");
    }
    let probable = Some("深圳3有限公司".to_owned());
    assert_eq!(found("第一名：深圳3有限公司"), Some((WarningCode::Structure, probable)));
    assert_eq!(code("Unnamed: 0"), Some(WarningCode::Remark));
}

#[test]
fn a_stated_kind_is_believed_but_its_check_digit_is_not() {
    let by = |kind| ReviewContext { by: Some(kind), ..ReviewContext::default() };
    assert_eq!(review("30778596", by(IdentifierKind::CompanyId)), None);
    assert_eq!(review("100234", by(IdentifierKind::Name)), None);
    assert_eq!(review("914403001922038217", by(IdentifierKind::Name)), None);
    assert!(review("914403001922038217", by(IdentifierKind::Uscc)).is_some());
    assert!(review("华为技术有限公司", by(IdentifierKind::Uscc)).is_some());
    assert!(review("无", by(IdentifierKind::Name)).is_some());
}

#[test]
fn a_typed_number_may_be_a_company_id_or_a_brand() {
    let typed = |bare_numbers| ReviewContext { by: None, bare_numbers };
    assert_eq!(review("30778596", typed(BareNumbers::CompanyIds)), None);
    assert_eq!(review("7110122", typed(BareNumbers::CompanyIds)), None);
    assert_eq!(review("123456789", typed(BareNumbers::CompanyIds)), None);
    assert!(review("13800138000", typed(BareNumbers::CompanyIds)).is_some(), "a mobile telephone number");
    assert_eq!(review("360", typed(BareNumbers::Names)), None);
    assert!(review("123456789", typed(BareNumbers::Names)).is_some());
}
