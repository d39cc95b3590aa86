//! Tables of every kind, and what is chosen in them.

use super::*;

fn sample(rows: &[&[&str]]) -> Vec<FileRow> {
    let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
    let rows = rows.iter().enumerate().map(|(index, cells)| FileRow {
        input_row: index as u64 + 1,
        line: Some(index as u64 + 1),
        fields: cells.len(),
        cells: cells.iter().map(cell).collect(),
        ..FileRow::default()
    });
    rows.collect()
}

#[track_caller]
fn assert_chosen(rows: &[&[&str]], choice: Option<&str>, expected: (usize, ColumnReason, usize)) -> Chosen {
    let chosen = choose(&sample(rows), choice).unwrap();
    assert_eq!((chosen.indexes[0], chosen.columns.reason, chosen.first_row), expected);
    chosen
}

fn refused(rows: &[&[&str]], choice: Option<&str>) -> String {
    choose(&sample(rows), choice).unwrap_err().to_string()
}

#[test]
fn a_choice_is_a_heading_a_number_or_a_letter() {
    let rows: &[&[&str]] = &[&["序号", "企业名称", "统一社会信用代码"], &["1", "甲", ""]];
    for (text, column) in [("2", 1), (" 企业名称 ", 1), ("C", 2), ("统一社会信用代码,企业名称", 2)]
    {
        assert_chosen(rows, Some(text), (column, ColumnReason::Requested, 1));
    }
    for text in ["0", "", " ", "企业名称,", "1,0"] {
        assert!(refused(rows, Some(text)).starts_with("no column"), "{text:?}");
    }
}

#[test]
fn the_content_decides_and_names_come_before_codes() {
    let rows: &[&[&str]] = &[
        &["供应商", "名称 1", "统一社会信用代码"],
        &["0000100234", "华为技术有限公司", "914403001922038216"],
        &["0000100235", "腾讯科技（深圳）有限公司", "9144030071526726XG"],
        &["0000100236", "某某中心（有限合伙）", ""],
    ];
    let chosen = assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    assert_eq!(chosen.columns.columns[0].name.as_deref(), Some("名称 1"));
    let rows: &[&[&str]] = &[&["序号", "统一社会信用代码"], &["1", "914403001922038216"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["7", "Foo Trading Co., Ltd"], &["8", "Bar Inc."]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 0));
}

#[test]
fn a_column_that_is_mostly_blank_needs_a_heading() {
    let rows: &[&[&str]] =
        &[&["序号", "企业名称"], &["1", "华为技术有限公司"], &["2", ""], &["3", ""], &["4", "大疆"]];
    assert_chosen(rows, None, (1, ColumnReason::Heading, 1));
    let rows: &[&[&str]] = &[&["姓名", "统一社会信用代码"], &["张三", "914403001922038216"], &["李四", ""]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["姓名", "身份证号"], &["张三", "11010519491231002X"]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
    let rows: &[&[&str]] = &[&["序号", "备注"], &["1", "华为技术有限公司"], &["2", ""]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
}

#[test]
fn a_column_of_names_wins_over_banks_and_contacts_whatever_is_blank() {
    let bank = "招商银行深圳分行";
    for heading in ["开户行", "开户银行名称", "收款银行", "对方开户行", "联系人名称", "公司地址", "所属集团"]
    {
        for (name, reason) in [("华为技术有限公司", ColumnReason::Content), ("大疆", ColumnReason::Heading)]
        {
            let rows: &[&[&str]] =
                &[&["企业名称", heading], &["", bank], &["", bank], &["", bank], &[name, bank]];
            assert_chosen(rows, None, (0, reason, 1));
        }
    }
    for other in [bank, "张三"] {
        let rows: &[&[&str]] = &[&["企业名称", "开户行"], &["", other], &["", other]];
        assert!(refused(rows, None).starts_with("cannot tell which column"), "{other}");
    }
    let rows: &[&[&str]] = &[&["开户行", "统一社会信用代码"], &[bank, "914403001922038216"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    for name in ["", "大疆"] {
        for last in ["大疆", "", "-"] {
            for heading in ["企业名称", "对方户名"] {
                let rows: &[&[&str]] =
                    &[&[heading, "往来网点"], &[name, bank], &[name, "工商银行"], &[last, bank]];
                assert!(refused(rows, None).starts_with("cannot tell which column"), "{name} {last}");
            }
        }
    }
}

#[test]
fn brief_names_are_not_chosen_beside_names_that_are_missing_in_some_rows() {
    let rows: [&[&str]; 5] =
        [&["名称", "客户"], &["北汽", "北京汽车股份有限公司"], &["广汽", "0"], &["上汽", "0"], &["东风", ""]];
    assert!(refused(&rows, None).starts_with("cannot tell which column"));
}

#[test]
fn a_column_of_placeholders_is_as_good_as_blank() {
    let rows: &[&[&str]] =
        &[&["名称", "统一社会信用代码"], &["暂无", "914403001922038216"], &["-", "9144030071526726XG"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    assert_chosen(&[&["无"], &["-"]], None, (0, ColumnReason::OnlyColumn, 0));
}

#[test]
fn rows_of_totals_and_remarks_do_not_count() {
    let rows: &[&[&str]] = &[
        &["序号", "供应商名称", "联系人", "金额"],
        &["1", "甲乙科技有限公司", "张三", "100.5"],
        &["2", "丙丁贸易有限公司", "李四", "200"],
        &["合计", "", "", "300.5"],
        &["制表人：王五", "", "", "审核：赵六"],
    ];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
}

#[test]
fn headings_of_sap_and_of_lists_of_persons_are_known() {
    for headings in [["LIFNR", "NAME1", "ORT01"], ["姓名", "工作单位", "电话"]] {
        let rows: &[&[&str]] = &[
            &headings,
            &["0000100001", "甲乙科技有限公司", "北京"],
            &["0000100002", "丙丁贸易有限公司", "上海"],
        ];
        assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    }
}

#[test]
fn a_heading_tells_where_brief_names_do_not() {
    let rows: &[&[&str]] = &[&["ID", "Company Name"], &["1", "Foo"], &["2", "Bar"]];
    assert_chosen(rows, None, (1, ColumnReason::Heading, 1));
    let rows: &[&[&str]] = &[&["供应商", "企業名稱"], &["100234", "华为"], &["100235", "腾讯"]];
    assert_chosen(rows, None, (1, ColumnReason::Heading, 1));
    assert_chosen(&[&["华为"], &["腾讯"]], None, (0, ColumnReason::OnlyColumn, 0));
}

#[test]
fn complete_credit_codes_come_before_brief_names() {
    let [first, second] = ["914403001922038216", "9144030071526726XG"];
    let rows: &[&[&str]] = &[&["企业名称", "统一社会信用代码"], &["华为", first], &["腾讯", second]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    for codes in [[first, ""], ["600037341", "594672399"]] {
        let rows: &[&[&str]] = &[&["企业名称", "代码"], &["华为", codes[0]], &["腾讯", codes[1]]];
        assert_chosen(rows, None, (0, ColumnReason::Heading, 1));
    }
}

#[test]
fn a_note_is_no_list() {
    for (cells, expected) in [
        (&["企业名称", "华为"][..], true),
        (&["华为技术有限公司", "腾讯科技有限公司"], true),
        (&["914403001922038216", "9144030071526726XG"], true),
        (&["本名单由财务部整理", "请勿外传"], false),
        (&["供应商名单", "深圳市某某有限公司"], false),
        (&["供应商尽职调查", "2024年", "深圳市某某有限公司"], false),
        (&["填写说明", "1、请在名单页填写企业全称"], false),
        (&["填写说明", "1、请按模板填写", "2、如有疑问请联系深圳某某公司", "联系人：张三"], false),
        (&[], false),
    ] {
        let rows: Vec<&[&str]> = cells.chunks(1).collect();
        assert_eq!(is_list(&sample(&rows)), expected, "{cells:?}");
    }
}

#[test]
fn a_heading_breaks_ties() {
    let rows: &[&[&str]] = &[
        &["开户银行", "企业名称"],
        &["中国工商银行深圳支行", "华为技术有限公司"],
        &["招商银行深圳分行", "腾讯科技有限公司"],
    ];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] =
        &[&["企业名称", "开户行"], &["大疆", "招商银行深圳分行"], &["腾讯", "工商银行深圳支行"]];
    assert_chosen(rows, None, (0, ColumnReason::Heading, 1));
    let rows: &[&[&str]] = &[&["编号", "所属公司"], &["A-1", "华为技术有限公司"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["上级单位名称", "企业名称"], &["华为控股有限公司", "华为技术有限公司"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[
        &["客户名称", "供应商名称"],
        &["华为技术有限公司", "腾讯科技有限公司"],
        &["网易网络有限公司", "联想集团有限公司"],
    ];
    assert_eq!(
        refused(rows, None),
        "cannot tell which column holds the keywords; choose one: \
         --column 1 (客户名称: '华为技术有限公司', '网易网络有限公司'); \
         --column 2 (供应商名称: '腾讯科技有限公司', '联想集团有限公司')"
    );
    assert_eq!(
        refused(&[&["a", "b"], &["c", "d"]], None),
        "cannot tell which column holds the keywords; choose one: \
         --column 1 ('a', 'c'); --column 2 ('b', 'd')"
    );
}

#[test]
fn titles_instructions_and_several_heading_rows_are_above_the_data() {
    let rows: &[&[&str]] = &[
        &["二〇二六年度客户名单", ""],
        &["深圳市某某科技有限公司", ""],
        &["序号", "企业名称"],
        &["No.", "Company Name"],
        &["1", "华为技术有限公司"],
    ];
    let chosen = assert_chosen(rows, None, (1, ColumnReason::Content, 4));
    assert_eq!(chosen.columns.columns[0].name.as_deref(), Some("Company Name"));
    let rows: &[&[&str]] =
        &[&["说明：请勿修改表头，企业名称为必填项"], &["企业名称"], &["华为技术有限公司"], &["腾讯"]];
    assert_chosen(rows, None, (0, ColumnReason::Heading, 2));
    let rows: &[&[&str]] = &[&["供应商名单"], &["华为技术有限公司"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
}

#[test]
fn no_row_with_a_name_is_lost_above_a_heading() {
    let rows: &[&[&str]] = &[&["甲乙有限公司"], &["企业名称"], &["丙丁有限公司"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
    let rows: &[&[&str]] =
        &[&["企业名称", "备注"], &["甲乙有限公司", ""], &["企业名称", "备注"], &["丙丁有限公司", ""]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["华为"], &["甲科技有限公司"], &["乙商贸有限公司"], &["丙机械厂有限公司"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
}

#[test]
fn an_unusual_heading_is_known_by_what_is_below_it() {
    let names = ["甲科技有限公司", "乙商贸有限公司", "丙丁机械厂"];
    let rows: &[&[&str]] = &[&["拟查对象"], &[names[0]], &[names[1]], &[names[2]]];
    let chosen = assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    assert_eq!(chosen.columns.columns[0].name.as_deref(), Some("拟查对象"));
    // No name ends like this one.
    assert_chosen(&rows[..2], None, (0, ColumnReason::Content, 1));
    assert_chosen(&[&["拟查对象"], &["华为"], &["腾讯"]], None, (0, ColumnReason::Heading, 1));
    // Two names are too few to condemn another first line.
    let rows: &[&[&str]] = &[&["拟查户"], &[names[0]], &[names[1]], &[names[2]]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    assert_chosen(&rows[..3], None, (0, ColumnReason::Content, 0));
    let rows: &[&[&str]] = &[&["abc", "x1"], &["1", names[0]], &["2", names[1]], &["3", names[2]]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
}

#[test]
fn headings_are_not_asked_when_the_column_is_given_by_its_letter() {
    for headings in [["买方", "卖方"], ["拟查对象甲", "拟查对象乙"]] {
        let rows: &[&[&str]] = &[
            &headings,
            &["甲乙科技有限公司", "丙丁贸易有限公司"],
            &["戊己有限公司", "庚辛有限公司"],
            &["壬癸有限公司", "子丑有限公司"],
        ];
        for (choice, column) in [("A", 0), ("2", 1)] {
            let chosen = assert_chosen(rows, Some(choice), (column, ColumnReason::Requested, 1));
            assert_eq!(chosen.columns.columns[0].name.as_deref(), Some(headings[column]));
        }
    }
    assert_chosen(&[&["买方"], &["甲乙科技有限公司"]], Some("A"), (0, ColumnReason::Requested, 1));
    assert_chosen(&[&["集团"], &["甲乙科技有限公司"]], Some("A"), (0, ColumnReason::Requested, 1));
    let rows: &[&[&str]] = &[&["华为", "甲乙科技有限公司"], &["戊己有限公司", "庚辛有限公司"]];
    assert_chosen(rows, Some("A"), (0, ColumnReason::Requested, 0));
}

#[test]
fn a_heading_that_looks_like_a_name_is_known_by_the_headings_beside_it() {
    for heading in ["拟退出公司", "会计师事务所", "物流公司"] {
        let rows: &[&[&str]] = &[
            &["序号", heading, "联系人"],
            &["1", "甲乙科技有限公司", "张三"],
            &["2", "丙丁贸易有限公司", ""],
        ];
        let chosen = assert_chosen(rows, None, (1, ColumnReason::Content, 1));
        assert_eq!(chosen.columns.columns[0].name.as_deref(), Some(heading));
        assert_chosen(rows, Some("B"), (1, ColumnReason::Requested, 1));
    }
    // Beside a value, a name is a name.
    let rows: &[&[&str]] = &[&["甲乙科技有限公司", "企业"], &["丙丁贸易有限公司", "银行"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
}

#[test]
fn an_unknown_heading_beside_one_that_has_numbers_below_it_is_not_asked() {
    let rows: &[&[&str]] = &[&["序号", "客体"], &["1", "甲乙科技有限公司"], &["2", "丙丁贸易有限公司"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] =
        &[&["Supplier No", "Supplier Name"], &["100", "Foo Co. Ltd."], &["101", "Bar GmbH"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["华为", "负责人"], &["腾讯", "经理"]];
    assert_chosen(rows, Some("A"), (0, ColumnReason::Requested, 0));
}

#[test]
fn a_month_above_amounts_shows_an_unknown_heading() {
    let names = ["甲乙科技有限公司", "丙丁贸易有限公司", "戊己有限公司"];
    let rows: &[&[&str]] = &[&["客体", "1月"], &[names[0], "5.5"], &[names[1], "6"], &[names[2], "1,000"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[
        &["华为", "2024-01-01"],
        &[names[0], "2024-01-02"],
        &[names[1], "2024-01-03"],
        &[names[2], "2024-01-04"],
    ];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
}

#[test]
fn brief_names_above_full_ones_are_not_taken_for_headings() {
    let names = ["甲乙科技有限公司", "丙丁贸易有限公司"];
    let rows: &[&[&str]] = &[&["华为", "大疆"], &names, &names];
    assert_chosen(rows, Some("A"), (0, ColumnReason::Requested, 0));
    let dated = [names[0], names[1], "2024-01-02"];
    let rows: &[&[&str]] = &[&["华为", "大疆", "2024-01-01"], &dated, &dated, &dated];
    assert_chosen(rows, Some("A"), (0, ColumnReason::Requested, 0));
}

#[test]
fn a_value_that_is_a_usual_heading_is_not_taken_for_one() {
    let rows: &[&[&str]] = &[&["某某科技有限公司", "企业"], &["甲乙商贸有限公司", "个体"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
    let rows: &[&[&str]] = &[&["企业名称", "类型"], &["顺丰", "承运商"], &["中粮", "供货商"]];
    assert_chosen(rows, None, (0, ColumnReason::Heading, 1));
    let rows: &[&[&str]] = &[&["华为", "公司"], &["腾讯", "公司"]];
    assert!(refused(rows, None).starts_with("cannot tell which column holds the keywords"));
}

#[test]
fn a_column_can_be_chosen_by_heading_number_or_letter() {
    let rows: &[&[&str]] = &[&["名单", ""], &["Debtor ", "债权人"], &["甲", "乙"]];
    assert_chosen(rows, Some("debtor"), (0, ColumnReason::Requested, 2));
    assert_chosen(rows, Some("债权人"), (1, ColumnReason::Requested, 2));
    let rows: &[&[&str]] = &[&["名称", "曾用名称"], &["甲", "乙"]];
    for choice in ["2", "B", "b", "曾用名称"] {
        let chosen = assert_chosen(rows, Some(choice), (1, ColumnReason::Requested, 1));
        assert_eq!(chosen.columns.columns[0].name.as_deref(), Some("曾用名称"));
    }
    assert_chosen(&[&["甲", "乙"], &["丙", "丁"]], Some("2"), (1, ColumnReason::Requested, 0));
    // A heading comes before a letter.
    assert_chosen(&[&["B", "名称"], &["甲", "乙"]], Some("B"), (0, ColumnReason::Requested, 1));
}

#[test]
fn several_columns_are_asked_in_their_order() {
    let rows: &[&[&str]] = &[&["企业名称", "统一社会信用代码"], &["甲", "914403001922038216"], &["乙", ""]];
    for choice in ["统一社会信用代码,企业名称", "2，1", "B,A"] {
        let chosen = assert_chosen(rows, Some(choice), (1, ColumnReason::Requested, 1));
        assert_eq!(chosen.indexes, [1, 0]);
    }
}

#[test]
fn a_missing_column_lists_the_columns_there_are() {
    let rows: &[&[&str]] = &[&["序号", "企业名称"], &["1", "甲"]];
    for (choice, named) in [("地址", "地址"), ("3", "3"), ("C", "C"), ("企业名称,地址", "地址")] {
        assert_eq!(
            refused(rows, Some(choice)),
            format!("no column {named:?}; choose one: --column 1 (序号: '1'); --column 2 (企业名称: '甲')")
        );
    }
    let twice: &[&[&str]] = &[&["名称", "名称"], &["1", "甲"]];
    assert!(refused(twice, Some("名称")).starts_with("several columns are headed \"名称\""));
}

#[test]
fn a_row_of_merged_headings_is_above_the_headings() {
    let rows: &[&[&str]] = &[
        &["基本信息", "", "其他"],
        &["名称", "统一社会信用代码", "备注"],
        &["甲乙科技有限公司", "91110000600037341L", "x"],
        &["丙丁贸易有限公司", "", "y"],
    ];
    let chosen = assert_chosen(rows, None, (0, ColumnReason::Content, 2));
    assert_eq!(chosen.columns.columns[0].name.as_deref(), Some("名称"));
    assert_chosen(rows, Some("A"), (0, ColumnReason::Requested, 2));
    // Brief names above a heading in the middle of a list are names.
    let rows: &[&[&str]] = &[&["华为", "深圳"], &["企业", "城市"], &["腾讯", "深圳"]];
    assert_chosen(rows, Some("A"), (0, ColumnReason::Requested, 0));
}

#[test]
fn lines_of_labels_and_dates_above_the_headings_are_no_data() {
    let rows: &[&[&str]] = &[
        &["应收账款账龄分析表", "", ""],
        &["编制单位：深圳某某科技有限公司", "2024-12-31", "单位：元"],
        &["项次", "欠款客商", "合计"],
        &["1", "甲乙科技有限公司", "15"],
        &["2", "丙丁贸易有限公司", "16"],
    ];
    assert_chosen(rows, None, (1, ColumnReason::Content, 3));
    let rows: &[&[&str]] = &[
        &["客户：甲乙科技有限公司", "2024-12-31"],
        &["客户：丙丁贸易有限公司", "2024-12-31"],
        &["客户：戊己贸易有限公司", "2024-12-31"],
    ];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
}

#[test]
fn a_total_below_the_names_does_not_hide_an_unusual_heading() {
    let rows: &[&[&str]] =
        &[&["潜力商"], &["甲乙科技有限公司"], &["丙丁贸易有限公司"], &["戊己贸易有限公司"], &["合计：3家"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
}

#[test]
fn a_column_of_legal_forms_is_none_of_names() {
    let form = "有限责任公司(自然人投资或控股)";
    let rows: &[&[&str]] = &[&["甲乙科技有限公司", form], &["丙丁贸易有限公司", form]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 0));
}

#[test]
fn a_column_that_repeats_one_name_may_be_of_another_company() {
    let group = "深圳某某集团有限公司";
    for headings in [["购买方名称", "销方名称"], ["企业名称", "担保人"], ["公司名称", "股东名称"]]
    {
        let rows: &[&[&str]] = &[&headings, &[group, "甲乙科技有限公司"], &[group, "丙丁贸易有限公司"]];
        assert!(refused(rows, None).starts_with("cannot tell which column"), "{headings:?}");
    }
    let rows: &[&[&str]] = &[&["企业名称", "金额"], &[group, "1"], &[group, "2"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["客户", "集团"], &["华为", group], &["大疆", group]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
    let rows: &[&[&str]] = &[&["主办银行", "酒店名称"], &["招商银行", "甲乙酒店"], &["招商银行", "丙丁酒店"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["高企名称", "集团"], &["甲乙公司", group], &["丙丁公司", group]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
    let rows: &[&[&str]] = &[&["企业名称", "集团"], &["甲乙公司", group], &["丙丁公司", group]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["备案号", "集团"], &["1", group], &["2", group]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
}

#[test]
fn authorities_and_banks_are_not_chosen_beside_texts_that_may_be_names() {
    let rows: &[&[&str]] =
        &[&["企业", "登记机关"], &["华为", "深圳市市场监督管理局"], &["大疆", "南山市场监督管理局"]];
    assert_chosen(rows, None, (0, ColumnReason::Heading, 1));
    let rows: &[&[&str]] =
        &[&["风险户", "开户行"], &["华为", "招商银行深圳分行"], &["大疆", "工商银行南山支行"]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
    let headings = ["产品名称", "对标企业", "主办银行", "信用代码"];
    let rows: &[&[&str]] =
        &[&headings, &["螺丝", "华为", "招商银行", "无"], &["螺丝", "大疆", "招商银行", ""]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
}

#[test]
fn the_name_of_a_branch_counts_as_a_name() {
    let rows: &[&[&str]] = &[&["1", "甲乙建筑有限公司第九工程处"], &["2", "丙丁通信有限公司大道营业厅"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 0));
}

#[test]
fn titles_between_labels_and_headings_are_no_data() {
    let rows: &[&[&str]] = &[
        &["不良资产包", "", "单位：元"],
        &["内部资料", "", ""],
        &["序号", "债务人", "余额"],
        &["1", "甲乙科技有限公司", "3"],
        &["2", "丙丁贸易有限公司", "4"],
    ];
    assert_chosen(rows, None, (1, ColumnReason::Content, 3));
    let rows: &[&[&str]] = &[
        &["2024-12-31", "", "单位：元"],
        &["", "某某集团有限公司", "单位：元"],
        &["序号", "债务人", "余额"],
        &["1", "甲乙科技有限公司", "3"],
    ];
    assert_chosen(rows, None, (1, ColumnReason::Content, 3));
    // One may be the owner of the list; two are names.
    let (owner, name) = (["某某集团有限公司", ""], ["甲乙科技有限公司", "3"]);
    assert_chosen(&[&owner, &["供应商", "余额"], &name], None, (0, ColumnReason::Content, 2));
    let other = ["丙丁贸易有限公司", ""];
    assert_chosen(&[&owner, &other, &["供应商", "余额"], &name], None, (0, ColumnReason::Content, 0));
    assert_chosen(&[&owner, &["备注：无", ""], &name], None, (0, ColumnReason::Content, 0));
}

#[test]
fn a_label_in_the_first_cell_makes_no_remark_of_a_row_with_a_name() {
    let scope = "许可项目：食品销售";
    let rows: &[&[&str]] =
        &[&["经营范围", "dwmc"], &[scope, "甲乙科技有限公司"], &[scope, "丙丁贸易有限公司"], &["大疆", "x"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 1));
}

#[test]
fn titles_above_an_unusual_heading_are_no_data() {
    let rows: &[&[&str]] = &[
        &["深圳某某集团有限公司", ""],
        &["编制单位：某某集团有限公司", "2024-12-31"],
        &["考察对象清单", "金额"],
        &["甲乙科技有限公司", "5"],
        &["丙丁贸易有限公司", "6"],
        &["戊己贸易有限公司", "7"],
    ];
    let chosen = assert_chosen(rows, None, (0, ColumnReason::Content, 3));
    assert_eq!(chosen.columns.columns[0].name.as_deref(), Some("考察对象清单"));
}

#[test]
fn one_name_in_all_rows_is_not_chosen_beside_texts_that_may_be_names() {
    let bank = "招商银行深圳分行";
    let rows: &[&[&str]] = &[&["华为", bank], &["大疆", bank]];
    assert!(refused(rows, None).starts_with("cannot tell which column"));
    assert_chosen(&rows[..1], None, (1, ColumnReason::Content, 0));
    let rows: &[&[&str]] = &[&["100", bank], &["200", bank]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 0));
}

#[test]
fn shops_and_authorities_are_names() {
    let rows: &[&[&str]] =
        &[&["商户名称", "经营者"], &["深圳市南山区甲乙理发店", "张三"], &["深圳市南山区丙丁面馆", "李四"]];
    assert_chosen(rows, None, (0, ColumnReason::Content, 1));
    let rows: &[&[&str]] = &[&["1", "深圳市财政局"], &["2", "深圳市妇幼保健院"]];
    assert_chosen(rows, None, (1, ColumnReason::Content, 0));
    let rows: &[&[&str]] = &[&["被执行人", "受理法院"], &["张三", "深圳市南山区人民法院"]];
    assert_chosen(rows, None, (0, ColumnReason::Heading, 1));
}
