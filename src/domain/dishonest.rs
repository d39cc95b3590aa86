//! Entries of the list of dishonest debtors (失信被执行人).

use super::record::{
    Column, ColumnKind, ColumnPriority, EXTRA_COLUMN, INPUT_ROW_COLUMN, MATCH_COLUMN, PROVIDER_COLUMN,
    QUERY_COLUMN, Value,
};
use super::request::ProviderId::Market;
use super::text::Text;
use compact_str::CompactString;

/// 失信人类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectType {
    /// A natural person, the vendor's `"0"`.
    Person,
    /// A company, the vendor's `"1"`.
    Company,
    /// In neither of the vendor's tables (`"2"`), or a code the document does not know.
    Other,
}

impl SubjectType {
    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
            Self::Other => "other",
        }
    }
}

/// 法人类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalPersonType {
    /// A company, the vendor's 1.
    Company,
    /// A natural person, the vendor's 2.
    Person,
}

impl LegalPersonType {
    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Person => "person",
        }
    }
}

/// 履行情况, as far as the vendor's words leave no doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Performance {
    /// 全部未履行.
    Nothing,
    /// 部分未履行, 部分履行.
    Part,
    /// 全部已履行.
    Everything,
}

impl Performance {
    /// Reads the vendor's words; `None` for words that the document does not show.
    pub fn of_words(words: &str) -> Option<Self> {
        match words {
            "全部未履行" | "未履行" => Some(Self::Nothing),
            "全部已履行" | "全部履行" | "已履行" => Some(Self::Everything),
            _ => words.contains("部分").then_some(Self::Part),
        }
    }
}

/// An entry of the dishonest list: every field of `dishonest.txt`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DishonestRecord {
    /// The entry's own number; `id` in the vendor's document.
    pub id: Option<CompactString>,
    /// The dishonest debtor (失信被执行人); `iname` in the vendor's document.
    pub name: Option<CompactString>,
    /// Person, company or other; `type` in the vendor's document.
    pub subject_type: Option<SubjectType>,
    /// Identity number of a person (masked by the court), organisation code of a company; `cardnum` in the vendor's document.
    pub id_number: Option<CompactString>,
    /// Legal representative or person in charge; `businessentity` in the vendor's document.
    pub legal_representative: Option<CompactString>,
    /// Number of the enforcement case; `casecode` in the vendor's document.
    pub case_number: Option<CompactString>,
    /// The court that enforces; `courtname` in the vendor's document.
    pub court: Option<CompactString>,
    /// Province of the court; `areaname` in the vendor's document.
    pub province: Option<CompactString>,
    /// Day the case was filed; `regdate` in the vendor's document.
    pub filed_on: Option<CompactString>,
    /// Day the entry was published; `publishdate` in the vendor's document.
    pub published_on: Option<CompactString>,
    /// Number of the judgment that is enforced; `gistid` in the vendor's document.
    pub basis_number: Option<CompactString>,
    /// Who gave the judgment that is enforced; `gistunit` in the vendor's document.
    pub basis_court: Option<CompactString>,
    /// What the judgment obliges the debtor to; `duty` in the vendor's document.
    pub obligation: Option<CompactString>,
    /// What the debtor is blamed for; `disrupttypename` in the vendor's document.
    pub conduct: Option<CompactString>,
    /// How far the debtor has performed; `performance` in the vendor's document.
    pub performance: Option<CompactString>,
    /// The part performed; `performedPart` in the vendor's document.
    pub performed_part: Option<CompactString>,
    /// The part not performed; `unperformPart` in the vendor's document.
    pub unperformed_part: Option<CompactString>,
    /// Address of the judgment; `cpwsUrl` in the vendor's document.
    pub document_url: Option<CompactString>,
    /// True while the entry stands on the official site; `status` in the vendor's document.
    pub on_official_site: Option<bool>,
    /// How many follow the entry; `focusnumber` in the vendor's document.
    pub followers: Option<i64>,
    /// The vendor's number of the company; a keyword for `dishonest`; `cid` in the vendor's document.
    pub company_id: Option<CompactString>,
    /// The vendor's number of the debtor, human or company by `subject_type`; `dishonestid` in the vendor's document.
    pub subject_id: Option<CompactString>,
    /// The vendor's encrypted key of the entry; `businessId` in the vendor's document.
    pub record_key: Option<CompactString>,
    /// The vendor's number of the legal person; `legelId` in the vendor's document.
    pub legal_person_id: Option<CompactString>,
    /// Company or person; `legelType` in the vendor's document.
    pub legal_person_type: Option<LegalPersonType>,
    /// How many companies the legal person serves; `legelToco` in the vendor's document.
    pub legal_person_companies: Option<i64>,
    /// Legal and principal persons in charge; `staff` in the vendor's document.
    pub staff: Option<serde_json::Value>,
    /// What the vendor sent beyond its documented fields, an object under the vendor's own keys.
    pub extra: Option<serde_json::Value>,
}

impl DishonestRecord {
    /// The value of the record's own column at `index`, from 0.
    pub(super) fn value(&self, index: usize) -> Value<'_> {
        match index {
            0 => Value::of_text(self.id.as_ref()),
            1 => Value::of_text(self.name.as_ref()),
            2 => self.subject_type.map_or(Value::Null, |kind| Value::Text(kind.as_str())),
            3 => Value::of_text(self.id_number.as_ref()),
            4 => Value::of_text(self.legal_representative.as_ref()),
            5 => Value::of_text(self.case_number.as_ref()),
            6 => Value::of_text(self.court.as_ref()),
            7 => Value::of_text(self.province.as_ref()),
            8 => Value::of_text(self.filed_on.as_ref()),
            9 => Value::of_text(self.published_on.as_ref()),
            10 => Value::of_text(self.basis_number.as_ref()),
            11 => Value::of_text(self.basis_court.as_ref()),
            12 => Value::of_text(self.obligation.as_ref()),
            13 => Value::of_text(self.conduct.as_ref()),
            14 => Value::of_text(self.performance.as_ref()),
            15 => Value::of_text(self.performed_part.as_ref()),
            16 => Value::of_text(self.unperformed_part.as_ref()),
            17 => Value::of_text(self.document_url.as_ref()),
            18 => Value::of_boolean(self.on_official_site),
            19 => Value::of_integer(self.followers),
            20 => Value::of_text(self.company_id.as_ref()),
            21 => Value::of_text(self.subject_id.as_ref()),
            22 => Value::of_text(self.record_key.as_ref()),
            23 => Value::of_text(self.legal_person_id.as_ref()),
            24 => self.legal_person_type.map_or(Value::Null, |kind| Value::Text(kind.as_str())),
            25 => Value::of_integer(self.legal_person_companies),
            26 => Value::of_json(self.staff.as_ref()),
            _ => Value::Null,
        }
    }
}

/// The columns of `hecha dishonest`, in the order of every output.
pub const COLUMNS: &[Column] = &[
    QUERY_COLUMN,
    PROVIDER_COLUMN,
    MATCH_COLUMN,
    INPUT_ROW_COLUMN,
    Column {
        key: "id",
        label: Text::new("ID", "编号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "id")],
        meaning: Text::new("the entry's own number", "主键"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "name",
        label: Text::new("Name", "失信人名称"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "iname")],
        meaning: Text::new("the dishonest debtor (失信被执行人)", "失信人名称"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "subject_type",
        label: Text::new("Subject type", "主体类型"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "type")],
        meaning: Text::new("person, company or other", "失信人类型：person 人，company 公司，other 其他"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "id_number",
        label: Text::new("ID number", "证件号码"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "cardnum")],
        meaning: Text::new(
            "identity number of a person (masked by the court), organisation code of a company",
            "身份证号码/组织机构代码",
        ),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "legal_representative",
        label: Text::new("Legal representative", "法定代表人"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "businessentity")],
        meaning: Text::new("legal representative or person in charge", "法人、负责人姓名"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "case_number",
        label: Text::new("Case number", "案号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "casecode")],
        meaning: Text::new("number of the enforcement case", "执行案号"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "court",
        label: Text::new("Court", "执行法院"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "courtname")],
        meaning: Text::new("the court that enforces", "执行法院"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "province",
        label: Text::new("Province", "省份"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "areaname")],
        meaning: Text::new("province of the court", "省份地区"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "filed_on",
        label: Text::new("Filed on", "立案时间"),
        kind: ColumnKind::Date,
        vendor_fields: &[(Market, "regdate")],
        meaning: Text::new("day the case was filed", "立案时间"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "published_on",
        label: Text::new("Published on", "发布时间"),
        kind: ColumnKind::Date,
        vendor_fields: &[(Market, "publishdate")],
        meaning: Text::new("day the entry was published", "发布时间"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "basis_number",
        label: Text::new("Basis number", "执行依据文号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "gistid")],
        meaning: Text::new("number of the judgment that is enforced", "执行依据文号"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "basis_court",
        label: Text::new("Basis court", "做出执行依据单位"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "gistunit")],
        meaning: Text::new("who gave the judgment that is enforced", "做出执行的依据单位"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "obligation",
        label: Text::new("Obligation", "应履行义务"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "duty")],
        meaning: Text::new("what the judgment obliges the debtor to", "生效法律文书确定的义务"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "conduct",
        label: Text::new("Conduct", "失信行为情形"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "disrupttypename")],
        meaning: Text::new("what the debtor is blamed for", "失信被执行人行为具体情形"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "performance",
        label: Text::new("Performance", "履行情况"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "performance")],
        meaning: Text::new("how far the debtor has performed", "履行情况"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "performed_part",
        label: Text::new("Performed part", "已履行"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "performedPart")],
        meaning: Text::new("the part performed", "已履行部分"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "unperformed_part",
        label: Text::new("Unperformed part", "未履行"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "unperformPart")],
        meaning: Text::new("the part not performed", "未履行部分"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "document_url",
        label: Text::new("Document", "裁判文书链接"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "cpwsUrl")],
        meaning: Text::new("address of the judgment", "裁判文书链接"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "on_official_site",
        label: Text::new("On official site", "官网在列"),
        kind: ColumnKind::Boolean,
        vendor_fields: &[(Market, "status")],
        meaning: Text::new(
            "true while the entry stands on the official site",
            "官网是否存在：0 存在（true），1 不存在（false）",
        ),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "followers",
        label: Text::new("Followers", "关注数"),
        kind: ColumnKind::Integer,
        vendor_fields: &[(Market, "focusnumber")],
        meaning: Text::new("how many follow the entry", "关注数"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "company_id",
        label: Text::new("Company ID", "企业编号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "cid")],
        meaning: Text::new("the vendor's number of the company; a keyword for `dishonest`", "企业 id"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "subject_id",
        label: Text::new("Subject ID", "失信人编号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "dishonestid")],
        meaning: Text::new(
            "the vendor's number of the debtor, human or company by `subject_type`",
            "失信人 ID（根据类型不同可能是 human_id 或 company_id）",
        ),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "record_key",
        label: Text::new("Record key", "加密主键"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "businessId")],
        meaning: Text::new("the vendor's encrypted key of the entry", "加密主键"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "legal_person_id",
        label: Text::new("Legal person ID", "法人编号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Market, "legelId")],
        meaning: Text::new("the vendor's number of the legal person", "法人 id"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "legal_person_type",
        label: Text::new("Legal person type", "法人类型"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Market, "legelType")],
        meaning: Text::new("company or person", "法人类型：company 公司，person 人"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "legal_person_companies",
        label: Text::new("Legal person's companies", "法人任职公司数"),
        kind: ColumnKind::Integer,
        vendor_fields: &[(Market, "legelToco")],
        meaning: Text::new("how many companies the legal person serves", "法人任职公司数"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "staff",
        label: Text::new("Staff", "主要负责人"),
        kind: ColumnKind::Array,
        vendor_fields: &[(Market, "staff")],
        meaning: Text::new("legal and principal persons in charge", "法定负责人/主要负责人信息"),
        priority: ColumnPriority::Detail,
    },
    EXTRA_COLUMN,
];
