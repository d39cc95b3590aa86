//! The codes of 凭安/水滴 `CopyrightSoftwarePageByKey`.

use super::VendorCode;
use super::codes::{
    ALLOW_THE_ADDRESS, ASK_THE_VENDOR, CHECK_THE_OPTIONS, NOTHING_TO_DO, SET_THE_CLOCK, codes,
};
use crate::domain::text::Text;

const SERVICE: Text = Text::verbatim("shuidi-copyright.txt, 服务级错误代码");
const SYSTEM: Text = Text::verbatim("shuidi-copyright.txt, 系统级错误代码");

const CHECK_THE_KEY: Text =
    Text::new("check shuidi.pname and shuidi.pkey", "请核对 shuidi.pname 和 shuidi.pkey");
const ASK_FOR_THE_ACCOUNT: Text = Text::new(
    "the account is not ready: complete its registration or ask the vendor's support",
    "账号尚不可用：请完成实名认证或联系服务商客服",
);
const BUY_THE_API: Text =
    Text::new("have this API activated for the account, or buy it", "请开通或购买此接口");
const TOP_UP: Text = Text::new("top up the account or buy a new package", "请充值或购买新的套餐");
const TOMORROW: Text = Text::new(
    "the package's calls of today are used up: continue tomorrow or buy a larger package",
    "当日调用次数已用完：请明日继续或购买更大的套餐",
);
const CHECK_THE_ENDPOINT: Text =
    Text::new("check shuidi.endpoint and shuidi.method", "请核对 shuidi.endpoint 和 shuidi.method");
const STOP: Text = Text::new(
    "stop at once and ask the vendor's support: it counts too many illegal requests",
    "请立即停止请求并联系服务商客服：非法请求过多",
);
const ASK_AGAIN: Text = Text::new("try again in a moment", "请稍后再试");
const ASK_FOR_A_SUCCESSOR: Text =
    Text::new("ask the vendor's support for its successor", "请向服务商客服咨询替代接口");
const ASK_FOR_SUPPORT: Text = Text::new("ask the vendor's support", "请联系服务商客服");

/// Every code of the two tables.
pub(super) static CODES: [VendorCode; 24] = codes! {
    "1" ANSWER "success" "请求成功" NOTHING_TO_DO SERVICE;
    "2" ANSWER "nothing found" "查询无结果" NOTHING_TO_DO SERVICE;
    "3" ACCOUNT "this API is not activated for the account" "接口权限未开通" BUY_THE_API SERVICE;
    "4" INPUT "a parameter is wrong" "查询参数错误, 请检查" CHECK_THE_OPTIONS SERVICE;
    "5" PENDING "the answer is being prepared" "等待处理中" ASK_AGAIN SERVICE;
    "20000" CONFIGURATION "there is no API at this address" "请求接口URL不存在, 请确认" CHECK_THE_ENDPOINT SERVICE;
    "20001" ACCOUNT "this API is no longer offered" "接口已下线停用" ASK_FOR_A_SUCCESSOR SERVICE;
    "20002" ACCOUNT "this API was not bought" "您还未购买过该接口，请先购买" BUY_THE_API SERVICE;
    "20003" ACCOUNT "the account's quota is used up or has expired" "您的账号剩余使用量已不足或已过期" TOP_UP SERVICE;
    "10000" CREDENTIALS "the account is invalid or not yet active" "账号无效或者还未生效中" CHECK_THE_KEY SYSTEM;
    "10001" CREDENTIALS "the account's owner is not verified" "账号未实名认证" ASK_FOR_THE_ACCOUNT SYSTEM;
    "10002" CREDENTIALS "the account is in an abnormal state" "账号状态异常，请联系管理员" ASK_FOR_THE_ACCOUNT SYSTEM;
    "10003" CREDENTIALS "the account's key is in an abnormal state" "账号密钥状态异常，请联系管理员" ASK_FOR_THE_ACCOUNT SYSTEM;
    "10010" CREDENTIALS "a parameter of the signature is missing" "认证参数缺失，请确认" CHECK_THE_KEY SYSTEM;
    "10011" CREDENTIALS "the signature is wrong" "vkey校验失败，请核对计算逻辑" CHECK_THE_KEY SYSTEM;
    "10012" CLOCK "the time stamp is malformed" "ptime格式错误，请确认" SET_THE_CLOCK SYSTEM;
    "30001" CLOCK "the request has expired" "请求已过期" SET_THE_CLOCK SYSTEM;
    "30002" ACCOUNT "the package is disabled" "当前套餐已被禁用，请联系管理员" ASK_FOR_SUPPORT SYSTEM;
    "30003" ACCOUNT "the package's calls of today are used up" "请求超过当前套餐每日调用总量限制" TOMORROW SYSTEM;
    "30004" ACCOUNT "the package is used up" "当前套餐已消费完毕" TOP_UP SYSTEM;
    "40000" ACCOUNT "too many illegal requests" "非法请求过多，请联系管理员" STOP SYSTEM;
    "40001" ACCOUNT "this IP address is forbidden" "被禁止的IP" ALLOW_THE_ADDRESS SYSTEM;
    "40002" CONFIGURATION "this request method is not supported" "不支持的请求方法" CHECK_THE_ENDPOINT SYSTEM;
    "99999" VENDOR "unknown error of the system" "系统未知错误，请联系技术客服" ASK_THE_VENDOR SYSTEM;
};
