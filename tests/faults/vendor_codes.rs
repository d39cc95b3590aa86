//! Every code of the three vendors and of the gateway, as their documents and the reading notes have them,
//! written down a second time: the program's own tables are checked against it.

use super::expected::{
    ACCOUNT, AGAIN, CONFIGURATION, CREDENTIALS, Expected, INPUT, LOST, NOTHING, RECORDS, REFUSED, VENDOR,
};
use hecha::domain::request::ProviderId;
use hecha::provider::{ihuyi, market, shuidi};

/// How a code travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// In the body of HTTP 200.
    Body,
    /// In `X-Ca-Error-Code`, with this status.
    GatewayCode(u16),
    /// Only `X-Ca-Error-Message`, with HTTP 403.
    GatewayMessage,
}

/// One code and what it must come to.
pub struct CodeFault {
    /// Whose it is.
    pub provider: ProviderId,
    /// How it travels.
    pub carrier: Carrier,
    /// The code or the message.
    pub text: &'static str,
    /// What it must come to.
    pub expected: Expected,
}

const MARKET: &[(Expected, &[&str])] =
    &[(RECORDS, &["0"]), (NOTHING, &["2"]), (REFUSED, &["1", "3", "500", "-1"])];

const IHUYI: &[(Expected, &[&str])] = &[
    (RECORDS, &["2"]),
    (NOTHING, &["4201"]),
    (CREDENTIALS, &["401", "402", "403", "405", "4050", "40501", "40502"]),
    (ACCOUNT, &["400", "40505", "4051", "4052"]),
    (INPUT, &["404", "4041", "406", "407", "4061", "4203"]),
    (VENDOR, &["0", "4086", "4010", "4202"]),
    (REFUSED, &["1", "200", "9999"]),
];

const SHUIDI: &[(Expected, &[&str])] = &[
    (RECORDS, &["1"]),
    (NOTHING, &["2"]),
    (AGAIN, &["5"]),
    (INPUT, &["4"]),
    (ACCOUNT, &["3", "20001", "20002", "20003", "30002", "30003", "30004", "40000", "40001"]),
    (CONFIGURATION, &["20000", "40002"]),
    (CREDENTIALS, &["10000", "10001", "10002", "10003", "10010", "10011", "10012", "30001"]),
    (VENDOR, &["99999"]),
    (REFUSED, &["0", "200", "12345"]),
];

/// The gateway's codes. Families are shown by members of them.
const GATEWAY_CODES: &[(Expected, &[&str])] = &[
    (CREDENTIALS, &["A400AC", "A401AC", "A400MA", "A403EP", "I403AA"]),
    (ACCOUNT, &["B403MQ", "B403ME", "B403MI", "B403MO", "A403IP", "A403IN", "A403VN", "A403AC"]),
    (
        AGAIN,
        &[
            "T429ID", "T429IN", "T429MR", "T429PA", "T429PR", "T429UC", "T429SR", "D504RE", "D504IL",
            "D504CO", "D503BB", "D503CB", "X503BZ", "X500ER", "N502RE",
        ],
    ),
    (CONFIGURATION, &["I404AP", "I404DO", "I403PT"]),
    (INPUT, &["I400HD", "I400PA", "I400MH", "I413UL"]),
];

const GATEWAY_MESSAGES: &[(Expected, &[&str])] = &[
    (CREDENTIALS, &["Invalid AppCode `x`", "App authorization expired", "Unauthorized"]),
    (
        ACCOUNT,
        &[
            "Api Market Subscription quota exhausted",
            "Quota Exhausted",
            "Api Market Subscription expired",
            "Api Market Subscription invalid",
            "Api Market Subscription overdue",
            "Quota Expired",
            "Expiry of Authorization",
            "User Arrears",
        ],
    ),
    (
        AGAIN,
        &[
            "Throttled by USER Flow Control",
            "TThrottled by API Flow Control",
            "Service Unavailable",
            "Internal Error",
            "Failed To Call Backend Service",
        ],
    ),
    (CONFIGURATION, &["Invalid Url", "API Not Found", "Invalid Domain"]),
];

/// All of them, in the order of the document.
pub fn all() -> Vec<CodeFault> {
    let mut faults = Vec::new();
    for (provider, table) in [(market::ID, MARKET), (ihuyi::ID, IHUYI), (shuidi::ID, SHUIDI)] {
        add(&mut faults, provider, table, |_| Carrier::Body);
    }
    let market = market::ID;
    add(&mut faults, market, GATEWAY_CODES, |code| {
        Carrier::GatewayCode(code[1..4].parse().expect("a status"))
    });
    add(&mut faults, market, GATEWAY_MESSAGES, |_| Carrier::GatewayMessage);
    for (expected, codes) in GATEWAY_CODES {
        for code in *codes {
            // HTTP 200 is what the market charges: how far the back end came is not known, but a throttled
            // request never came to it.
            let expected = if *expected == AGAIN && !code.starts_with("T429") { LOST } else { *expected };
            faults.push(CodeFault {
                provider: market,
                carrier: Carrier::GatewayCode(200),
                text: code,
                expected,
            });
        }
    }
    faults
}

fn add(
    faults: &mut Vec<CodeFault>,
    provider: ProviderId,
    table: &[(Expected, &[&'static str])],
    carrier: fn(&str) -> Carrier,
) {
    for (expected, texts) in table {
        for text in *texts {
            faults.push(CodeFault { provider, carrier: carrier(text), text, expected: *expected });
        }
    }
}

/// The body of HTTP 200 with this code; the code of success comes with one record.
pub fn body(provider: ProviderId, code: &str, succeeds: bool) -> String {
    match (provider, succeeds) {
        (market::ID, true) => {
            format!(
                r#"{{"code":{code},"desc":"","result":{{"total":1,"items":[{{"id":7,"iname":"某公司"}}]}}}}"#
            )
        }
        (market::ID, false) => format!(r#"{{"code":{code},"desc":"提示"}}"#),
        (ihuyi::ID, true) => format!(
            r#"{{"code":{code},"msg":"","result":{{"total":"1","lists":[{{"copyrightName":"某软件"}}]}},"idcardid":"16"}}"#
        ),
        (ihuyi::ID, false) => {
            format!(r#"{{"code":{code},"msg":"提示","result":{{"status":0,"info":{{}}}},"idcardid":""}}"#)
        }
        (_, true) => format!(
            r#"{{"statusCode":{code},"data":{{"Paging":{{"PageSize":10,"TotalRecords":1,"PageIndex":1}},"Items":[{{"Name":"某软件"}}]}}}}"#
        ),
        (_, false) => {
            format!(r#"{{"statusCode":{code},"statusMessage":"提示","data":null}}"#)
        }
    }
}
