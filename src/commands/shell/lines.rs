//! The lines of a manual page: none longer than a checker of pages allows. Knows no command.

/// The longest line of text, in the bytes that a checker counts.
const LONGEST: usize = 80;

/// The bytes that a checker counts for a character: others than ASCII are `\[u6838]` to it.
const fn length(character: char) -> usize {
    if character.is_ascii() { 1 } else { 9 }
}

fn is_too_long(line: &str) -> bool {
    line.chars().map(length).sum::<usize>() > LONGEST
}

/// The same page in lines that are short enough. What is read is the same: a line of text ends where there is a
/// space, or else with `\c`, which joins it to the next one without a space.
pub(super) fn shortened(page: &str) -> String {
    let mut lines = Vec::new();
    for line in page.lines() {
        let is_term = lines.last().is_some_and(|last| last == ".TP");
        if !is_too_long(line) || line.starts_with(['.', '\'']) {
            lines.push(line.to_owned());
        } else if let (true, Some(term)) = (is_term, bold_term(line)) {
            lines.push(term);
        } else {
            broken(line, &mut lines);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A term in bold as a request, which may be of any length and stays one line.
fn bold_term(line: &str) -> Option<String> {
    let words = line.strip_prefix("\\fB")?.strip_suffix("\\fR")?;
    (!words.contains("\\f")).then(|| format!(".B \"{}\"", words.replace('"', "\\(dq")))
}

fn broken(line: &str, lines: &mut Vec<String>) {
    let mut rest = line;
    while is_too_long(rest) {
        let (end, next, joint) = place_to_break(rest);
        lines.push(format!("{}{joint}", &rest[..end]));
        rest = &rest[next..];
    }
    lines.push(rest.to_owned());
}

/// Where the first line ends, where the next begins, and what joins them. Chinese text may end anywhere between two
/// of its characters where no space is near; a space belongs to no line. No line may begin with what `roff` would take for a request.
fn place_to_break(text: &str) -> (usize, usize, &'static str) {
    const JOINT: &str = "\\c";
    let is_request = |character: char| matches!(character, '.' | '\'' | ' ');
    let mut space = None;
    let mut joint = None;
    let mut length_before = 0;
    let mut characters = text.char_indices().peekable();
    while let (Some((at, character)), Some(&(next, follower))) = (characters.next(), characters.peek()) {
        let length_with = length_before + length(character);
        if length_before > LONGEST {
            break;
        }
        if character == ' ' && !is_request(follower) && !text[..at].ends_with([' ', '\\']) {
            space = Some((length_before, (at, next, "")));
        } else if !character.is_ascii() && !follower.is_ascii() && length_with + JOINT.len() <= LONGEST {
            joint = Some((next, next, JOINT));
        }
        length_before = length_with;
    }
    let good_space = space.filter(|(length, _)| *length >= LONGEST / 3 || joint.is_none());
    good_space.map(|(_, place)| place).or(joint).unwrap_or((text.len(), text.len(), ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text as a reader gets it.
    fn read(page: &str) -> String {
        page.trim_end().replace("\\c\n", "").replace('\n', " ")
    }

    #[test]
    fn long_text_is_broken_and_reads_the_same() {
        let english = "Errors on standard error as sentences or as one JSON object a line [default: text] [values: text, json]";
        let chinese = "输出更多：-v 显示重试与存档，-vv 显示请求与应答（密钥均已遮蔽）；查询企业登记的著作权（软件著作权、作品著作权）与其他";
        for text in [english, chinese] {
            let page = shortened(text);
            assert!(!page.lines().any(is_too_long), "{page}");
            assert_eq!(read(&page), text);
        }
    }

    #[test]
    fn a_term_stays_one_line_and_what_is_short_stays_as_it_is() {
        let long = format!(".TP\n\\fBhecha {} \"x\"\\fR\nmeaning\n", "dishonest ".repeat(12).trim_end());
        let page = shortened(&long);
        assert_eq!(page.lines().count(), 3);
        assert!(page.lines().nth(1).unwrap().starts_with(".B \"hecha dishonest"), "{page}");
        assert!(page.contains("\\(dqx\\(dq\""), "{page}");
        let short = ".TP\n\\fBhecha\\fR\nmeaning\n";
        assert_eq!(shortened(short), short);
    }
}
