//! What the tests must know of each vendor: its words, its bodies, its counters. Written from the vendors' documents.

use crate::harness::vendor::Request;
use crate::harness::{Ran, World};
use serde_json::{Value, json};
use std::ops::Range;

/// One vendor as the tests see it.
pub struct Adapter {
    /// Its name in the data.
    pub name: &'static str,
    /// The subcommand and what chooses the vendor.
    pub command: &'static [&'static str],
    /// The most records a page may have.
    pub cap: u64,
    /// The parameters of a company name, of the page and of its size.
    pub parameters: [&'static str; 3],
    /// The column that tells two records apart.
    pub id: &'static str,
    /// The variable that holds the secret, and the code with which a sandbox refuses a wrong one.
    pub secret: (&'static str, &'static str),
    /// A documented refusal by quota: the code.
    pub exhausted: &'static str,
    /// The body of a page with these rows of the total.
    pub page: fn(Range<u64>, u64) -> String,
    /// The body that says there is nothing.
    pub nothing: &'static str,
}

impl Adapter {
    /// The command line for it.
    pub fn arguments<'a>(&self, rest: &[&'a str]) -> Vec<&'a str> {
        self.command.iter().chain(rest).copied().collect()
    }

    /// Runs hecha against it.
    pub fn run(&self, world: &World, rest: &[&str]) -> Ran {
        world.run(self.arguments(rest))
    }

    /// The number of the page that a request asks for.
    pub fn page_of(&self, request: &Request) -> u64 {
        request.parameter(self.parameters[1]).and_then(|page| page.parse().ok()).expect("a page number")
    }

    /// The size of the page that a request asks for.
    pub fn size_of(&self, request: &Request) -> u64 {
        request.parameter(self.parameters[2]).and_then(|size| size.parse().ok()).expect("a page size")
    }

    /// The rows on the page that a request asks for, of the given total.
    pub fn answer(&self, request: &Request, total: u64) -> String {
        let (page, size) = (self.page_of(request), self.size_of(request));
        let start = ((page - 1) * size).min(total);
        (self.page)(start..(start + size).min(total), total)
    }
}

/// The ids of the records in a document, in order.
pub fn ids(document: &Value, adapter: &Adapter) -> Vec<String> {
    let records = document["records"].as_array().expect("records");
    records.iter().map(|record| record[adapter.id].as_str().expect("an id").to_owned()).collect()
}

/// The list of the dishonest.
pub static MARKET: Adapter = Adapter {
    name: "market",
    command: &["dishonest"],
    cap: 20,
    parameters: ["keyword", "pageNum", "pageSize"],
    id: "id",
    secret: ("HECHA_MARKET_APPCODE", "A400AC"),
    exhausted: "B403MQ",
    page: |rows, total| {
        let items: Vec<Value> =
            rows.map(|row| json!({"id": 1000 + row, "iname": format!("公司{row}"), "type": "1"})).collect();
        json!({"code": 0, "desc": "成功", "result": {"total": total, "items": items}}).to_string()
    },
    nothing: r#"{"code":2,"desc":"无数据"}"#,
};

/// 互亿无线.
pub static IHUYI: Adapter = Adapter {
    name: "ihuyi",
    command: &["copyright", "--provider", "ihuyi"],
    cap: 50,
    parameters: ["ent_name", "page_index", "page_size"],
    id: "registration_number",
    secret: ("HECHA_IHUYI_API_KEY", "40502"),
    exhausted: "4051",
    page: |rows, total| {
        let lists: Vec<Value> = rows
            .map(|row| json!({"registrationNum": format!("2017SR{row:06}"), "copyrightName": format!("软件{row}")}))
            .collect();
        let result = json!({"total": total.to_string(), "lists": lists});
        json!({"code": 2, "msg": "查询成功", "idcardid": "16236437872836", "result": result}).to_string()
    },
    nothing: r#"{"code":4201,"msg":"查询无结果","idcardid":"16236437872837","result":{}}"#,
};

/// 凭安/水滴.
pub static SHUIDI: Adapter = Adapter {
    name: "shuidi",
    command: &["copyright", "--provider", "shuidi"],
    cap: 10,
    parameters: ["keyword", "pageIndex", "pageSize"],
    id: "registration_number",
    secret: ("HECHA_SHUIDI_PKEY", "10011"),
    exhausted: "20003",
    page: |rows, total| {
        let size = rows.end - rows.start;
        let items: Vec<Value> = rows
            .map(|row| json!({"RegisterNo": format!("2015SR{row:06}"), "Name": format!("软件{row}")}))
            .collect();
        let paging = json!({"PageSize": size, "TotalRecords": total, "PageIndex": 1});
        json!({"orderNo": 1_359_050_784_083_415_000_u64, "data": {"Paging": paging, "Items": items},
               "statusMessage": "请求成功", "statusCode": 1})
        .to_string()
    },
    nothing: r#"{"statusCode":2,"statusMessage":"查询无结果","data":{},"orderNo":1369970515023986700}"#,
};

/// Makes one test for each provider of each function that takes an [`Adapter`].
macro_rules! for_each_provider {
    ($($test:ident),+ $(,)?) => {
        for_each_provider!(@of market MARKET $($test)+);
        for_each_provider!(@of ihuyi IHUYI $($test)+);
        for_each_provider!(@of shuidi SHUIDI $($test)+);
    };
    (@of $provider:ident $adapter:ident $($test:ident)+) => {
        mod $provider {
            $(#[test] fn $test() { super::$test(&$crate::contract::adapter::$adapter); })+
        }
    };
}
pub(crate) use for_each_provider;
