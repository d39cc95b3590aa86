//! Columns of a row: keys, labels, types and meanings.

use super::text::Text;
use serde::Serialize;

/// The type of a column's values; `hecha fields` shows its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Free text.
    Text,
    /// An identifier: text that may look like a number and must never become one.
    Identifier,
    /// A calendar day, `YYYY-MM-DD`, Asia/Shanghai.
    Date,
    /// An integer.
    #[serde(rename = "int")]
    Integer,
    /// `true` or `false`.
    #[serde(rename = "bool")]
    Boolean,
    /// An array of objects.
    Array,
    /// An object.
    Object,
}

/// The rank of a column in a table that cannot show every column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnPriority {
    /// Shown in every table.
    Essential,
    /// Shown if there is room.
    Useful,
    /// Shown with `--wide`, or when requested by name.
    Detail,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The key in JSON and in a CSV header.
    pub key: &'static str,
    /// The heading for people.
    pub label: Text,
    /// The type of its values.
    pub kind: ColumnKind,
    /// One phrase of explanation.
    pub meaning: Text,
    /// Its rank in a table.
    pub priority: ColumnPriority,
}

impl Column {
    /// The label of one of this column's values, if they are a closed set, or of a member of its objects.
    pub fn label_of(&self, word: &str) -> Option<Text> {
        let is_found = |(column, known, _): &&(&str, &str, Text)| *column == self.key && *known == word;
        LABELS.iter().find(is_found).map(|(_, _, label)| *label)
    }
}

/// The labels of values and members: column, word in the data, label. The first are the values of `match`, in the order of
/// [`RecordMatch`](super::record::RecordMatch).
pub(super) const LABELS: [(&str, &str, Text); 21] = [
    ("match", "identifier", Text::new("identifier", "代码一致")),
    ("match", "exact", Text::new("exact", "名称一致")),
    ("match", "folded", Text::new("folded", "名称一致（写法不同）")),
    ("match", "other", Text::new("other", "其他主体")),
    ("match", "undecided", Text::new("undecided", "无法判断")),
    ("subject_type", "person", Text::new("person", "自然人")),
    ("subject_type", "company", Text::new("company", "公司")),
    ("subject_type", "other", Text::new("other", "其他")),
    ("legal_person_type", "person", Text::new("person", "自然人")),
    ("legal_person_type", "company", Text::new("company", "公司")),
    ("kind", "software", Text::new("software", "软件")),
    ("kind", "work", Text::new("work", "作品")),
    ("staff", "iname", Text::new("name", "姓名")),
    ("staff", "name", Text::new("name", "姓名")),
    ("staff", "cardnum", Text::new("ID number", "证件号码")),
    ("staff", "corporationtypename", Text::new("position", "职务")),
    ("related_entities", "item", Text::new("number", "编号")),
    ("related_entities", "name", Text::new("name", "名称")),
    ("related_entities", "by", Text::new("related by", "关联依据")),
    ("related_entities", "type", Text::new("type", "类型")),
    ("conflicts", "field", Text::new("field", "字段")),
];

/// A table of columns, one a line: key, type, priority, label and meaning, both in English and Chinese.
macro_rules! columns {
    ($($key:literal $kind:ident $priority:ident $en:literal $zh:literal $meaning_en:literal $meaning_zh:literal;)*) => {
        [$(Column {
            key: $key,
            label: Text::new($en, $zh),
            kind: ColumnKind::$kind,
            meaning: Text::new($meaning_en, $meaning_zh),
            priority: ColumnPriority::$priority,
        }),*]
    };
}

/// Columns before a record's own.
pub const LEADING: [Column; 4] = columns! {
    "query" Identifier Essential "Query" "查询" "the keyword as it was given" "查询时所给的关键词";
    "provider" Text Detail "Provider" "服务商" "the provider that answered" "给出该记录的服务商";
    "match" Text Detail "Match" "匹配" "how the record relates to the query: identifier, exact, folded, other or undecided" "记录与查询对象的关系：identifier、exact、folded、other 或 undecided";
    "input_row" Integer Detail "Input row" "输入行号" "row of the keyword in the input file, from 1 and headings included, or its position on the command line" "关键词在输入文件中的行号（从 1 起，含表头行），或其在命令行中的位置";
};

/// The first column of a change.
pub const CHANGE: [Column; 1] = columns! {
    "change" Text Essential "Change" "变化" "how the record differs: added, removed, changed or reappeared" "记录的变化：added、removed、changed 或 reappeared";
};

/// The last column of a change.
pub const CHANGED_FIELDS: [Column; 1] = columns! {
    "fields" Array Essential "Changed fields" "变化的字段" "the values that differ, old and new" "有变化的字段及其新旧值";
};

/// The column after a record's own.
pub const EXTRA: [Column; 1] = columns! {
    "extra" Object Detail "Other vendor fields" "服务商的其他字段" "fields that the vendor does not document, and documented fields whose value does not have their type" "文档之外的字段，以及无法按其类型读取的字段";
};

/// The columns that `--merge` adds after those of a copyright.
pub const MERGED: [Column; 3] = columns! {
    "providers" Array Essential "Providers" "服务商列表" "with --merge: the providers that have the registration" "使用 --merge 时：列有该登记的服务商";
    "conflicts" Array Useful "Conflicts" "差异" "with --merge: values that differ between the providers" "使用 --merge 时：各服务商不一致的字段及其值";
    "only_in" Text Detail "Only in" "仅见于" "with --merge: the only provider that has it, if every answer was complete" "使用 --merge 时：仅此服务商列有（各方结果均完整时）";
};

/// The record's own columns of `hecha dishonest`.
pub const DISHONEST: [Column; 27] = columns! {
    "id" Identifier Detail "ID" "编号" "number of the entry" "主键";
    "name" Text Essential "Name" "失信人名称" "the dishonest debtor (失信被执行人)" "失信人名称";
    "subject_type" Text Detail "Subject type" "主体类型" "person, company or other" "失信人类型：person 人，company 公司，other 其他";
    "id_number" Identifier Useful "ID number" "证件号码" "identity number of a person (masked by the court), organisation code of a company" "身份证号码/组织机构代码";
    "legal_representative" Text Detail "Legal representative" "法定代表人" "legal representative or person in charge" "法定代表人、负责人姓名";
    "case_number" Identifier Essential "Case number" "案号" "number of the enforcement case" "执行案号";
    "court" Text Essential "Court" "执行法院" "the court that enforces" "执行法院";
    "province" Text Useful "Province" "省份" "province of the court" "省份地区";
    "filed_on" Date Essential "Filed on" "立案时间" "day the case was filed" "立案时间";
    "published_on" Date Useful "Published on" "发布时间" "day the entry was published" "发布时间";
    "basis_number" Identifier Detail "Basis number" "执行依据文号" "number of the judgment that is enforced" "执行依据文号";
    "basis_court" Text Detail "Basis court" "做出执行依据单位" "body that gave the judgment" "做出执行的依据单位";
    "obligation" Text Useful "Obligation" "应履行义务" "obligation under the judgment" "生效法律文书确定的义务";
    "conduct" Text Useful "Conduct" "失信行为情形" "conduct that led to the listing" "失信被执行人行为具体情形";
    "performance" Text Essential "Performance" "履行情况" "how far the obligation was performed" "履行情况";
    "performed_part" Text Detail "Performed part" "已履行" "the part performed" "已履行部分";
    "unperformed_part" Text Detail "Unperformed part" "未履行" "the part not performed" "未履行部分";
    "document_url" Text Detail "Document" "裁判文书链接" "address of the judgment" "裁判文书链接";
    "on_official_site" Boolean Detail "On official site" "官网在列" "true while the entry is on the official site" "官网是否存在：0 存在（true），1 不存在（false）";
    "followers" Integer Detail "Followers" "关注数" "number of followers of the entry" "关注数";
    "company_id" Identifier Detail "Company ID" "企业编号" "the vendor's number of the company; a keyword for `dishonest`" "企业 id";
    "subject_id" Identifier Detail "Subject ID" "失信人编号" "the vendor's number of the debtor, human or company by `subject_type`" "失信人 ID（根据类型不同可能是 human_id 或 company_id）";
    "record_key" Identifier Detail "Record key" "加密主键" "the vendor's encrypted key of the entry" "加密主键";
    "legal_person_id" Identifier Detail "Legal person ID" "法定代表人编号" "the vendor's number of the legal person" "法定代表人 id";
    "legal_person_type" Text Detail "Legal person type" "法定代表人类型" "company or person" "法定代表人类型：company 公司，person 人";
    "legal_person_companies" Integer Detail "Legal person's companies" "法定代表人任职公司数" "number of companies in which the legal person serves" "法定代表人任职公司数";
    "staff" Array Detail "Staff" "主要负责人" "legal and principal persons in charge" "法定负责人/主要负责人信息";
};

/// The record's own columns of `hecha copyright`.
pub const COPYRIGHT: [Column; 21] = columns! {
    "registration_number" Identifier Essential "Registration number" "登记号" "number of the registration" "登记号";
    "name" Text Essential "Name" "全称" "full name of the work or software" "软件或作品全称";
    "short_name" Text Useful "Short name" "简称" "short name" "软件或作品简称";
    "version" Identifier Essential "Version" "版本号" "version" "版本号";
    "category" Identifier Useful "Category" "分类号" "category number" "分类号";
    "owner" Text Useful "Owner" "著作权人" "owner of the copyright" "著作权人";
    "owner_type" Text Detail "Owner type" "著作权人类型" "the vendor's code for the kind of owner" "著作权人类型代码";
    "kind" Text Detail "Kind" "类型" "software or work" "software 软件著作权，work 作品著作权";
    "kind_label" Text Detail "Kind label" "著作权类型" "the vendor's words for the kind" "著作权类型";
    "entity_name" Text Detail "Company" "企业名称" "the company that the entry was found for" "企业名称";
    "author" Text Detail "Author" "作者" "author" "作者";
    "related_entities" Array Detail "Related entities" "关联企业" "companies that the entry relates to" "关联企业";
    "completed_on" Date Detail "Completed on" "创作完成日期" "day the work was completed" "创作完成日期";
    "published_on" Date Useful "Published on" "首次发表日期" "day of first publication" "首次发表日期";
    "registered_on" Date Essential "Registered on" "登记批准日期" "day the registration was approved" "登记批准日期";
    "publish_year" Integer Detail "Publish year" "公布年份" "year of announcement" "公布年份";
    "status" Text Detail "Status" "状态" "state of the registration" "状态";
    "status_on" Date Detail "Status on" "状态日期" "day of that state" "状态日期";
    "rights_scope" Text Detail "Rights scope" "权利范围" "scope of the rights" "权利范围";
    "acquired_by" Text Detail "Acquired by" "权利取得方式" "how the rights were acquired" "权利取得方式";
    "is_history" Boolean Detail "Is history" "是否历史" "true for an entry that is no longer current" "是否历史";
};
