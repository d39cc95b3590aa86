//! Vendors that send back what they were sent: the worst case for the masking of secrets.

use super::canary::forms;
use crate::harness::vendor::{Request, Step, answer};
use flate2::Compression;
use flate2::write::GzEncoder;
use hecha::domain::request::ProviderId;
use hecha::provider::{ihuyi, market};
use std::fmt::Write as _;
use std::io::Write;

/// How a vendor answers with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// As fields of a record, documented and not.
    Records,
    /// The same in XML.
    Xml,
    /// The same, packed.
    Packed,
    /// As code and message of a refusal.
    Refusal,
    /// As an HTML page with HTTP 200.
    Page,
    /// As HTTP 500, in the body and in every header of a gateway.
    Headers,
    /// As the address of a redirect.
    Redirect,
    /// As an answer that is cut off.
    Torn,
    /// As an answer of more than 32 MiB.
    Endless,
    /// Records on the first page, then silence.
    Silence,
}

impl Echo {
    /// All of them but those that take long.
    pub const QUICK: [Self; 8] = [
        Self::Records,
        Self::Xml,
        Self::Packed,
        Self::Refusal,
        Self::Page,
        Self::Headers,
        Self::Redirect,
        Self::Torn,
    ];

    /// The answer to a request.
    pub fn answer(self, provider: ProviderId, request: &Request) -> Vec<Step> {
        let echo = everything(request);
        let quoted = serde_json::to_string(&echo).expect("a text");
        let records = records(provider, &quoted);
        match self {
            Self::Records => answer("200 OK", &["Content-Type: application/json"], records),
            Self::Xml => answer("200 OK", &["Content-Type: text/xml"], xml(provider, &echo)),
            Self::Packed => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(records.as_bytes()).expect("memory");
                answer("200 OK", &["Content-Encoding: gzip"], encoder.finish().expect("memory"))
            }
            Self::Refusal => answer("200 OK", &[], refusal(provider, &quoted)),
            Self::Page => answer("200 OK", &[], format!("<html><body>{echo}</body></html>")),
            Self::Headers => {
                let values =
                    ["X-Ca-Error-Code", "X-Ca-Error-Message", "X-Ca-Request-Id", "Date", "Retry-After"]
                        .map(|name| format!("{name}: {}", one_line(request)));
                let headers = values.each_ref().map(String::as_str);
                answer("500 Oops", &headers, echo)
            }
            Self::Redirect => {
                let location =
                    format!("Location: http://127.0.0.1:9/{}", one_line(request).replace(' ', "%20"));
                answer("302 Found", &[&location], echo)
            }
            Self::Torn => {
                let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n".to_vec();
                bytes.extend_from_slice(echo.as_bytes());
                vec![Step::Send(bytes), Step::Close]
            }
            Self::Endless => {
                let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
                vec![Step::Send(head), Step::Repeat(echo.into_bytes(), 40 << 20), Step::Close]
            }
            Self::Silence if request.number == 0 => answer("200 OK", &[], records),
            Self::Silence => vec![Step::Wait(std::time::Duration::from_secs(20))],
        }
    }
}

/// What a reader does not see between the halves of a secret.
const SPLITS: [&str; 6] = ["\u{200b}", "\u{202e}\u{feff}", "\u{1}", "\u{85}", "\u{fe0f}", "\u{e0041}"];

/// The request as it came, and each secret part of it in every form.
fn everything(request: &Request) -> String {
    let mut echo = format!("{}\n{}\n\n{}\n", request.line, request.headers.join("\n"), request.body);
    for secret in secret_parts(request) {
        for form in forms(&secret) {
            // A secret's own hexadecimal digits or base64 look like data, and no vendor echoes in this form.
            if form.contains(&secret.to_lowercase()) || form.contains(['%', '\\', '&']) {
                let upper = form.to_uppercase().replace("\\U", "\\u");
                let _ = writeln!(echo, "<{form}> <{upper}>");
            }
        }
        let _ = writeln!(echo, "{secret} and once more {secret}");
        for split in SPLITS {
            let (head, tail) = secret.split_at(secret.len() / 2);
            let _ = writeln!(echo, "{head}{split}{tail}");
        }
    }
    echo
}

/// What of a request its vendor must not be believed to keep to itself.
pub fn secret_parts(request: &Request) -> Vec<String> {
    let code = request.header("authorization").and_then(|value| value.strip_prefix("APPCODE "));
    let parameters = ["password", "vkey"].into_iter().filter_map(|name| request.parameter(name));
    code.map(str::to_owned).into_iter().chain(parameters).collect()
}

fn one_line(request: &Request) -> String {
    secret_parts(request).join(" ")
}

fn records(provider: ProviderId, echo: &str) -> String {
    match provider {
        market::ID => format!(
            r#"{{"code":0,"desc":{echo},"result":{{"total":60,"items":[{{"id":1,"iname":{echo},"regdate":{echo},"staff":{echo},"debug":{{"of":[{echo}]}}}}]}}}}"#
        ),
        ihuyi::ID => format!(
            r#"{{"code":2,"msg":{echo},"idcardid":{echo},"result":{{"total":"120","lists":[{{"copyrightName":{echo},"publishYear":{echo},"relatedEntity":{echo},"debug":{echo}}}]}}}}"#
        ),
        _ => format!(
            r#"{{"statusCode":1,"statusMessage":{echo},"orderNo":{echo},"data":{{"Paging":{{"TotalRecords":30}},"Items":[{{"Name":{echo},"PublishDate":{echo},"debug":{echo}}}]}}}}"#
        ),
    }
}

fn xml(provider: ProviderId, echo: &str) -> String {
    let echo = echo.replace('&', "&amp;").replace('<', "&lt;");
    match provider {
        market::ID => format!(
            "<r><code>0</code><result><total>9</total><items><item><iname>{echo}</iname><x>{echo}</x></item></items></result></r>"
        ),
        ihuyi::ID => format!(
            "<SubmitResult><code>2</code><msg>{echo}</msg><result><total>9</total><lists><list><copyrightName>{echo}</copyrightName><x>{echo}</x></list></lists></result></SubmitResult>"
        ),
        _ => format!(
            "<r><statusCode>1</statusCode><data><Paging><TotalRecords>9</TotalRecords></Paging><Items><Item><Name>{echo}</Name><x>{echo}</x></Item></Items></data></r>"
        ),
    }
}

fn refusal(provider: ProviderId, echo: &str) -> String {
    match provider {
        market::ID => format!(r#"{{"code":{echo},"desc":{echo}}}"#),
        ihuyi::ID => format!(r#"{{"code":{echo},"msg":{echo},"idcardid":{echo}}}"#),
        _ => format!(r#"{{"statusCode":{echo},"statusMessage":{echo},"orderNo":{echo}}}"#),
    }
}
