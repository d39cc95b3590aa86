//! The five forms in which the three vendors answer, as templates for hostile contents.

use hecha::domain::failure::Failure;
use hecha::domain::request::Response;
use hecha::provider::{Answered, Provider, ProviderConfig, ihuyi, market, shuidi};
use std::fmt::Write;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    MarketJson,
    IhuyiJson,
    IhuyiXml,
    ShuidiJson,
    ShuidiXml,
}

impl Form {
    pub const JSON: [Self; 3] = [Self::MarketJson, Self::IhuyiJson, Self::ShuidiJson];
    pub const XML: [Self; 2] = [Self::IhuyiXml, Self::ShuidiXml];

    pub fn provider(self) -> Arc<dyn Provider> {
        let info = match self {
            Self::MarketJson => &market::INFO,
            Self::IhuyiJson | Self::IhuyiXml => &ihuyi::INFO,
            Self::ShuidiJson | Self::ShuidiXml => &shuidi::INFO,
        };
        (info.new)(ProviderConfig::new("https://vendor.example/list".to_owned()))
    }

    /// The words of the command line that ask this vendor.
    pub const fn command(self) -> &'static [&'static str] {
        match self {
            Self::MarketJson => &["dishonest"],
            Self::IhuyiJson | Self::IhuyiXml => &["copyright", "--provider", "ihuyi"],
            Self::ShuidiJson | Self::ShuidiXml => &["copyright", "--provider", "shuidi"],
        }
    }

    /// The vendor's name of the field that the column `name` is read from.
    pub const fn name_field(self) -> &'static str {
        match self {
            Self::MarketJson => "iname",
            Self::IhuyiJson | Self::IhuyiXml => "copyrightName",
            Self::ShuidiJson | Self::ShuidiXml => "Name",
        }
    }

    /// The vendor's name of the parameter that holds a company's name.
    pub const fn keyword_parameter(self) -> &'static str {
        match self {
            Self::IhuyiJson | Self::IhuyiXml => "ent_name",
            _ => "keyword",
        }
    }

    const fn is_xml(self) -> bool {
        matches!(self, Self::IhuyiXml | Self::ShuidiXml)
    }

    /// A record of fields whose values are written already.
    pub fn record(self, fields: &[(&str, String)]) -> String {
        let mut record = String::new();
        for (name, value) in fields {
            if self.is_xml() {
                write!(record, "<{name}>{value}</{name}>").unwrap();
            } else {
                write!(record, "{}\"{name}\":{value}", if record.is_empty() { "" } else { "," }).unwrap();
            }
        }
        if self.is_xml() { record } else { format!("{{{record}}}") }
    }

    /// The first and only page, of these records.
    pub fn page(self, records: &[String]) -> String {
        let total = records.len();
        match self {
            Self::MarketJson => {
                format!(
                    r#"{{"code":0,"desc":"成功","result":{{"total":{total},"items":[{}]}}}}"#,
                    records.join(",")
                )
            }
            Self::IhuyiJson => format!(
                r#"{{"code":2,"msg":"查询成功","idcardid":"1","result":{{"total":"{total}","lists":[{}]}}}}"#,
                records.join(",")
            ),
            Self::ShuidiJson => format!(
                r#"{{"orderNo":1,"data":{{"Paging":{{"PageSize":10,"TotalRecords":{total},"PageIndex":1}},"Items":[{}]}},"statusCode":1,"statusMessage":"ok"}}"#,
                records.join(",")
            ),
            Self::IhuyiXml => {
                let lists: String = records.iter().map(|record| format!("<list>{record}</list>")).collect();
                format!(
                    "<?xml version=\"1.0\" encoding=\"utf-8\"?><SubmitResult><code>2</code><msg>ok</msg><result>\
                     <total>{total}</total><lists>{lists}</lists></result></SubmitResult>"
                )
            }
            Self::ShuidiXml => {
                let items: String = records.iter().map(|record| format!("<Item>{record}</Item>")).collect();
                format!(
                    "<r><statusCode>1</statusCode><data><Paging><TotalRecords>{total}</TotalRecords></Paging>\
                     <Items>{items}</Items></data></r>"
                )
            }
        }
    }

    /// How a body with status 200 is judged.
    pub fn classify(self, body: &[u8]) -> Result<Answered, Failure> {
        self.provider().classify(&Response { status: 200, body: body.to_vec(), ..Response::default() })
    }
}
