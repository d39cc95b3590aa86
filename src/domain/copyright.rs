//! Registered copyrights (著作权), of software and of other works.

use super::query::CopyrightKind;
use super::record::{
    Column, ColumnKind, ColumnPriority, EXTRA_COLUMN, INPUT_ROW_COLUMN, MATCH_COLUMN, PROVIDER_COLUMN,
    QUERY_COLUMN, Value,
};
use super::request::ProviderId::{Ihuyi, Shuidi};
use super::text::Text;
use compact_str::CompactString;

/// A registered copyright: every field of `ihuyi-entcopy.txt` and of `shuidi-copyright.txt`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CopyrightRecord {
    /// Number of the registration; `registrationNum` / `RegisterNo` in the vendor's document.
    pub registration_number: Option<CompactString>,
    /// Full name of the work or software; `copyrightName` / `Name` in the vendor's document.
    pub name: Option<CompactString>,
    /// Short name; `copyrightNameAbbr` / `ShortName` in the vendor's document.
    pub short_name: Option<CompactString>,
    /// Version; `version` / `VersionNo` in the vendor's document.
    pub version: Option<CompactString>,
    /// Category number; `categoryType` / `Category` in the vendor's document.
    pub category: Option<CompactString>,
    /// Who owns the copyright; `copyrightOwner` / `Owner` in the vendor's document.
    pub owner: Option<CompactString>,
    /// The vendor's code for the kind of owner; `copyrightOwnerType` in the vendor's document.
    pub owner_type: Option<CompactString>,
    /// Software or work; `copyrightTypeCode` in the vendor's document.
    pub kind: Option<CopyrightKind>,
    /// The vendor's words for the kind; `copyrightType` in the vendor's document.
    pub kind_label: Option<CompactString>,
    /// The company the entry was found for; `entityName` in the vendor's document.
    pub entity_name: Option<CompactString>,
    /// Author; `author` in the vendor's document.
    pub author: Option<CompactString>,
    /// Companies the entry relates to; `relatedEntity` in the vendor's document.
    pub related_entities: Option<serde_json::Value>,
    /// Day the work was completed; `finishDate` in the vendor's document.
    pub completed_on: Option<CompactString>,
    /// Day of first publication; `publishDate` / `PublishDate` in the vendor's document.
    pub published_on: Option<CompactString>,
    /// Day the registration was approved; `registrationDate` / `RegisterAperDate` in the vendor's document.
    pub registered_on: Option<CompactString>,
    /// Year of announcement; `publishYear` in the vendor's document.
    pub publish_year: Option<i64>,
    /// State of the registration; `state` in the vendor's document.
    pub status: Option<CompactString>,
    /// Day of that state; `stateDate` in the vendor's document.
    pub status_on: Option<CompactString>,
    /// Which rights are held; `powerScope` in the vendor's document.
    pub rights_scope: Option<CompactString>,
    /// How the rights were acquired; `powerGainMethod` in the vendor's document.
    pub acquired_by: Option<CompactString>,
    /// True for an entry that is no longer current; `isHistory` in the vendor's document.
    pub is_history: Option<bool>,
    /// What the vendor sent beyond its documented fields, an object under the vendor's own keys.
    pub extra: Option<serde_json::Value>,
}

impl CopyrightRecord {
    /// The value of the record's own column at `index`, from 0.
    pub(super) fn value(&self, index: usize) -> Value<'_> {
        match index {
            0 => Value::of_text(self.registration_number.as_ref()),
            1 => Value::of_text(self.name.as_ref()),
            2 => Value::of_text(self.short_name.as_ref()),
            3 => Value::of_text(self.version.as_ref()),
            4 => Value::of_text(self.category.as_ref()),
            5 => Value::of_text(self.owner.as_ref()),
            6 => Value::of_text(self.owner_type.as_ref()),
            7 => self.kind.map_or(Value::Null, |kind| Value::Text(kind.as_str())),
            8 => Value::of_text(self.kind_label.as_ref()),
            9 => Value::of_text(self.entity_name.as_ref()),
            10 => Value::of_text(self.author.as_ref()),
            11 => Value::of_json(self.related_entities.as_ref()),
            12 => Value::of_text(self.completed_on.as_ref()),
            13 => Value::of_text(self.published_on.as_ref()),
            14 => Value::of_text(self.registered_on.as_ref()),
            15 => Value::of_integer(self.publish_year),
            16 => Value::of_text(self.status.as_ref()),
            17 => Value::of_text(self.status_on.as_ref()),
            18 => Value::of_text(self.rights_scope.as_ref()),
            19 => Value::of_text(self.acquired_by.as_ref()),
            20 => Value::of_boolean(self.is_history),
            _ => Value::Null,
        }
    }
}

/// The columns of `hecha copyright`, in the order of every output.
pub const COLUMNS: &[Column] = &[
    QUERY_COLUMN,
    PROVIDER_COLUMN,
    MATCH_COLUMN,
    INPUT_ROW_COLUMN,
    Column {
        key: "registration_number",
        label: Text::new("Registration number", "登记号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Ihuyi, "registrationNum"), (Shuidi, "RegisterNo")],
        meaning: Text::new("number of the registration", "登记号"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "name",
        label: Text::new("Name", "全称"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "copyrightName"), (Shuidi, "Name")],
        meaning: Text::new("full name of the work or software", "软件或作品全称"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "short_name",
        label: Text::new("Short name", "简称"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "copyrightNameAbbr"), (Shuidi, "ShortName")],
        meaning: Text::new("short name", "软件或作品简称"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "version",
        label: Text::new("Version", "版本号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Ihuyi, "version"), (Shuidi, "VersionNo")],
        meaning: Text::new("version", "版本号"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "category",
        label: Text::new("Category", "分类号"),
        kind: ColumnKind::Identifier,
        vendor_fields: &[(Ihuyi, "categoryType"), (Shuidi, "Category")],
        meaning: Text::new("category number", "分类号"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "owner",
        label: Text::new("Owner", "著作权人"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "copyrightOwner"), (Shuidi, "Owner")],
        meaning: Text::new("who owns the copyright", "著作权人"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "owner_type",
        label: Text::new("Owner type", "著作权人类型"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "copyrightOwnerType")],
        meaning: Text::new("the vendor's code for the kind of owner", "著作权人类型代码"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "kind",
        label: Text::new("Kind", "类型"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "copyrightTypeCode")],
        meaning: Text::new("software or work", "software 软件著作权，work 作品著作权"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "kind_label",
        label: Text::new("Kind label", "著作权类型"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "copyrightType")],
        meaning: Text::new("the vendor's words for the kind", "著作权类型"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "entity_name",
        label: Text::new("Company", "企业名称"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "entityName")],
        meaning: Text::new("the company the entry was found for", "企业名称"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "author",
        label: Text::new("Author", "作者"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "author")],
        meaning: Text::new("author", "作者"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "related_entities",
        label: Text::new("Related entities", "关联企业"),
        kind: ColumnKind::Array,
        vendor_fields: &[(Ihuyi, "relatedEntity")],
        meaning: Text::new("companies the entry relates to", "关联企业"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "completed_on",
        label: Text::new("Completed on", "创作完成日期"),
        kind: ColumnKind::Date,
        vendor_fields: &[(Ihuyi, "finishDate")],
        meaning: Text::new("day the work was completed", "创作完成日期"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "published_on",
        label: Text::new("Published on", "首次发表日期"),
        kind: ColumnKind::Date,
        vendor_fields: &[(Ihuyi, "publishDate"), (Shuidi, "PublishDate")],
        meaning: Text::new("day of first publication", "首次发表日期"),
        priority: ColumnPriority::Useful,
    },
    Column {
        key: "registered_on",
        label: Text::new("Registered on", "登记批准日期"),
        kind: ColumnKind::Date,
        vendor_fields: &[(Ihuyi, "registrationDate"), (Shuidi, "RegisterAperDate")],
        meaning: Text::new("day the registration was approved", "登记批准日期"),
        priority: ColumnPriority::Essential,
    },
    Column {
        key: "publish_year",
        label: Text::new("Publish year", "公布年份"),
        kind: ColumnKind::Integer,
        vendor_fields: &[(Ihuyi, "publishYear")],
        meaning: Text::new("year of announcement", "公布年份"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "status",
        label: Text::new("Status", "状态"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "state")],
        meaning: Text::new("state of the registration", "状态"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "status_on",
        label: Text::new("Status on", "状态日期"),
        kind: ColumnKind::Date,
        vendor_fields: &[(Ihuyi, "stateDate")],
        meaning: Text::new("day of that state", "状态日期"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "rights_scope",
        label: Text::new("Rights scope", "权利范围"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "powerScope")],
        meaning: Text::new("which rights are held", "权利范围"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "acquired_by",
        label: Text::new("Acquired by", "权利取得方式"),
        kind: ColumnKind::Text,
        vendor_fields: &[(Ihuyi, "powerGainMethod")],
        meaning: Text::new("how the rights were acquired", "权利取得方式"),
        priority: ColumnPriority::Detail,
    },
    Column {
        key: "is_history",
        label: Text::new("Is history", "是否历史"),
        kind: ColumnKind::Boolean,
        vendor_fields: &[(Ihuyi, "isHistory")],
        meaning: Text::new("true for an entry that is no longer current", "是否历史"),
        priority: ColumnPriority::Detail,
    },
    EXTRA_COLUMN,
];
