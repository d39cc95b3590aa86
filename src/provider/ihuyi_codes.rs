//! The codes of 互亿无线 `entcopy`.

use super::VendorCode;
use super::codes::{
    ALLOW_THE_ADDRESS, ASK_THE_VENDOR, CHECK_THE_OPTIONS, NOTHING_TO_DO, SET_THE_CLOCK, codes,
};
use crate::domain::text::Text;

const STATUS_CODES: Text = Text::verbatim("ihuyi-entcopy.txt, 6、响应状态码说明");

const CHECK_THE_KEY: Text = Text::new(
    "check ihuyi.account and ihuyi.api_key: user centre, 认证核验, 企业信息验证, 产品总览",
    "请核对 ihuyi.account 和 ihuyi.api_key：用户中心 → 认证核验 → 企业信息验证 → 产品总览",
);
const UNFREEZE: Text =
    Text::new("the account is frozen: ask the vendor's support", "账号被冻结：请联系服务商客服");
const TOP_UP: Text = Text::new("top up the account", "请为账户充值");
const SIGN_THE_CONTRACT: Text = Text::new("sign the contract with the vendor first", "请先与服务商签订合同");
const ONE_KEYWORD: Text = Text::new(
    "give one company name, USCC, organisation code or registration number; --by says which it is",
    "请提供企业名称、统一社会信用代码、组织机构代码或注册号之一；可用 --by 指定类型",
);

/// Every code of the table.
pub(super) static CODES: [VendorCode; 24] = codes! {
    "0" VENDOR "unknown error" "未知错误" ASK_THE_VENDOR STATUS_CODES;
    "1" OPEN "the request failed" "提交失败" ASK_THE_VENDOR STATUS_CODES;
    "2" ANSWER "success" "提交成功" NOTHING_TO_DO STATUS_CODES;
    "400" ACCOUNT "this IP address is not allowed" "非法ip访问" ALLOW_THE_ADDRESS STATUS_CODES;
    "401" CREDENTIALS "the account is empty" "帐号不能为空" CHECK_THE_KEY STATUS_CODES;
    "402" CREDENTIALS "the password is empty" "密码不能为空" CHECK_THE_KEY STATUS_CODES;
    "403" CREDENTIALS "the application does not exist" "应用不存在" CHECK_THE_KEY STATUS_CODES;
    "404" INPUT "the name is empty" "姓名不能为空" CHECK_THE_OPTIONS STATUS_CODES;
    "4041" INPUT "the name is malformed (2 to 10 Chinese characters)" "姓名格式不正确(2-10个中文汉字)" CHECK_THE_OPTIONS STATUS_CODES;
    "406" INPUT "exactly one of company name, USCC, organisation code and registration number is required" "企业名称、统代、组织机构代码、工商注册号四选一" ONE_KEYWORD STATUS_CODES;
    "407" INPUT "at most 50 records a page" "每页条数最大50" CHECK_THE_OPTIONS STATUS_CODES;
    "4061" INPUT "the identity number is malformed" "身份证格式不正确" CHECK_THE_OPTIONS STATUS_CODES;
    "405" CREDENTIALS "API ID or API KEY is wrong" "API ID 或 API KEY 不正确" CHECK_THE_KEY STATUS_CODES;
    "4050" CREDENTIALS "the account is frozen" "账号被冻结" UNFREEZE STATUS_CODES;
    "40501" CLOCK "the dynamic password has expired" "动态密码已过期" SET_THE_CLOCK STATUS_CODES;
    "40502" CREDENTIALS "the dynamic password is wrong" "动态密码校验失败" CHECK_THE_KEY STATUS_CODES;
    "40505" ACCOUNT "no contract was signed" "没有签定合同" SIGN_THE_CONTRACT STATUS_CODES;
    "4051" ACCOUNT "the quota is used up" "剩余条数不足" TOP_UP STATUS_CODES;
    "4052" ACCOUNT "this IP address is not the registered one" "访问 ip 与备案 ip 不符" ALLOW_THE_ADDRESS STATUS_CODES;
    "4086" VENDOR "the channel is invalid" "通道无效" ASK_THE_VENDOR STATUS_CODES;
    "4010" VENDOR "the channel failed" "通道错误" ASK_THE_VENDOR STATUS_CODES;
    "4201" ANSWER "nothing found" "查询无结果" NOTHING_TO_DO STATUS_CODES;
    "4202" VENDOR "the query failed" "查询失败" ASK_THE_VENDOR STATUS_CODES;
    "4203" INPUT "a parameter is wrong, or this keyword cannot be asked for" "参数有误或者不支持查询关键字,请检查" CHECK_THE_OPTIONS STATUS_CODES;
};
