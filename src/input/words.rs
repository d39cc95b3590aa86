//! The words by which lists of companies are understood: legal forms, headings, totals, placeholders and labels.
//!
//! Words are separated by white space, Chinese ones are in simplified characters, Latin ones in lower case.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// Words that are looked for in a text.
pub(super) struct Words {
    text: &'static str,
    words: OnceLock<Vec<&'static str>>,
}

impl Words {
    const fn new(text: &'static str) -> Self {
        Self { text, words: OnceLock::new() }
    }

    fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.words.get_or_init(|| self.text.split_ascii_whitespace().collect()).iter().copied()
    }

    /// Whether the text is one of the words.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.iter().any(|word| word == text)
    }

    /// Whether one of the words is in the text.
    pub(super) fn occur_in(&self, text: &str) -> bool {
        self.iter().any(|word| text.contains(word))
    }

    /// Whether the text begins with one of the words.
    pub(super) fn begin(&self, text: &str) -> bool {
        self.iter().any(|word| text.starts_with(word))
    }

    /// Whether the text ends with one of the words.
    pub(super) fn end(&self, text: &str) -> bool {
        self.iter().any(|word| text.ends_with(word))
    }

    /// The rest of the text after each word with which it begins.
    pub(super) fn after<'text>(&self, text: &'text str) -> impl Iterator<Item = &'text str> {
        self.iter().filter_map(|word| text.strip_prefix(word))
    }

    /// The rest of the text before each word with which it ends.
    pub(super) fn before<'text>(&self, text: &'text str) -> impl Iterator<Item = &'text str> {
        self.iter().filter_map(|word| text.strip_suffix(word))
    }
}

/// Whether nothing is left of a text when words are taken from its beginning.
pub(super) fn is_made_of(text: &str, words: &[&Words]) -> bool {
    // By length: what is left after different words may be the same.
    let mut left = BTreeMap::from([(text.len(), text)]);
    while let Some((length, rest)) = left.pop_last() {
        if length == 0 {
            return true;
        }
        left.extend(words.iter().flat_map(|words| words.after(rest)).map(|rest| (rest.len(), rest)));
    }
    false
}

/// Endings of Chinese names.
pub(super) static NAME_ENDINGS: Words = Words::new(
    "\
    公司 厂 研究院 研究所 设计院 医院 卫生院 卫生所 诊所 药房 药店 学院 书院 中心 合作社 联合社 集团
    企业 事务所 银行 信用社 学校 大学 中学 小学 幼儿园 商行 经营部 服务部 营业部 工作室 商店 超市 门市部
    分行 支行 分理处 店 馆 院 局 协会 学会 商会 基金会 联合会 报社 出版社 杂志社 旅行社 委员会 人民政府 管理局
    税务局 公安局 农场 林场 饭店 酒店 酒楼 餐厅 宾馆 加油站 个体工商户 专业社 电视台 有限合伙",
);
/// Remarks in brackets with which a name may end.
pub(super) static BRACKETED: Words = Words::new("合伙 独资 中国 集团 个体");
/// Last words of Latin names.
pub(super) static LATIN_FORMS: Words = Words::new(
    "\
    ltd ltd. limited inc inc. llc corp corp. corporation co. company gmbh ag s.a. plc llp",
);

/// Headings of columns of names or of keywords in general.
pub(super) static NAME_HEADINGS: Words = Words::new(
    "\
    名称 全称 全名 公司 企业 单位 机构 客户 供应商 商户 债务人 债权人 户名 抬头 主体 商家 厂商 厂家 甲方 乙方 丙方 买方 卖方 购方
    销方 业主 雇主 门店 会员 律所 医院 学校 院校 作者 原告 被告 店名 中文名 姓名/名称 经营者名称 法人名称 租户 货主 车主 往来户 第三人 老赖
    被告人 受益所有人 用户 账户 对外投资 并购标的 个体户 药企 车企 房企 上游 下游 同行 店铺名 厂名 称呼 纳税大户 集团 字号
    商号 供方 需方 店铺 房东 船东 成员 伙伴 潜客 会社 会社名 取引先 名单 关键词 关键字 查询关键词 mc qymc gsmc dwmc khmc
    gysmc jgmc ztmc nsrmc xsfmc gmfmc zwrmc bzxrmc jkrmc dsrmc qyqc gsqc dwqc khqc gysqc mingcheng qiyemingcheng
    gongsimingcheng danweimingcheng kehumingcheng gongyingshangmingcheng butxt fname fsuppliername fcustomername fcustname
    ccusname cvenname 名字 以下企业 以下公司 下列企业 下列公司 这些企业 这些公司",
);
/// English words for companies and persons, each a heading of names.
pub(super) static LATIN_PARTIES: Words = Words::new(
    "\
    company companies enterprise enterprises keyword keywords query organization organizations organisation
    organisations supplier suppliers vendor vendors customer customers client clients debtor debtors firm firms
    entity entities party parties counterparty counterparties creditor borrower issuer guarantor buyer seller
    merchant merchants employer partner partners account accounts owner corporation manufacturer payee payer
    contractor subcontractor beneficiary consignee consignor shipper distributor dealer bidder purchaser
    applicant obligor lessee lessor licensee licensor institution soldto billto shipto",
);
/// Abbreviations of such words, as databases have them before a word for a name.
pub(super) static LATIN_ABBREVIATIONS: Words = Words::new(
    "\
    vend vndr vdr ven cust cstmr cus supp suppl splr comp cmp cmpny cmpy co corp ent entrp org inst acct acc bp
    card pty cpty ctpty mfr mfg bus biz",
);
/// Words for a name in such headings.
pub(super) static LATIN_NAMES: Words = Words::new("name names nm nme nam desc description");
/// Words beside them.
pub(super) static LATIN_QUALIFIERS: Words = Words::new(
    "\
    legal business full registered reg trade trading corporate chinese english local official cn zh chn en eng of
    the sold bill ship to org1 1 2",
);
/// Beginnings of headings with such an ending that mean names of companies, besides [`ENDINGS_OF_NO_NAME`].
pub(super) static NAME_HEADING_SUBJECTS: Words =
    Words::new("企业 公司 机构 人 者 商 方 户 发票 开票 收款 付款 注册 登记 执照 中文");
/// Endings of headings of names.
pub(super) static NAME_HEADING_ENDINGS: Words = Words::new("名称 姓名 全称 名字 名 全名 中文名 抬头 描述");
/// What companies are to the owner of a list. Before one of [`PARTIES`], it makes a heading of names.
pub(super) static ROLES: Words = Words::new(
    "\
    合作 业务 往来 交易 对手 对方 目标 投资 出资 参股 控股 担保 保证 承运 服务 加盟 分包 总包 承包 发包 设计 勘察 施工 建设
    监理 甲方 乙方 丙方 开票 收票 收款 付款 收货 发货 托运 合同 合同相 主办 承办 协办 关联 借款 贷款 用信 授信 融资 发行
    发债 评级 尽调 核查 查询 调查 待查 失信 被执行 失信被执行 欠款 债务 债权 制造 生产 品牌 渠道 运营 集成 业主 使用 权利 版权 著作权
    开发 投保 参保 用人 报关 会员 成员 招标 投标 中标 采购 供货 供应 购货 销货 购买 销售 委托 受托 承租 出租 买受 出卖 申请
    工作 所在 任职 经销 代理 抵押 出质 承兑 出票 纳税 申报 被投 标的 持股 产权 版权所有 专利权 上诉 项目 入驻 物业 保险 客户
    供应商 集团 上市 挂牌 收购 中介 劳务 外包 派遣 用工 签约 合格 准入 入库 入围 入选 推荐 培育 重点 龙头 获奖 参展 参会
    报名 隶属 归属 经营 配送 规上 规模以上 高新技术 专精特新 中小 小微 国有 民营 外资 合资 建筑 装修 房地产 运输 物流 快递
    仓储 贸易 外贸 进出口 科技 食品 医药 医疗 养老 培训 咨询 广告 保洁 保安 金融 证券 基金 信托 租赁 评估 检测 认证 审计
    保荐 管理 托管 持有 注册 备案 赞助 入园 拟上会 白名单 黑名单 下属 资质 新三板 瞪羚 独角兽 外商投资 上游 下游 竞品 竞争
    核心 链主 链属 小贷 融资租赁 货代 航空 船 矿山 危化 保理 汇款 背书 质权 抵押权 持证 排污 外协 委外 在孵 孵化 涉诉 涉案
    风险 预警 存量 新增 意向 潜在 战略 优质 备选 中选 出口 进口 欠税 失联 异常 注销 吊销 存续 抽检 检查 受检 处罚 监管
    申请执行 义务 权益 认定 示范 园区 承建 平台 当事 控制 实控 相对 候选 排查",
);
/// Words for persons and firms with which names end too.
pub(super) static PARTIES: Words = Words::new("企业 机构 伙伴 方 人 商 者");
/// Endings of headings of names with which hardly any name ends.
pub(super) static ENDINGS_OF_NO_NAME: Words =
    Words::new("单位 对象 主体 供应商 客户 商户 商家 客商 厂家 厂商 对手 对方 股东 户名");
/// Headings of columns of codes.
pub(super) static CODE_HEADINGS: Words = Words::new(
    "\
    信用代码 信用码 社会统一代码 统一代码 组织机构代码 机构代码 注册号 营业执照号 执照号 税号 识别号
    uscc creditcode orgcode regno registrationnumber tyshxydm shxydm xydm nsrsbh zzjgdm",
);
/// Headings of other columns.
pub(super) static OTHER_HEADINGS: Words = Words::new(
    "\
    序号 姓名 经营者 银行 开户银行 开户行 收款行 收款银行 付款行 付款银行 结算行 结算银行 放款行 放款银行 贷款银行 授信银行 承兑行
    承兑银行 托管银行 存管银行 监管银行 主办行 主办银行 合作银行 开户网点 开户支行 上级公司 母公司 子公司 所属公司 所属集团
    所属企业 所属单位 上级单位 主管单位 行号 编号 曾用名 简称 负责人 税率 地址 总公司 分公司 孙公司 英文名 品牌 渠道 线索
    物业 监理 总包 分包 毕业院校 组织 社会组织 券商 主办券商 执行法院 受理法院 审理法院 管辖法院 立案法院 法院 高校 科研院所 会计师事务所 律师事务所 税务师事务所
    民办学校 民办非企业 家庭农场 专业合作社 农民专业合作社 零售药店 养老院 工厂 4s店 标题 内容 文本 数据 值 列 字段 title
    column1 sheet1 cust org cid companyid 客户号 商户号 供应商号 招标代理 施工总承包 平台 网站 公众号 app 项目 社团 机关
    典当行 会计事务所 税务代理 报关行 货代 仓库 电商 旗舰店 代工厂 加工厂 原厂 brand store shop insured policyholder 身份证
    身份证号 证件号 手机 手机号 账号 合同号 订单号 发票号 数量 单价 产品 品名 规格 型号 部门 职务 性别 经营范围 来源 电话
    备注 日期 时间 金额 代码 号码 法定代表人 法人 法人代表 联系人 联系方式 省份 省 城市 市 地区 区域 行业 状态 类型 类别
    注册资本 邮箱 经办人 住所 no id date address phone remark remarks note notes city province status type amount number num
    nbr code cd country region email tel telephone website industry contact desc description bank bankname lifnr kunnr name2
    ort01 land1 stcd1 xh khh khyh lxr lxdh fddbr 计量单位 货币单位 金额单位",
);
/// Endings of headings of other columns.
pub(super) static OTHER_HEADING_ENDINGS: Words =
    Words::new("日期 地址 电话 时间 金额 机关 名称 简称 代码 编号 编码 号码 开户行 开户银行 行名");

/// Headings that do not say whose names these are.
pub(super) static GENERIC_NAMES: Words = Words::new(
    "\
企业名称 公司名称 单位名称 机构名称 主体名称 名称 企业 公司 企业全称 公司全称 全称 companyname
company name",
);

/// Signs and words for "nothing", and error values of spreadsheets, without white space and in lower case.
pub(super) static PLACEHOLDERS: Words = Words::new(
    "\
    true false n/a na n.a n.a. n\\a nil null none nan nat undefined unknown tbd tba \\n blank empty x xx xxx xxxx 无
    0 暂无 没有 无数据 暂无数据 空 空白 未知 不详 未填 未填写 未提供 待补充 待定 待查 待确认 同上 同前 ditto
    同左 见上 如上 其他 其它 略 不适用 暂缺 缺失 缺 否 是 无此企业 待补 暂无信息 无信息 见附件
    详见附件 见附表 tbc missing 不清楚 不知道 保密 无记录 未登记 不涉及
    没有公司 无公司 无企业 个人 自然人 散户 零散客户 零售客户 现金客户 其他客户 其他供应商 本公司 我司 待提供
    无异常 见备注 详见备注 见合同 详见合同 备用金 暂估 暂估应付款 内部往来 其他应收款 其他应付款 员工借款 员工报销
    #n/a #value! #ref! #name? #div/0! #num! #null! #spill! #calc! #getting_data #field!
    err:502 err:504 err:508 err:509 err:510 err:511 err:512 err:522 err:523",
);
/// Legal forms, with which no name begins.
pub(super) static LEGAL_FORMS: Words = Words::new("有限公司 有限责任 股份有限 责任公司 其他有限 其他股份");
/// Words after the crosses in a name that is to be filled in.
pub(super) static TEMPLATE_FORMS: Words = Words::new("公司 有限 股份 集团 银行");
/// Last parts of web addresses. Others also end names, such as `Tiffany.Co`.
pub(super) static DOMAINS: Words = Words::new("com cn net org gov edu hk tw io cc info biz top xyz");
/// Units after an amount.
pub(super) static AMOUNT_UNITS: Words =
    Words::new("亿元 万元 千元 元整 元 亿美元 万美元 美元 亿 万 ％ % RMB CNY USD 人民币");
/// Words and signs that make a date or a time of the numbers beside them.
pub(super) static DATE_WORDS: Words = Words::new(
    "\
    年 月 季度 半年 : jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august
    september october november december",
);
/// Other parts of dates, and digits.
pub(super) static DATE_PARTS: Words = Words::new(
    "\
    0 1 2 3 4 5 6 7 8 9 〇 零 一 二 三 四 五 六 七 八 九 十 第 日 号 份 度 财 上 下 上午 下午 周 星期
    q1 q2 q3 q4 h1 h2 fy am pm mon tue wed thu fri sat sun",
);
/// Words for totals.
pub(super) static TOTALS: Words = Words::new(
    "\
    合计 总计 小计 共计 共 累计 总数 汇总 合计数 本年累计 平均 平均值 最大值 最小值 total subtotal grandtotal sum",
);
/// Words for totals with which no name ends.
pub(super) static ENDINGS_OF_TOTALS: Words = Words::new("合计 总计 小计 共计 汇总");
/// Labels of remarks, besides headings.
pub(super) static LABELS: Words = Words::new(
    "\
    附注 注 说明 填表说明 填写说明 编制说明 注意 注意事项 提示 示例 样例 例 例如 如 制表人 制表 填表人 填报人 审核人
    审核 复核人 复核 批准 打印时间 导出时间 统计时间 数据来源 附 附件 附件一 附件二 附件三 附表 盖章 公章 签章 签字 签名 传真 邮编 网址
    电子邮箱 续 续表 转下页 接上页 承上页 过次页 币种 tel fax unnamed source end 好的 收到 谢谢 多谢 辛苦了 此致 敬礼 祝好
    dearall hello thanks thankyou regards bestregards kindregards sincerely",
);
/// Endings of the names of files.
pub(super) static FILE_ENDINGS: Words = Words::new(".xls .xlsx .csv .txt .doc .docx .pdf .zip .rar");
/// Remains of HTML, JSON and links, and characters that a workbook writes by number.
pub(super) static MARKUP: Words = Words::new(r#"</ /> <br \u _x000 &nbsp; &amp; &lt; &quot; &# ": ://"#);
/// Beginnings of sentences about a list.
pub(super) static SENTENCES: Words = Words::new(
    "以上 以下 本表 本页 上述 截至 请勿 请于 请在 请按 请填 请将 请核对 请核实 请核查 请核验 请查 请见 必填 选填 关于 查一下 查下 麻烦 帮我 帮忙",
);

/// Endings of the titles of lists.
pub(super) static TITLES: Words = Words::new(
    "名单 清单 列表 名录 台账 一览表 明细表 明细 统计表 汇总表 登记表 申请表 花名册 目录 如下 通知 公告 公示 通报",
);

/// Remarks in brackets on the state of a company.
pub(super) static STATES: Words = Words::new(
    "注销 已注销 吊销 已吊销 吊销未注销 存续 在业 开业 迁出 停业 已更名 重复 停用 作废 重点 关注 待核 已查 未查 已诉 已故",
);
/// Beginnings of remarks in brackets on other names of a company.
pub(super) static FORMER_NAMES: Words = Words::new("曾用名 原名 现名 更名 简称 以下简称");

/// Chinese, Japanese and Korean words for companies after decoding in a wrong encoding.
pub(super) static MOJIBAKE: Words =
    Words::new("锟斤拷 烫烫 屯屯 鏈夐檺 闆嗗洟 鼠侗 夛幮 臭及柴家 铜嘎柴家 侥雀荤");

/// Traditional characters of headings and endings of names, and radicals that PDF files use in place of ideographs.
/// Each is before its simplified form.
const PAIRS: &str = "\
    業业稱称單单機机構构戶户應应廠厂註注冊册號号編编電电話话備备聯联繫系責责總总計计會会統统碼码體体營营執执\
    識识別别稅税納纳務务債债權权時时間间類类狀状態态區区鍵键關关對对國国團团錄录學学醫医銀银書书報报協协農农\
    場场飯饭館馆廳厅創创產产東东車车門门資资⺠民⺟母⻓长⻔门⻋车⻅见⻉贝⻘青⻜飞⻝食⻢马⻥鱼⻦鸟⻩黄⻬齐⻮齿⻰龙⻳龟⻛风⻚页⻨麦⺽臼⻄西⻆角⻤鬼⻁虎";

/// The pairs in the order of their first characters.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let characters: Vec<char> = PAIRS.chars().collect();
    let mut pairs: Vec<_> = characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.sort_unstable();
    pairs
});

/// A usual traditional character or radical in its simplified form; any other character as it is.
pub(super) fn simplified(character: char) -> char {
    let found = SIMPLIFIED.binary_search_by_key(&character, |(traditional, _)| *traditional);
    found.map_or(character, |index| SIMPLIFIED[index].1)
}

/// The text in simplified characters and lower case, without some of its characters.
pub(super) fn comparable(text: &str, is_left_out: impl Fn(char) -> bool) -> String {
    let kept = text.chars().filter(|character| !is_left_out(*character));
    kept.map(simplified).flat_map(char::to_lowercase).collect()
}
