//! Whole numbers on the command line, with a reason in words if they are none.

use crate::domain::text::Text;

const NOT_A_NUMBER: Text = Text::new("it is not a whole number", "不是整数");
const NEGATIVE: Text = Text::new("it must not be negative", "不能为负数");
const TOO_LARGE: Text = Text::new("it is too large", "数值过大");

/// Reads a number; the reason is English.
pub(super) fn whole_number<T: TryFrom<u64>>(text: &str) -> Result<T, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NOT_A_NUMBER.en);
    }
    if digits.len() < text.len() {
        return Err(NEGATIVE.en);
    }
    let number: u64 = digits.parse().map_err(|_| TOO_LARGE.en)?;
    T::try_from(number).map_err(|_| TOO_LARGE.en)
}

/// The Chinese form of a reason.
pub(super) fn reason_in_chinese(english: &str) -> Option<&'static str> {
    [NOT_A_NUMBER, NEGATIVE, TOO_LARGE]
        .into_iter()
        .find(|reason| reason.en == english)
        .map(|reason| reason.zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_told_in_words() {
        assert_eq!(whole_number::<u32>("20"), Ok(20));
        for (text, reason) in [
            ("abc", NOT_A_NUMBER),
            ("", NOT_A_NUMBER),
            ("1.5", NOT_A_NUMBER),
            ("-", NOT_A_NUMBER),
            ("-3", NEGATIVE),
            ("4294967296", TOO_LARGE),
            ("99999999999999999999999", TOO_LARGE),
        ] {
            assert_eq!(whole_number::<u32>(text), Err(reason.en), "{text}");
            assert_eq!(reason_in_chinese(reason.en), Some(reason.zh));
        }
    }
}
