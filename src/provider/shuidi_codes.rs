//! The codes of 凭安/水滴 `CopyrightSoftwarePageByKey`.

use super::VendorCode;
use super::codes::{ALLOW_THE_ADDRESS, ASK_THE_VENDOR, CodeClass, NOTHING_TO_DO, SET_THE_CLOCK};
use crate::domain::text::Text;

const SERVICE: Text =
    Text::new("shuidi-copyright.txt, 服务级错误代码", "shuidi-copyright.txt, 服务级错误代码");
const SYSTEM: Text =
    Text::new("shuidi-copyright.txt, 系统级错误代码", "shuidi-copyright.txt, 系统级错误代码");

const CHECK_THE_KEY: Text =
    Text::new("check shuidi.pname and shuidi.pkey", "请核对 shuidi.pname 和 shuidi.pkey");
const ASK_FOR_THE_ACCOUNT: Text = Text::new(
    "the account is not ready: complete its registration or ask the vendor's support",
    "账号尚不可用：请完成实名认证或联系服务商客服",
);
const BUY_THE_INTERFACE: Text =
    Text::new("have this interface opened for the account, or buy it", "请开通或购买此接口");
const TOP_UP: Text = Text::new("top up the account or buy a new package", "请充值或购买新的套餐");
const TOMORROW: Text = Text::new(
    "the package's calls of today are used up: go on tomorrow or buy a larger package",
    "当日调用次数已用完：请明日再试或购买更大的套餐",
);
const CHECK_THE_ENDPOINT: Text =
    Text::new("check shuidi.endpoint and shuidi.method", "请核对 shuidi.endpoint 和 shuidi.method");
const STOP: Text = Text::new(
    "stop at once and ask the vendor's support: it counts too many illegal requests",
    "请立即停止请求并联系服务商客服：非法请求过多",
);

/// Every code of the two tables.
pub(super) static CODES: [VendorCode; 24] = [
    CodeClass::ANSWER.code("1", Text::new("success", "请求成功"), NOTHING_TO_DO, SERVICE),
    CodeClass::ANSWER.code("2", Text::new("nothing found", "查询无结果"), NOTHING_TO_DO, SERVICE),
    CodeClass::ACCOUNT.code(
        "3",
        Text::new("this interface is not open to the account", "接口权限未开通"),
        BUY_THE_INTERFACE,
        SERVICE,
    ),
    CodeClass::INPUT.code(
        "4",
        Text::new("a parameter is wrong", "查询参数错误, 请检查"),
        Text::new("check the keyword and the page size (at most 10)", "请检查关键词和每页条数（最多 10）"),
        SERVICE,
    ),
    CodeClass::PENDING.code(
        "5",
        Text::new("the answer is being prepared", "等待处理中"),
        Text::new("ask again after a moment", "请稍候再次查询"),
        SERVICE,
    ),
    CodeClass::CONFIGURATION.code(
        "20000",
        Text::new("there is no interface at this address", "请求接口URL不存在, 请确认"),
        CHECK_THE_ENDPOINT,
        SERVICE,
    ),
    CodeClass::ACCOUNT.code(
        "20001",
        Text::new("this interface is no longer offered", "接口已下线停用"),
        Text::new("ask the vendor's support for its successor", "请向服务商客服咨询替代接口"),
        SERVICE,
    ),
    CodeClass::ACCOUNT.code(
        "20002",
        Text::new("this interface was not bought", "您还未购买过该接口，请先购买"),
        BUY_THE_INTERFACE,
        SERVICE,
    ),
    CodeClass::ACCOUNT.code(
        "20003",
        Text::new("the account's quota is used up or has expired", "您的账号剩余使用量已不足或已过期"),
        TOP_UP,
        SERVICE,
    ),
    CodeClass::CREDENTIALS.code(
        "10000",
        Text::new("the account is invalid or not yet active", "账号无效或者还未生效中"),
        CHECK_THE_KEY,
        SYSTEM,
    ),
    CodeClass::CREDENTIALS.code(
        "10001",
        Text::new("the account's owner is not verified", "账号未实名认证"),
        ASK_FOR_THE_ACCOUNT,
        SYSTEM,
    ),
    CodeClass::CREDENTIALS.code(
        "10002",
        Text::new("the account is in an abnormal state", "账号状态异常，请联系管理员"),
        ASK_FOR_THE_ACCOUNT,
        SYSTEM,
    ),
    CodeClass::CREDENTIALS.code(
        "10003",
        Text::new("the account's key is in an abnormal state", "账号密钥状态异常，请联系管理员"),
        ASK_FOR_THE_ACCOUNT,
        SYSTEM,
    ),
    CodeClass::CREDENTIALS.code(
        "10010",
        Text::new("a parameter of the signature is missing", "认证参数缺失，请确认"),
        CHECK_THE_KEY,
        SYSTEM,
    ),
    CodeClass::CREDENTIALS.code(
        "10011",
        Text::new("the signature is wrong", "vkey校验失败，请核对计算逻辑"),
        CHECK_THE_KEY,
        SYSTEM,
    ),
    CodeClass::CLOCK.code(
        "10012",
        Text::new("the time stamp is malformed", "ptime格式错误，请确认"),
        SET_THE_CLOCK,
        SYSTEM,
    ),
    CodeClass::CLOCK.code("30001", Text::new("the request has expired", "请求已过期"), SET_THE_CLOCK, SYSTEM),
    CodeClass::ACCOUNT.code(
        "30002",
        Text::new("the package is disabled", "当前套餐已被禁用，请联系管理员"),
        Text::new("ask the vendor's support", "请联系服务商客服"),
        SYSTEM,
    ),
    CodeClass::ACCOUNT.code(
        "30003",
        Text::new("the package's calls of today are used up", "请求超过当前套餐每日调用总量限制"),
        TOMORROW,
        SYSTEM,
    ),
    CodeClass::ACCOUNT.code(
        "30004",
        Text::new("the package is used up", "当前套餐已消费完毕"),
        TOP_UP,
        SYSTEM,
    ),
    CodeClass::ACCOUNT.code(
        "40000",
        Text::new("too many illegal requests", "非法请求过多，请联系管理员"),
        STOP,
        SYSTEM,
    ),
    CodeClass::ACCOUNT.code(
        "40001",
        Text::new("this IP address is forbidden", "被禁止的IP"),
        ALLOW_THE_ADDRESS,
        SYSTEM,
    ),
    CodeClass::CONFIGURATION.code(
        "40002",
        Text::new("this request method is not supported", "不支持的请求方法"),
        CHECK_THE_ENDPOINT,
        SYSTEM,
    ),
    CodeClass::VENDOR.code(
        "99999",
        Text::new("unknown error of the system", "系统未知错误，请联系技术客服"),
        ASK_THE_VENDOR,
        SYSTEM,
    ),
];
