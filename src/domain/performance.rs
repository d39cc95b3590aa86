//! The extent to which a dishonest debtor has performed its obligation.

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
