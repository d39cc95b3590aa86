//! Each vendor as its document describes it: rows, filters, codes and charges.

use super::*;

#[test]
fn the_market_answers_the_documents_two_rows_among_thirty() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let reply = client.market(&[("keyword", SAMPLE_DEBTOR)]);
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
    let answer = reply.json();
    assert_eq!((&answer["code"], &answer["desc"]), (&json!(0), &json!("成功")));
    assert_eq!(answer["result"]["total"], 30);
    let items = answer["result"]["items"].as_array().expect("rows");
    assert_eq!(items.len(), 20);
    let expected = json!({
        "courtname": "北京市朝阳区人民法院", "disrupttypename": "有履行能力而拒不履行生效法律文书确定义务",
        "id": 13_989_961, "status": 0, "dishonestid": "553296", "gistid": "(2018)京0105民初2615号",
        "cid": 26_900_010, "casecode": "(2019)京0105执13494号", "focusnumber": 0,
        "duty": "偿还时趣互动（北京）科技有限公司101678.18元", "regdate": 1_554_048_000_000_i64, "staff": "[]",
        "publishdate": 1_555_344_000_000_i64, "unperformPart": "", "cardnum": "30637425-9", "cpwsUrl": "",
        "legelToco": 1, "iname": "乐视云计算有限公司", "businessentity": "", "performedPart": "",
        "areaname": "北京", "performance": "全部未履行", "legelId": 5_104_447_134_i64,
        "gistunit": "北京市朝阳区人民法院", "businessId": "47zmzze4c36044be24af2a1a0l55z3e8", "legelType": 2,
        "type": "1"
    });
    assert_eq!(items[1], expected);
    let keys = |row: &Value| row.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&items[1]), keys(&expected), "the fields stand in the document's order");
    assert_eq!(keys(&items[7]), keys(&expected), "invented rows have the same fields");
    assert_eq!(items[0]["gistid"], "（2022）苏1311民初3200号");
    assert_eq!(items[0]["legelId"], Value::Null);
    let duty = items[0]["duty"].as_str().expect("text");
    assert!(duty.starts_with("被告乐视云计算有限公司于本判决生效之日起十日内向原告中国电信股份有限公司"));
    assert!(duty.contains("支付服务费5261902.28元。如果") && duty.ends_with("案件受理费。"));
    assert!(!duty.contains([' ', '\n']));
}

#[test]
fn market_pages_end_with_no_data() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let page = |client: &mut Client, number| client.market(&[("keyword", "rows:45"), ("pageNum", number)]);
    let rows = |reply: &Reply| reply.json()["result"]["items"].as_array().map_or(0, Vec::len);
    let counts: Vec<usize> = ["1", "2", "3", "4"].map(|number| rows(&page(&mut client, number))).to_vec();
    assert_eq!(counts, [20, 20, 5, 0]);
    assert_eq!(page(&mut client, "4").json(), json!({"code": 2, "desc": "无数据"}));
    assert_eq!(client.market(&[("keyword", KEYWORD_WITHOUT_RECORDS)]).json()["code"], 2);
    assert_eq!(rows(&client.market(&[("keyword", KEYWORD_WITH_ONE_RECORD)])), 1);
    let small = client.market(&[("keyword", "rows:45"), ("pageSize", "7")]).json();
    assert_eq!(small["result"]["items"].as_array().map(Vec::len), Some(7));
}

#[test]
fn the_gateway_refuses_with_headers_and_an_empty_body() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let target = format!("/market/dishonest?{}", form(&[("keyword", SAMPLE_DEBTOR)]));
    let wrong_codes = [
        "",
        "Authorization: APPCODE sandbox-appcode-wrong\r\n",
        &format!("Authorization: APPCODE  {MARKET_APPCODE}\r\n"),
        &format!("Authorization: Bearer {MARKET_APPCODE}\r\n"),
    ];
    for headers in wrong_codes {
        let reply = client.send("GET", &target, headers, "");
        assert_eq!((reply.status, reply.body.as_str()), (403, ""), "{headers}");
        assert!(reply.header("x-ca-error-message").is_some_and(|text| text.starts_with("Invalid AppCode")));
        assert!(reply.header("x-ca-request-id").is_some());
    }
    let refusals: [(Fields<'_>, u16, &str); 5] = [
        (&[], 400, "I400MP"),
        (&[("keyword", "x"), ("pageSize", "21")], 400, "I400IP"),
        (&[("keyword", "x"), ("pageNum", "0")], 400, "I400IP"),
        (&[("keyword", "error:D504BE")], 504, "D504BE"),
        (&[("keyword", "错误码:T429US")], 429, "T429US"),
    ];
    for (fields, status, code) in refusals {
        let reply = client.market(fields);
        assert_eq!((reply.status, reply.header("x-ca-error-code")), (status, Some(code)));
        assert_eq!(reply.header("retry-after"), code.starts_with('T').then_some("1"));
    }
    assert_eq!(client.post("/market/dishonest", &[]).header("x-ca-error-code"), Some("I405UM"));
    assert_eq!(client.post("/market/elsewhere", &[]).header("x-ca-error-code"), Some("I404NF"));
    let calls = sandbox.calls("market");
    assert_eq!((calls.requests, calls.refused, calls.charged), (11, 11, 0));
}

#[test]
fn a_business_code_of_the_market_comes_in_a_body() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let reply = client.market(&[("keyword", "error:1004")]);
    assert_eq!((reply.status, reply.json()), (200, json!({"code": 1004, "desc": "查询失败"})));
    assert_eq!(client.market(&[("keyword", "error:2")]).json()["code"], 2);
    let unreadable = client.market(&[("keyword", "error:throttled")]);
    assert_eq!((unreadable.status, unreadable.header("x-ca-error-code")), (400, Some("I400IP")));
}

#[test]
fn ihuyi_answers_the_documents_rows_in_json_and_xml() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let answer = client.ihuyi(IHUYI_JSON, &[("ent_name", SAMPLE_OWNER)]).json();
    assert_eq!((&answer["code"], &answer["msg"]), (&json!(2), &json!("查询成功")));
    assert_eq!(answer["result"]["total"], "60");
    assert_eq!(answer["idcardid"].as_str().map(str::len), Some(17));
    let lists = answer["result"]["lists"].as_array().expect("rows");
    assert_eq!(lists.len(), 50);
    let expected = json!({
        "entityName": "上海市************", "copyrightType": "软件著作权证书", "copyrightTypeCode": "S",
        "registrationNum": "2017*******", "categoryType": "", "copyrightName": "***软件", "copyrightNameAbbr": "",
        "copyrightOwner": "上海市***********公司", "copyrightOwnerType": "E", "author": "",
        "relatedEntity": "[{\"item\":\"2141***\",\"name\":\"上海******公司\",\"by\":\"ByName\",\"type\":\"E\"}]",
        "version": "V1.0", "finishDate": "2017-03-08T00:00:00", "publishDate": "2017-07-12T00:00:00",
        "registrationDate": "2017-12-13T00:00:00", "publishYear": "2017", "state": "登记", "stateDate": "",
        "powerScope": "全部权利", "powerGainMethod": "原始取得", "isHistory": "0"
    });
    assert_eq!(lists[0], expected);
    assert_eq!(lists[1]["entityName"], SAMPLE_OWNER);
    let keys = |row: &Value| row.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&lists[9]), keys(&expected));

    let fields = [("ent_name", SAMPLE_OWNER), ("page_size", "1")];
    let reply = client.ihuyi(IHUYI_XML, &fields);
    assert_eq!(reply.header("content-type"), Some("application/xml; charset=utf-8"));
    let (before, after) = reply.body.split_once("<idcardid>").expect("a serial number");
    assert_eq!(
        before,
        r#"<?xml version="1.0" encoding="utf-8"?><SubmitResult><code>2</code><msg>查询成功</msg>"#
    );
    let (_, after) = after.split_once("</idcardid>").expect("its end");
    assert_eq!(
        after,
        concat!(
            "<result><total>60</total><lists><list><entityName>上海市************</entityName>",
            "<copyrightType>软件著作权证书</copyrightType><copyrightTypeCode>S</copyrightTypeCode>",
            "<registrationNum>2017*******</registrationNum><categoryType></categoryType>",
            "<copyrightName>***软件</copyrightName><copyrightNameAbbr></copyrightNameAbbr>",
            "<copyrightOwner>上海市***********公司</copyrightOwner><copyrightOwnerType>E</copyrightOwnerType>",
            "<author></author><relatedEntity>[{\"item\":\"2141***\",\"name\":\"上海******公司\",\"by\":\"ByName\",",
            "\"type\":\"E\"}]</relatedEntity><version>V1.0</version><finishDate>2017-03-08T00:00:00</finishDate>",
            "<publishDate>2017-07-12T00:00:00</publishDate><registrationDate>2017-12-13T00:00:00</registrationDate>",
            "<publishYear>2017</publishYear><state>登记</state><stateDate></stateDate>",
            "<powerScope>全部权利</powerScope><powerGainMethod>原始取得</powerGainMethod><isHistory>0</isHistory>",
            "</list></lists></result></SubmitResult>"
        )
    );
    let refused = client.ihuyi(IHUYI_XML, &[("ent_name", "error:1")]);
    let expected = concat!(
        r#"<?xml version="1.0" encoding="utf-8"?>"#,
        "<SubmitResult><code>1</code><msg>查询失败</msg></SubmitResult>"
    );
    assert_eq!(refused.body, expected);
}

#[test]
fn ihuyi_refuses_as_its_table_of_codes_says() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let now = (now_milliseconds() / 1000).to_string();
    let old = (now_milliseconds() / 1000 - 700).to_string();
    let signed = |name: &str, time: &str| hex(&format!("{IHUYI_ACCOUNT}{IHUYI_API_KEY}entcopy{name}{time}"));
    let (good, late) = (signed(NAME, &now), signed(NAME, &old));
    let account = ("account", IHUYI_ACCOUNT);
    let (key, name) = (("password", IHUYI_API_KEY), ("ent_name", NAME));
    let cases: [(Fields<'_>, i64); 13] = [
        (&[key, name], 401),
        (&[account, name], 402),
        (&[("account", "unknown"), key, name], 403),
        (&[account, ("password", "wrong"), name], 405),
        (&[account, ("password", &late), name, ("time", &old)], 40501),
        (&[account, ("password", &good), ("ent_name", "别的公司"), ("time", &now)], 40502),
        (&[account, ("password", &good), name], 40502),
        (&[account, ("password", &good), name, ("time", &now), ("ent_code", "91350100M000100Y43")], 40502),
        (&[account, key], 406),
        (&[account, key, name, ("reg_no", "110108000000016")], 406),
        (&[account, key, name, ("page_size", "51")], 407),
        (&[account, key, name, ("year", "24")], 4203),
        (&[account, key, ("ent_name", KEYWORD_WITHOUT_RECORDS)], 4201),
    ];
    for (fields, code) in cases {
        let reply = client.post(IHUYI_JSON, fields);
        assert_eq!((reply.status, reply.json()["code"].as_i64()), (200, Some(code)), "{fields:?}");
        assert_eq!(reply.json().get("result"), None);
    }
    let fields = form(&[account, ("password", &good), name, ("time", &now)]);
    let by_get = client.send("GET", &format!("{IHUYI_JSON}?{fields}"), "", "").json();
    assert_ne!(by_get["code"], 40502);
    let by_post = client.post(IHUYI_JSON, &[account, ("password", &good), name, ("time", &now)]).json();
    assert_eq!((&by_post["code"], &by_post["result"]), (&by_get["code"], &by_get["result"]));
    let unread = client.send("POST", IHUYI_JSON, "Content-Type: application/json\r\n", &fields);
    assert_eq!(unread.json()["code"], 401, "the document demands a form");
}

#[test]
fn ihuyi_filters_choose_among_the_rows_and_count_them() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let mut lists = |filter: Fields<'_>| {
        let mut fields = vec![("ent_name", "rows:50")];
        fields.extend_from_slice(filter);
        let answer = client.ihuyi(IHUYI_JSON, &fields).json();
        let rows = answer["result"]["lists"].as_array().cloned().unwrap_or_default();
        let total = answer["result"]["total"].as_str().map_or(0, |total| total.parse().expect("a number"));
        assert_eq!(rows.len(), total);
        rows
    };
    let all = lists(&[]);
    assert_eq!(all.len(), 50);
    for (filter, field) in [
        ("year", "publishYear"),
        ("copyright_type", "copyrightTypeCode"),
        ("reg_num", "registrationNum"),
        ("copyright_name", "copyrightName"),
    ] {
        let wanted = all[7][field].as_str().expect("text");
        let expected: Vec<&Value> = all.iter().filter(|row| row[field] == wanted).collect();
        assert!(expected.len() < 50);
        assert_eq!(lists(&[(filter, wanted)]).iter().collect::<Vec<_>>(), expected, "{filter}");
    }
    let partner = all.iter().find_map(|row| row["copyrightOwner"].as_str()?.split_once(';'));
    let (_, partner) = partner.expect("some row has two owners");
    let shared = lists(&[("owner", partner)]);
    assert!(!shared.is_empty() && shared.len() < 50);
    assert!(
        shared.iter().all(|row| row["copyrightOwner"].as_str().is_some_and(|owner| owner.contains(partner)))
    );
    assert!(lists(&[("copyright_name", "没有这样的软件")]).is_empty());
}

#[test]
fn shuidi_answers_the_documents_nine_rows_among_fiftythree() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let answer = client.shuidi(&[("keyword", SAMPLE_OWNER), ("pageSize", "9")]).json();
    assert_eq!(answer["data"]["Paging"], json!({"PageSize": 9, "TotalRecords": 53, "PageIndex": 1}));
    assert_eq!((&answer["statusCode"], &answer["statusMessage"]), (&json!(1), &json!("请求成功")));
    assert!(answer["orderNo"].as_u64().is_some_and(|number| number > 1 << 53));
    let items = answer["data"]["Items"].as_array().expect("rows");
    assert_eq!(items.len(), 9);
    let fourth = json!({
        "PublishDate": "2019-06-19 00:00:00", "Owner": "上海二三四五网络科技有限公司", "Category": "10100-0000",
        "RegisterAperDate": "2019-12-10 00:00:00", "RegisterNo": "2019SR1323030", "VersionNo": "V1.0.0",
        "ShortName": null, "Name": "词库智能推荐后台系统"
    });
    assert_eq!(items[3], fourth);
    assert_eq!(items[8]["Name"], "2345加速浏览器软件");
    let last = client.shuidi(&[("keyword", SAMPLE_DEBTOR), ("pageIndex", "6")]).json();
    assert_eq!(last["data"]["Paging"], json!({"PageSize": 3, "TotalRecords": 53, "PageIndex": 6}));
    let xml =
        client.shuidi(&[("keyword", SAMPLE_OWNER), ("pageSize", "1"), ("pageIndex", "4"), ("dtype", "xml")]);
    assert!(xml.body.starts_with(r#"<?xml version="1.0" encoding="utf-8"?><root><orderNo>"#), "{}", xml.body);
    assert!(
        xml.body.ends_with(concat!(
            "<data><Paging><PageSize>1</PageSize><TotalRecords>53</TotalRecords><PageIndex>4</PageIndex></Paging>",
            "<Items><Item><PublishDate>2019-06-19 00:00:00</PublishDate><Owner>上海二三四五网络科技有限公司</Owner>",
            "<Category>10100-0000</Category><RegisterAperDate>2019-12-10 00:00:00</RegisterAperDate>",
            "<RegisterNo>2019SR1323030</RegisterNo><VersionNo>V1.0.0</VersionNo><ShortName></ShortName>",
            "<Name>词库智能推荐后台系统</Name></Item></Items></data>",
            "<statusMessage>请求成功</statusMessage><statusCode>1</statusCode></root>"
        )),
        "{}",
        xml.body
    );
}

#[test]
fn shuidi_refuses_as_its_tables_of_codes_say() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let now = now_milliseconds().to_string();
    let old = (now_milliseconds() - 700_000).to_string();
    let seconds = (now_milliseconds() / 1000).to_string();
    let (good, late, short) = (vkey(&now), vkey(&old), vkey(&seconds));
    let (pname, keyword, stamp) = (("pname", SHUIDI_PNAME), ("keyword", NAME), ("ptime", now.as_str()));
    let cases: [(Fields<'_>, i64); 8] = [
        (&[pname, stamp, keyword], 10010),
        (&[("pname", "patest"), stamp, ("vkey", &good), keyword], 10000),
        (&[pname, ("ptime", &seconds), ("vkey", &short), keyword], 10012),
        (&[pname, stamp, ("vkey", "2237ae09ea514c43a37ab0c57968f536"), keyword], 10011),
        (&[pname, ("ptime", &old), ("vkey", &late), keyword], 30001),
        (&[pname, stamp, ("vkey", &good)], 4),
        (&[pname, stamp, ("vkey", &good), keyword, ("pageSize", "11")], 4),
        (&[pname, stamp, ("vkey", &good), keyword, ("dtype", "csv")], 4),
    ];
    for (fields, code) in cases {
        let reply = client.post(SHUIDI, fields);
        assert_eq!((reply.status, reply.json()["statusCode"].as_i64()), (200, Some(code)), "{fields:?}");
        assert_eq!(reply.json()["data"], json!({}));
    }
    assert_eq!(client.send("PUT", SHUIDI, "", "").json()["statusCode"], 40002);
    assert_eq!(client.send("GET", "/utn/ip/Elsewhere", "", "").json()["statusCode"], 20000);
    let fields = form(&[pname, stamp, ("vkey", &good), ("keyword", KEYWORD_WITHOUT_RECORDS)]);
    let nothing = client.send("GET", &format!("{SHUIDI}?{fields}"), "", "").json();
    assert_eq!((&nothing["statusCode"], &nothing["statusMessage"]), (&json!(2), &json!("查询无结果")));
    let calls = sandbox.calls("shuidi");
    assert_eq!((calls.requests, calls.refused, calls.charged), (11, 10, 1));
}

#[test]
fn every_documented_code_can_be_provoked_by_a_keyword() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    for code in [
        0, 1, 400, 401, 402, 403, 404, 4041, 406, 407, 4061, 405, 4050, 40501, 40502, 40505, 4051, 4052,
        4086, 4010, 4201, 4202, 4203,
    ] {
        let answer = client.ihuyi(IHUYI_JSON, &[("ent_name", &format!("错误码:{code}"))]).json();
        assert_eq!(answer["code"], code);
        assert!(answer["msg"].as_str().is_some_and(|text| !text.is_empty()));
    }
    for code in [
        2, 3, 4, 5, 20000, 20001, 20002, 20003, 10000, 10001, 10002, 10003, 10010, 10011, 10012, 30001,
        30002, 30003, 30004, 40000, 40001, 40002, 99999,
    ] {
        let answer = client.shuidi(&[("keyword", &format!("error:{code}"))]).json();
        assert_eq!(answer["statusCode"], code);
        assert_ne!(answer["statusMessage"], "未知状态");
    }
    assert_eq!(
        (sandbox.calls("ihuyi").charged, sandbox.calls("ihuyi").refused, sandbox.calls("ihuyi").unknown),
        (1, 17, 5)
    );
    assert_eq!(
        (sandbox.calls("shuidi").charged, sandbox.calls("shuidi").refused, sandbox.calls("shuidi").unknown),
        (1, 21, 1)
    );
}

#[test]
fn the_market_reports_in_a_header_whether_it_charges() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let mut billing = |keyword: &str| {
        let reply = client.market(&[("keyword", keyword)]);
        reply.header("x-ca-market-billing-result").map(str::to_owned)
    };
    assert_eq!(billing(SAMPLE_DEBTOR).as_deref(), Some("1"));
    assert_eq!(billing(KEYWORD_WITHOUT_RECORDS).as_deref(), Some("1"));
    assert_eq!(billing(KEYWORD_WITHOUT_CHARGE).as_deref(), Some("0"));
    assert_eq!(billing("error:1004"), None, "nothing says whether an undocumented code is charged");
    assert_eq!(billing("error:B403MQ"), None, "the gateway's own answers have no billing result");
    let calls = sandbox.calls("market");
    assert_eq!((calls.charged, calls.refused, calls.unknown), (2, 2, 1));
}
