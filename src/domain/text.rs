//! Text for people in both languages. The language is chosen when the text is shown.
//!
//! A [`Text`] is fixed; a [`Message`] has values, and `message!` makes it in both languages. In a format string `{}` is the
//! English form, which is also that of the data, and `{:#}` the Chinese form.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::io;

/// The language of text for people. The data does not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The tag of BCP 47, as in the attribute `lang` of a page.
    pub const fn tag(self) -> &'static str {
        self.choose("en", "zh-CN")
    }

    /// The text in this language.
    pub const fn choose<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::English => en,
            Self::Chinese => zh,
        }
    }
}

/// One text in English and in simplified Chinese.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text {
    /// The English text.
    pub en: &'static str,
    /// The same in simplified Chinese.
    pub zh: &'static str,
}

impl Text {
    /// No text.
    pub const EMPTY: Self = Self::new("", "");

    /// A text of both forms.
    pub const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }

    /// A text that is not translated: a name.
    pub const fn verbatim(name: &'static str) -> Self {
        Self::new(name, name)
    }

    /// The form for `language`.
    pub const fn in_language(self, language: Language) -> &'static str {
        language.choose(self.en, self.zh)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if formatter.alternate() { self.zh } else { self.en })
    }
}

/// A text with values, in English and in simplified Chinese.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    en: Cow<'static, str>,
    /// `None` if it is the same: a vendor's text, or a name.
    zh: Option<Cow<'static, str>>,
}

impl Message {
    /// A message of both forms; see `message!`.
    pub const fn of_both(en: String, zh: String) -> Self {
        Self { en: Cow::Owned(en), zh: Some(Cow::Owned(zh)) }
    }

    /// Text that is not translated: a vendor's message, a path, a name.
    pub const fn verbatim(words: String) -> Self {
        Self { en: Cow::Owned(words), zh: None }
    }

    /// The system's description of an I/O error.
    pub fn of_system(error: &io::Error) -> Self {
        let en = error.to_string();
        match system_words_in_chinese(error.kind()).filter(|_| error.raw_os_error().is_some()) {
            Some(zh) => Self { en: Cow::Owned(en), zh: Some(Cow::Borrowed(zh)) },
            None => Self::verbatim(en),
        }
    }

    /// The English form, which is also that of the data.
    pub fn en(&self) -> &str {
        &self.en
    }

    /// The form for `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match (language, &self.zh) {
            (Language::Chinese, Some(zh)) => zh,
            _ => &self.en,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = if formatter.alternate() { Language::Chinese } else { Language::English };
        formatter.write_str(self.in_language(language))
    }
}

impl std::error::Error for Message {}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self { en: Cow::Borrowed(text.en), zh: Some(Cow::Borrowed(text.zh)) }
    }
}

/// In JSON the English form: the data does not depend on the language.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en)
    }
}

/// As for a [`Message`].
impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.en)
    }
}

/// Common errors in Chinese; the others keep the system's words.
const fn system_words_in_chinese(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "文件或目录不存在",
        io::ErrorKind::PermissionDenied => "权限不足",
        io::ErrorKind::AlreadyExists => "文件已存在",
        io::ErrorKind::IsADirectory => "这是一个目录",
        io::ErrorKind::NotADirectory => "路径中有一段不是目录",
        io::ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::QuotaExceeded => "超出磁盘配额",
        io::ErrorKind::FileTooLarge => "文件过大",
        io::ErrorKind::InvalidFilename => "文件名无效或过长",
        io::ErrorKind::AddrInUse => "地址已被占用",
        io::ErrorKind::AddrNotAvailable => "地址不可用",
        io::ErrorKind::ConnectionRefused => "连接被拒绝",
        io::ErrorKind::ConnectionReset => "连接被重置",
        io::ErrorKind::ConnectionAborted => "连接被中止",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "网络不可达",
        io::ErrorKind::TimedOut => "超时",
        io::ErrorKind::BrokenPipe => "管道已关闭",
        io::ErrorKind::OutOfMemory => "内存不足",
        io::ErrorKind::WouldBlock => "资源暂时不可用",
        _ => return None,
    })
}

/// A count: in English with its noun, as `1 page` or `2 pages`, in Chinese the number.
pub fn counted(count: u64, one: &str, many: &str) -> Message {
    Message::of_both(format!("{count} {}", if count == 1 { one } else { many }), count.to_string())
}

/// A text of at most `limit` characters, or its beginning and an ellipsis.
pub fn shortened<'a>(text: impl Into<Cow<'a, str>>, limit: usize) -> Cow<'a, str> {
    let text = text.into();
    match text.char_indices().nth(limit) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => text,
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A [`Message`] of an English and a Chinese format string with common values:
/// `message!("cannot read {path}", "无法读取 {path}", path = path.display())`. Variables in scope are captured. A message
/// inside a message is `{reason}` in English and `{reason:#}` in Chinese.
macro_rules! message {
    ($en:literal, $zh:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = &$value;)*
        $crate::domain::text::Message::of_both(format!($en), format!($zh))
    }};
}
pub(crate) use message;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_inside_another_is_said_in_its_language() {
        let path = "list.txt";
        let inner = message!("no line {line}", "没有第 {line} 行", line = 1 + 1);
        let outer = message!("{path}: {inner}", "{path}：{inner:#}");
        assert_eq!(outer.en(), "list.txt: no line 2");
        assert_eq!(outer.in_language(Language::Chinese), "list.txt：没有第 2 行");
        assert_eq!(format!("{outer} {outer:#}"), "list.txt: no line 2 list.txt：没有第 2 行");
        assert_eq!(Message::from(Text::new("a", "一")).in_language(Language::Chinese), "一");
        assert_eq!(Message::verbatim("余额不足".to_owned()).en(), "余额不足");
    }

    #[test]
    fn the_system_speaks_chinese_where_people_meet_it() {
        let missing = io::Error::from_raw_os_error(2);
        assert!(Message::of_system(&missing).en().contains("os error 2"));
        assert_eq!(Message::of_system(&missing).in_language(Language::Chinese), "文件或目录不存在");
        let ours = io::Error::new(io::ErrorKind::NotFound, "no such sheet");
        assert_eq!(Message::of_system(&ours).in_language(Language::Chinese), "no such sheet");
    }
}
