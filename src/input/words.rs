//! The words by which lists of companies are understood: legal forms, headings, totals, placeholders and labels.
//!
//! Words are separated by white space, Chinese ones are in simplified characters, Latin ones in lower case.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Endings of Chinese names.
pub(super) const NAME_ENDINGS: &str = "\
    公司 厂 研究院 研究所 设计院 医院 卫生院 卫生所 诊所 药房 药店 学院 书院 中心 合作社 联合社 集团
    企业 事务所 银行 信用社 学校 大学 中学 小学 幼儿园 商行 经营部 服务部 营业部 工作室 商店 超市 门市部
    分行 支行 分理处 协会 学会 商会 基金会 联合会 报社 出版社 杂志社 旅行社 委员会 人民政府 管理局
    税务局 公安局 农场 林场 饭店 酒店 餐厅 宾馆 加油站 个体工商户 专业社 电视台 有限合伙";
/// Remarks in brackets with which a name may end.
pub(super) const BRACKETED: &str = "合伙 独资 中国 集团 个体";
/// Last words of Latin names.
pub(super) const LATIN_FORMS: &str = "\
    ltd ltd. limited inc inc. llc corp corp. corporation co. company gmbh ag s.a. plc llp";

/// Headings of columns of names or of keywords in general.
pub(super) const NAME_HEADINGS: &str = "\
    名称 全称 公司 企业 单位 机构 客户 供应商 商户 企业名 公司名 单位名 被执行人 失信被执行人 著作权人
    债务人 债权人 当事人 交易对手 往来方 对手方 合作方 收款方 付款方 户名 抬头 主体 商家 厂商 承包商
    经销商 代理商 投标人 中标人 借款人 担保人 买方 卖方 甲方 乙方 丙方 委托方 受托方 委托人 受托人 承租方 出租方
    承租人 出租人 贷款人 保证人 买受人 出卖人 发包人 承包人 发包方 承包方 招标人 采购人 采购商 采购方 供货商 供货方
    供货单位 供应单位 采购单位 往来单位 建设单位 施工单位 监理单位 购货单位 销货单位 购买方 销售方 客商 申请人
    被申请人 原告 被告 开户名 账户名 名单 关键词 关键字 查询关键词 name company companies
    companyname enterprise enterprisename entname keyword keywords organization organisation
    organizationname organisationname supplier vendor customer debtor";
/// What is before such an ending if names of companies are meant.
pub(super) const NAME_HEADING_SUBJECTS: &str =
    "企业 公司 单位 机构 客户 供应商 主体 商户 厂商 人 对手 对方 股东 商家";
/// Endings of headings of names.
pub(super) const NAME_HEADING_ENDINGS: &str = "名称 全称 名字";
/// Headings of columns of codes.
pub(super) const CODE_HEADINGS: &str = "\
    信用代码 信用码 社会统一代码 统一代码 组织机构代码 机构代码 注册号 营业执照号 执照号 税号 识别号
    uscc creditcode orgcode regno registrationnumber";
/// Headings of other columns.
pub(super) const OTHER_HEADINGS: &str = "\
    序号 开户银行 开户行 上级公司 母公司 子公司 所属公司 所属集团 行号 编号 曾用名 简称 负责人 税率 地址
    电话 备注 日期 时间 金额 代码 号码 法定代表人 法人 法人代表 联系人 联系方式 省份 省 城市 市 地区
    区域 行业 状态 类型 类别 注册资本 邮箱 no no. id date address phone remark remarks note notes city
    province status type amount";
/// Endings of headings of other columns.
pub(super) const OTHER_HEADING_ENDINGS: &str = "日期 地址 电话 时间 金额 名称 代码 编号 号码";

/// Headings that do not say whose names these are.
pub(super) const GENERIC_NAMES: &str = "\
企业名称 公司名称 单位名称 机构名称 主体名称 名称 企业 公司 企业全称 公司全称 全称 companyname
company name";

/// Signs and words for "nothing", without white space and in lower case.
pub(super) const PLACEHOLDERS: &str = "\
    n/a na n.a. n\\a nil null none nan nat undefined unknown tbd tba \\n blank empty x xx xxx xxxx 无
    暂无 没有 无数据 暂无数据 空 空白 未知 不详 未填 未填写 未提供 待补充 待定 待查 待确认 同上 同前
    同左 略 不适用 暂缺 缺失 缺 否 是 无此企业 待补 暂无信息 无信息 已注销 已吊销";
/// Error values of spreadsheets.
pub(super) const ERROR_VALUES: &str =
    "#n/a #value! #ref! #name? #div/0! #num! #null! #spill! #calc! #getting_data #field!";
/// Words for totals.
pub(super) const TOTALS: &str = "\
    合计 总计 小计 共计 累计 总数 汇总 合计数 本页合计 本月合计 本年累计 总合计 total subtotal
    grandtotal sum";
/// Labels before a colon. What follows is no name, but for the labels that are headings.
pub(super) const LABELS: &str = "\
    备注 附注 注 说明 填表说明 填写说明 编制说明 注意 注意事项 提示 示例 样例 例 例如 如 制表人 制表
    填表人 填报人 审核人 审核 复核人 复核 经办人 负责人 批准 联系人 联系电话 电话 日期 制表日期 填表日期
    填报日期 打印时间 导出时间 统计时间 截止日期 数据来源 来源 附件 单位 金额单位 note notes remark
    source";
/// Beginnings of sentences about a list.
pub(super) const SENTENCES: &str = "以上 以下 本表 本页 上述 请勿 请在 请按 请填 请将 必填 选填";

/// Endings of the titles of lists.
pub(super) const TITLES: &str = "名单 清单 一览表 明细表 明细 统计表 汇总表 登记表 申请表 花名册 目录";

/// Whether a list of words separated by white space has this one.
pub(super) fn has_word(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|member| member == word)
}

/// Traditional characters of headings and endings of names, each before its simplified form.
const PAIRS: &str = "\
    業业稱称單单機机構构戶户應应廠厂註注冊册號号編编電电話话備备聯联繫系責责總总計计會会統统碼码體体營营執执\
    識识別别稅税納纳務务債债權权時时間间類类狀状態态區区鍵键關关對对國国團团錄录學学醫医銀银書书報报協协農农\
    場场飯饭館馆廳厅創创產产東东車车門门資资";

static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let characters: Vec<char> = PAIRS.chars().collect();
    characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The text with the usual traditional characters in their simplified form.
pub(super) fn simplified(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(|character| TRADITIONAL.contains_key(&character)) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|character| TRADITIONAL.get(&character).copied().unwrap_or(character)).collect()
}
