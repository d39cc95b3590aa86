//! The codes of the dishonest list and of the gateway in front of it.

use super::VendorCode;
use super::codes::{ALLOW_THE_ADDRESS, NOTHING_TO_DO, SLOW_DOWN, codes};
use crate::domain::text::Text;

const ERROR_CODES: Text = Text::verbatim("dishonest.txt, 1.2 错误码");
const GATEWAY: Text =
    Text::new("API gateway of the cloud market, X-Ca-Error-Code", "云市场 API 网关，X-Ca-Error-Code");

const CHECK_THE_CODE: Text = Text::new(
    "check the AppCode, and that this very API was bought with it: market console, purchased services",
    "请核对 AppCode，并确认已用它购买此接口：云市场 → 买家中心 → 已购买服务列表",
);
const RENEW: Text =
    Text::new("renew or top up the subscription in the cloud market", "请在云市场续费或购买新的套餐");
const CHECK_THE_ENDPOINT: Text = Text::new(
    "check market.endpoint: the product's page gives the address",
    "请核对 market.endpoint：接口地址见产品页面",
);
const CHECK_THE_REQUEST: Text =
    Text::new("check the keyword and market.endpoint", "请检查关键词和 market.endpoint");
const LATER: Text = Text::new("try again later; only HTTP 200 is charged", "请稍后再试；仅 HTTP 200 计费");

/// All codes of `dishonest.txt` and of the gateway.
pub(super) static CODES: [VendorCode; 25] = codes! {
    "0" ANSWER "success" "成功" NOTHING_TO_DO ERROR_CODES;
    "2" ANSWER "no data" "无数据" NOTHING_TO_DO ERROR_CODES;
    "A400AC" CREDENTIALS "invalid AppCode" "AppCode 无效" CHECK_THE_CODE GATEWAY;
    "A401AC" CREDENTIALS "invalid AppCode" "AppCode 无效" CHECK_THE_CODE GATEWAY;
    "A400MA" CREDENTIALS "the request carries no authorization" "请求缺少授权信息" CHECK_THE_CODE GATEWAY;
    "A403EP" CREDENTIALS "the authorization of this AppCode has expired" "AppCode 的授权已过期" CHECK_THE_CODE GATEWAY;
    "I403AA" CREDENTIALS "this AppCode is not authorized for this API" "AppCode 未获得此接口的授权" CHECK_THE_CODE GATEWAY;
    "B403MQ" ACCOUNT "the subscription's quota is exhausted" "套餐次数已用完" RENEW GATEWAY;
    "B403ME" ACCOUNT "the subscription has expired" "套餐已过期" RENEW GATEWAY;
    "B403MI" ACCOUNT "the subscription is invalid" "套餐无效" RENEW GATEWAY;
    "B403MO" ACCOUNT "the subscription is overdue" "套餐已欠费" RENEW GATEWAY;
    "A403IP" ACCOUNT "this IP address is not allowed" "IP 地址不在允许范围内" ALLOW_THE_ADDRESS GATEWAY;
    "A403IN" ACCOUNT "access from the internet is not allowed" "不允许从公网访问" ALLOW_THE_ADDRESS GATEWAY;
    "A403VN" ACCOUNT "access from this network is not allowed" "不允许从该网络访问" ALLOW_THE_ADDRESS GATEWAY;
    "A403AC" ACCOUNT "access control forbids the request" "访问控制禁止该请求" ALLOW_THE_ADDRESS GATEWAY;
    THROTTLED TEMPORARY "throttled" "请求被限流" SLOW_DOWN GATEWAY;
    "D504*" TEMPORARY "the back end timed out" "后端服务超时" LATER GATEWAY;
    "D503*" TEMPORARY "the back end is unavailable" "后端服务不可用" LATER GATEWAY;
    "X503BZ" TEMPORARY "the service is busy" "服务繁忙" LATER GATEWAY;
    "X500ER" TEMPORARY "internal error of the gateway" "网关内部错误" LATER GATEWAY;
    "N502RE" TEMPORARY "the gateway cannot reach the back end" "网关无法连接后端服务" LATER GATEWAY;
    "I404*" CONFIGURATION "there is no API at this address" "该地址没有对应的接口" CHECK_THE_ENDPOINT GATEWAY;
    "I403PT" CONFIGURATION "this protocol is not allowed here" "该地址不支持所用的协议" CHECK_THE_ENDPOINT GATEWAY;
    "I400*" INPUT "the request is malformed" "请求格式错误" CHECK_THE_REQUEST GATEWAY;
    "I413UL" INPUT "the address is too long" "请求地址过长" CHECK_THE_REQUEST GATEWAY;
};

/// The family of codes for throttling: never charged, whatever the status.
pub(super) const THROTTLED: &str = "T429*";

/// Beginnings of the gateway's messages with their codes, because `X-Ca-Error-Code` may be missing.
pub(super) const MESSAGES: [(&str, &str); 21] = [
    ("Throttled by", THROTTLED),
    ("TThrottled by", THROTTLED),
    ("Invalid AppCode", "A400AC"),
    ("App authorization expired", "A403EP"),
    ("Unauthorized", "I403AA"),
    ("Api Market Subscription quota exhausted", "B403MQ"),
    ("Quota Exhausted", "B403MQ"),
    ("Api Market Subscription expired", "B403ME"),
    ("Api Market Subscription invalid", "B403MI"),
    ("Api Market Subscription overdue", "B403MO"),
    ("Api Market Subscription", "B403MI"),
    ("Quota Expired", "B403ME"),
    ("Expiry of Authorization", "B403ME"),
    ("User Arrears", "B403MO"),
    ("Service Unavailable", "X503BZ"),
    ("Internal Error", "X500ER"),
    ("Failed To Call Backend Service", "N502RE"),
    ("Invalid Url", "I404*"),
    ("API Not Found", "I404*"),
    ("Invalid Domain", "I404*"),
    ("Backend service request timeout", "D504*"),
];
