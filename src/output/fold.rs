//! Folds sanitised text into lines of a terminal. Widths are in columns of the terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const ELLIPSIS: char = '…';

/// The lines of the text, none wider than `width`. An ellipsis at the end of the last of `most_lines` replaces the rest.
///
/// Lines break after blanks and between Han characters, and never before closing punctuation. Text without such a place
/// is broken anywhere.
pub(super) fn fold(text: &str, width: usize, most_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = Line { start: 0, width: 0, last: None, break_at: None };
    for (start, cluster) in text.grapheme_indices(true) {
        let columns = cluster.width();
        let first = cluster.chars().next().unwrap_or(' ');
        if start > line.start && line.last.is_some_and(|last| may_break(last, first)) {
            line.break_at = Some((start, line.width));
        }
        if line.width + columns > width && start > line.start {
            if lines.len() + 1 == most_lines {
                lines.push(beginning(&text[line.start..], width));
                return lines;
            }
            // A place near the beginning would leave the line half empty.
            let (end, kept) =
                line.break_at.filter(|(_, kept)| kept * 2 >= width).unwrap_or((start, line.width));
            lines.push(text[line.start..end].trim_end().to_owned());
            line = Line { start: end, width: line.width - kept, last: line.last, break_at: None };
        }
        if line.start == start && first == ' ' && !lines.is_empty() {
            line.start += cluster.len();
            continue;
        }
        line.width += columns;
        line.last = cluster.chars().rev().find(|character| character.width() != Some(0)).or(Some(first));
    }
    let rest = text[line.start..].trim_end();
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.to_owned());
    }
    // A single character may be wider than the line, and the width of some depends on their neighbours.
    lines.iter().map(|line| shortened(line, width)).collect()
}

/// The text, or its beginning with an ellipsis, not wider than `width`.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    beginning(text, width)
}

/// The beginning of the text with an ellipsis, together not wider than `width`.
fn beginning(text: &str, width: usize) -> String {
    let mut short = String::new();
    for cluster in text.graphemes(true) {
        let before = short.len();
        short.push_str(cluster);
        if short.width() + 1 > width {
            short.truncate(before);
            break;
        }
    }
    short.truncate(short.trim_end().len());
    short.push(ELLIPSIS);
    short
}

#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    width: usize,
    last: Option<char>,
    /// The last possible break, and the width before it.
    break_at: Option<(usize, usize)>,
}

fn may_break(last: char, next: char) -> bool {
    if last == ' ' {
        return true;
    }
    if matches!(last, '（' | '(' | '《' | '〈' | '「' | '『' | '【' | '〔' | '“' | '‘' | '[')
        || "，。、；：！？）)》〉」』】〕”’…,.;:!?]%％".contains(next)
    {
        return false;
    }
    is_wide(last) || is_wide(next) || (matches!(last, '/' | '_' | '&' | '?' | '=') && next.is_alphanumeric())
}

fn is_wide(character: char) -> bool {
    character.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::sanitise::sanitise;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn han_text_breaks_anywhere_but_before_closing_punctuation() {
        assert_eq!(fold("乐视云计算有限公司", 10, 9), ["乐视云计算", "有限公司"]);
        assert_eq!(fold("乐视云计算，有限公司", 10, 9), ["乐视云计", "算，有限公", "司"]);
        assert_eq!(fold("乐视云计《有限公司》", 10, 9), ["乐视云计", "《有限公", "司》"]);
    }

    #[test]
    fn words_stay_whole_where_a_line_holds_them() {
        assert_eq!(fold("nothing was found here", 12, 9), ["nothing was", "found here"]);
        assert_eq!(fold("(2023)苏 1311执 705号", 12, 9), ["(2023)苏", "1311执 705号"]);
        assert_eq!(fold("https://example.com/abc", 12, 9), ["https://", "example.com/", "abc"]);
        assert_eq!(fold("shown by --wide", 12, 9), ["shown by", "--wide"]);
        assert_eq!(fold("abcdefghijkl", 5, 9), ["abcde", "fghij", "kl"]);
    }

    #[test]
    fn too_many_lines_end_in_an_ellipsis() {
        assert_eq!(fold("乐视云计算有限公司", 6, 2), ["乐视云", "计算…"]);
        assert_eq!(fold("乐视云计算有限公司", 6, 1), ["乐视…"]);
        assert_eq!(fold("", 6, 1), [""]);
    }

    #[test]
    fn an_emoji_is_never_torn() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(fold(&family.repeat(3), 4, 9), [family.repeat(2), family.to_owned()]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_allowed(text in samples::hostile_text(), width in 4_usize..40, most in 1_usize..5) {
            let clean = sanitise(&text);
            let lines = fold(&clean, width, most);
            prop_assert!(lines.len() <= most);
            for line in lines {
                prop_assert!(line.width() <= width, "{:?} in {}", line, width);
            }
        }

        #[test]
        fn without_a_limit_nothing_but_blanks_at_line_ends_is_lost(text in "[ a-z乐视云，（）]{0,60}", width in 4_usize..20) {
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&fold(&text, width, usize::MAX).concat()), squeeze(&text));
        }
    }
}
