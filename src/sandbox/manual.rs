//! The sandbox's front page: endpoints, credentials and magic keywords in plain text, for whoever opens it in a browser.

use std::net::SocketAddr;

use super::{
    IHUYI_ACCOUNT, IHUYI_API_KEY, KEYWORD_WITH_ONE_RECORD, KEYWORD_WITHOUT_RECORDS, MARKET_APPCODE,
    SHOWPIECE_DEBTOR, SHOWPIECE_OWNER, SHUIDI_PKEY, SHUIDI_PNAME, ihuyi, market, shuidi,
};

/// The front page of a sandbox that listens at `address`.
pub(super) fn text(address: SocketAddr) -> String {
    let (market, ihuyi_json, ihuyi_xml, shuidi) =
        (market::PATH, ihuyi::JSON_PATH, ihuyi::XML_PATH, shuidi::PATH);
    format!(
        "hecha sandbox: an imitation of three paid APIs. All names, records and credentials are invented, but for the\n\
         samples of the vendors' documents. Nothing costs anything.\n\
         \n\
         Endpoints and credentials\n  \
         market  GET       http://{address}{market}\n          \
         Authorization: APPCODE {MARKET_APPCODE}\n  \
         ihuyi   GET POST  http://{address}{ihuyi_json}\n                    \
         http://{address}{ihuyi_xml}\n          \
         account={IHUYI_ACCOUNT}  key={IHUYI_API_KEY}\n  \
         shuidi  GET POST  http://{address}{shuidi}\n          \
         pname={SHUIDI_PNAME}  pkey={SHUIDI_PKEY}\n  \
         counts  GET       http://{address}/_sandbox/calls\n\
         \n\
         Keywords\n  \
         {SHOWPIECE_DEBTOR}, {SHOWPIECE_OWNER}\n                    \
         the rows of the vendors' documents and more: 30, 60 and 53\n  \
         {KEYWORD_WITHOUT_RECORDS}        nothing        {KEYWORD_WITH_ONE_RECORD}  one row\n  \
         any other name    nothing (one in five) or 1 to 70 rows, always the same\n\
         \n\
         Magic keywords (any number for N, either word, either colon)\n  \
         错误码:CODE  error:CODE     the vendor's answer with this code; at the market a gateway code\n                              \
         (A401AC, B403MQ, T429US, D504BE), a business code, or a gateway's message\n  \
         行数:N       rows:N         exactly N rows\n  \
         封顶:N       capped:N       N in all, but no row after the 20th (market) or the second page\n  \
         重复页:N     repeated:N     N in all, and every page is page 1\n  \
         短页:N       short:N        N rows, every page one row shorter than asked for\n  \
         慢:MS        slow:MS        answered after so many milliseconds\n  \
         网页:STATUS  html:STATUS    a page of HTML with this HTTP status in place of an answer\n"
    )
}
