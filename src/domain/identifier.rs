//! Kinds of keywords and their check digits.
//!
//! The standards are GB 32100-2015 (统一社会信用代码, USCC), GB 11714 (组织机构代码, organisation code) and GS 15-2006
//! (工商行政管理注册号, registration number). A wrong check digit is reported and not refused, because some valid codes of
//! the pilot era have one. A company name is never rewritten.

use jiff::civil::Date;

use super::invisible::is_invisible;
use super::text::Text;
use serde::{Serialize, Serializer};

/// The kind of a keyword.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum IdentifierKind {
    /// A name of a company or a person, sent verbatim.
    #[default]
    Name,
    /// 统一社会信用代码, 18 characters (GB 32100-2015).
    Uscc,
    /// 组织机构代码, 8 + 1 characters with or without a hyphen (GB 11714).
    OrganisationCode,
    /// 注册号, 15 digits (GS 15-2006).
    RegistrationNumber,
    /// A vendor's own number for a company (`cid` of the dishonest list): digits only.
    CompanyId,
    /// 软件著作权登记号, `YYYYSR` and 5 to 7 digits. Not a keyword of any of the APIs, but often taken for one.
    SoftwareCopyrightNumber,
}

impl IdentifierKind {
    /// All kinds. The codes among them are in the order in which a text is tried as them.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Uscc,
        Self::OrganisationCode,
        Self::RegistrationNumber,
        Self::CompanyId,
        Self::SoftwareCopyrightNumber,
    ];

    /// The word after `--by` and in the data.
    pub const fn as_str(self) -> &'static str {
        self.label().en
    }

    /// The kind for people; in English the word in the data.
    pub const fn label(self) -> Text {
        match self {
            Self::Name => Text::new("name", "企业名称"),
            Self::Uscc => Text::new("uscc", "统一社会信用代码"),
            Self::OrganisationCode => Text::new("org-code", "组织机构代码"),
            Self::RegistrationNumber => Text::new("reg-no", "注册号"),
            Self::CompanyId => Text::new("company-id", "企业 id"),
            Self::SoftwareCopyrightNumber => Text::new("software-copyright-number", "软件著作权登记号"),
        }
    }
}

/// In JSON the word in the data.
impl Serialize for IdentifierKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The result of the check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckDigit {
    /// The last character is the computed one.
    Right,
    /// The last character is another one.
    Wrong {
        /// The computed character. A letter that no USCC has is read as the one that it resembles.
        expected: char,
    },
    /// The kind has no check digit, or the text does not have its form.
    NotApplicable,
}

/// A keyword that has been read as an identifier.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    /// The kind that it is read as.
    pub kind: IdentifierKind,
    /// The form that is sent. Codes are in upper-case ASCII without white space; an organisation code keeps its hyphen. All
    /// other text is only cleaned by [`clean_keyword`].
    pub canonical: String,
    /// The result of its check digit.
    pub check: CheckDigit,
}

impl Identifier {
    /// Text that is only cleaned.
    fn verbatim(kind: IdentifierKind, text: &str) -> Self {
        Self { kind, canonical: clean_keyword(text).to_owned(), check: CheckDigit::NotApplicable }
    }

    /// Whether the text has the length and the characters of its kind.
    pub fn has_form(&self) -> bool {
        match self.kind {
            IdentifierKind::Name => true,
            IdentifierKind::Uscc => {
                self.check != CheckDigit::NotApplicable && uscc_check_character(&self.canonical).is_some()
            }
            kind => self.canonical.is_ascii() && read_code(&self.canonical, kind).is_some(),
        }
    }

    /// Whether the text, if its kind was not stated, may be something else.
    ///
    /// Nine characters with a wrong check digit may be a mistyped organisation code, a company id, or a name. A name of 15 to
    /// 20 letters, digits and hyphens with at least ten digits may be a code with a character too many or too few.
    pub fn is_ambiguous(&self) -> bool {
        match self.kind {
            IdentifierKind::OrganisationCode => {
                self.check != CheckDigit::Right && !self.canonical.contains('-')
            }
            IdentifierKind::Name => {
                fold_code(&self.canonical).is_some_and(|code| resembles_damaged_code(&code))
            }
            _ => false,
        }
    }
}

/// Recognises the kind of `text` by its form and its check digit.
///
/// - 18 characters of the USCC alphabet, at least one of them a digit, are a USCC. 18 letters are a name.
/// - 18 letters and digits with `I`, `O`, `S`, `V` or `Z` are a mistyped USCC. These letters are read as the characters that
///   they resemble; then the region must be six digits.
/// - 15 digits are a registration number.
/// - 8 letters or digits, at least one of them a digit, then a hyphen and a digit or `X`, are an organisation code. The same
///   without the hyphen is one too, but an ambiguous one if its check digit is wrong.
/// - `YYYYSR` and 5 to 7 digits are a software copyright number. Up to 14 other digits are a company id.
/// - Everything else is a name.
///
/// Full-width letters and digits count as their ASCII forms. White space and invisible characters inside a code are ignored;
/// a name is not changed inside.
pub fn recognise(text: &str) -> Identifier {
    let name = Identifier::verbatim(IdentifierKind::Name, text);
    let Some(code) = fold_code(text) else { return name };
    let spaced = clean_keyword(text).chars().any(is_outer_noise);
    let found = IdentifierKind::ALL.into_iter().filter_map(|kind| read_code(&code, kind)).find(is_plausible);
    // "1 2 3" or "3M 2025" may be a name, so white space is ignored only in a code with a right check digit.
    found.filter(|identifier| !spaced || identifier.check == CheckDigit::Right).unwrap_or(name)
}

/// Reads `text` as the kind that the user stated. Its check digit is computed as well. Text without the form of that kind
/// is kept verbatim.
pub fn read_as(text: &str, kind: IdentifierKind) -> Identifier {
    let read = fold_code(text).and_then(|code| read_code(&code, kind));
    read.unwrap_or_else(|| Identifier::verbatim(kind, text))
}

/// Removes white space, byte-order marks and other invisible characters from both ends. Spreadsheets add such characters.
pub fn clean_keyword(text: &str) -> &str {
    text.trim_matches(is_outer_noise)
}

pub(super) fn is_outer_noise(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

/// The text in upper-case ASCII without white space and invisible characters; `None` if it has a character that no code has.
pub(super) fn fold_code(text: &str) -> Option<String> {
    text.chars()
        .filter(|&character| !is_outer_noise(character))
        .map(|character| match character {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(character) - 0xfee0),
            '-' | '－' | '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            _ => character.is_ascii_alphanumeric().then_some(character),
        })
        .map(|character| character.map(|character| character.to_ascii_uppercase()))
        .collect()
}

/// The folded text as a code of that kind; `None` if it does not have its form.
fn read_code(code: &str, kind: IdentifierKind) -> Option<Identifier> {
    let check = match kind {
        IdentifierKind::Name => None,
        IdentifierKind::Uscc => uscc_check(code),
        IdentifierKind::OrganisationCode => organisation_check(code),
        IdentifierKind::RegistrationNumber => registration_check(code),
        IdentifierKind::CompanyId => is_digits(code).then_some(CheckDigit::NotApplicable),
        IdentifierKind::SoftwareCopyrightNumber => {
            is_software_number(code).then_some(CheckDigit::NotApplicable)
        }
    };
    Some(Identifier { kind, canonical: code.to_owned(), check: check? })
}

/// Whether a text without a stated kind is read as this code.
fn is_plausible(identifier: &Identifier) -> bool {
    let code = &identifier.canonical;
    match identifier.kind {
        IdentifierKind::OrganisationCode => code[..8].contains(|character: char| character.is_ascii_digit()),
        IdentifierKind::CompanyId => code.len() <= 14,
        _ => true,
    }
}

/// The result of the check character of GB 32100-2015 for 18 letters and digits; `None` for another form.
fn uscc_check(code: &str) -> Option<CheckDigit> {
    if code.len() != 18 || code.contains('-') || !code.contains(|character: char| character.is_ascii_digit())
    {
        return None;
    }
    if let Some(expected) = uscc_check_character(code) {
        return Some(compare(code, expected));
    }
    let meant: String = code.chars().map(meant_uscc_character).collect();
    let region_is_digits = is_digits(&meant[2..8]);
    let expected = uscc_check_character(&meant).filter(|_| region_is_digits)?;
    Some(CheckDigit::Wrong { expected })
}

/// GB 32100-2015 leaves `I`, `O`, `S`, `V`, `Z` out because they are taken for these.
fn meant_uscc_character(character: char) -> char {
    match character {
        'I' => '1',
        'O' => '0',
        'S' => '5',
        'V' => 'U',
        'Z' => '2',
        other => other,
    }
}

fn is_software_number(code: &str) -> bool {
    code.split_once("SR").is_some_and(|(year, serial)| {
        year.len() == 4
            && (year.starts_with("19") || year.starts_with("20"))
            && is_digits(year)
            && (5..=7).contains(&serial.len())
            && is_digits(serial)
    })
}

fn resembles_damaged_code(code: &str) -> bool {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    (15..=20).contains(&code.len()) && digits >= 10
}

/// Whether a text consists of ASCII digits, at least one.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is the number of a person's identity card (GB 11643): 17 digits and a check character. Either eight of
/// the digits are a birthday in this century or the last, or the check character is right.
pub fn is_identity_number(text: &str) -> bool {
    let Some((digits, check)) = text.split_at_checked(17).filter(|(digits, _)| is_digits(digits)) else {
        return false;
    };
    let birthday = Date::strptime("%Y%m%d", &digits[6..14]);
    if birthday.is_ok_and(|day| (1900..2100).contains(&day.year())) {
        return true;
    }
    let sum = digits.bytes().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    check == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"][(12 - sum as usize) % 11]
}

fn compare(code: &str, expected: char) -> CheckDigit {
    if code.ends_with(expected) { CheckDigit::Right } else { CheckDigit::Wrong { expected } }
}

const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character of GB 32100-2015 for 18 characters of its alphabet; `None` for anything else.
fn uscc_check_character(code: &str) -> Option<char> {
    let value = |byte: u8| USCC_ALPHABET.iter().position(|&member| member == byte);
    let values: Vec<usize> = code.bytes().map(value).collect::<Option<_>>()?;
    let (_, weighted) = values.split_last().filter(|_| values.len() == 18)?;
    // The weights are the powers of 3.
    let sum = weighted.iter().rfold(0, |sum, value| (sum * 3 + value) % 31);
    Some(char::from(USCC_ALPHABET[(31 - sum) % 31]))
}

/// The result of the check digit of GB 11714 for `XXXXXXXX-X` or `XXXXXXXXX`; `None` for another shape.
fn organisation_check(code: &str) -> Option<CheckDigit> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let (body, last) = match code.len() {
        9 => code.split_at(8),
        10 => code.split_once('-').filter(|(body, _)| body.len() == 8)?,
        _ => return None,
    };
    if !(is_digits(last) || last == "X") {
        return None;
    }
    let sum = body
        .chars()
        .zip(WEIGHTS)
        .map(|(character, weight)| character.to_digit(36).map(|value| value * weight))
        .sum::<Option<u32>>()?;
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10)?,
    };
    Some(compare(code, expected))
}

/// The result of the check digit of GS 15-2006 (ISO 7064 MOD 11,10) for 15 digits; `None` for another shape.
fn registration_check(code: &str) -> Option<CheckDigit> {
    if code.len() != 15 || !is_digits(code) {
        return None;
    }
    let product = code.chars().take(14).filter_map(|digit| digit.to_digit(10)).fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    char::from_digit((11 - product) % 10, 10).map(|expected| compare(code, expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn assert_read(text: &str, kind: IdentifierKind, check: CheckDigit) -> Identifier {
        let identifier = recognise(text);
        assert_eq!((identifier.kind, identifier.check), (kind, check), "{text}");
        assert!(!identifier.is_ambiguous(), "{text}");
        identifier
    }

    #[track_caller]
    fn assert_right(text: &str, kind: IdentifierKind) {
        let identifier = assert_read(text, kind, CheckDigit::Right);
        assert_eq!((identifier.canonical.as_str(), identifier.has_form()), (text, true));
    }

    #[track_caller]
    fn assert_name(text: &str) {
        let read = assert_read(text, IdentifierKind::Name, CheckDigit::NotApplicable);
        assert_eq!(read.canonical, text);
    }

    #[test]
    fn right_codes_of_the_standards_are_recognised() {
        for code in ["91350100M000100Y43", "91110000600037341L", "914403001922038216", "9144030071526726XG"] {
            assert_right(code, IdentifierKind::Uscc);
        }
        for code in ["D2143569-X", "59467239-9"] {
            assert_right(code, IdentifierKind::OrganisationCode);
        }
        for code in ["110108000000016", "440301103072002", "110108012660422"] {
            assert_right(code, IdentifierKind::RegistrationNumber);
        }
    }

    #[test]
    fn a_wrong_check_digit_is_told_with_the_right_one() {
        assert_eq!(recognise("914403001922038217").check, CheckDigit::Wrong { expected: '6' });
        assert_eq!(recognise("110108000000017").check, CheckDigit::Wrong { expected: '6' });
        let bare = recognise("L5701181X");
        assert_eq!((bare.kind, bare.is_ambiguous()), (IdentifierKind::OrganisationCode, true));
        assert!(matches!(bare.check, CheckDigit::Wrong { expected } if expected != 'X'));
        let hyphenated = recognise("L5701181-X");
        assert!(!hyphenated.is_ambiguous());
        assert_eq!(hyphenated.check, bare.check);
    }

    #[test]
    fn legal_codes_of_the_pilot_era_are_codes_with_a_wrong_digit() {
        for code in ["91350100M0001TGQXM", "91350211M0000XUF46"] {
            let identifier = recognise(code);
            assert_eq!((identifier.kind, identifier.has_form()), (IdentifierKind::Uscc, true));
            assert!(matches!(identifier.check, CheckDigit::Wrong { .. }), "{code}");
        }
    }

    #[test]
    fn codes_are_folded_to_upper_case_ascii_and_keep_their_hyphen() {
        assert_eq!(recognise(" 91350100m000100y43\u{3000}").canonical, "91350100M000100Y43");
        assert_eq!(recognise("９１３５０１００Ｍ０００１００Ｙ４３").canonical, "91350100M000100Y43");
        assert_eq!(recognise("9135 0100 M000 100Y 43").canonical, "91350100M000100Y43");
        assert_eq!(recognise("d2143569－x").canonical, "D2143569-X");
        assert_eq!(recognise("d2143569x").canonical, "D2143569X");
        assert_eq!(recognise("2015sr183758").canonical, "2015SR183758");
    }

    #[test]
    fn letters_that_no_uscc_has_make_a_mistyped_uscc_and_not_a_name() {
        for code in ["9135O100M000100Y43", "9I350100M000100Y43", "91350100M00010OY43", "9I35OIOOMOOOIOOY43"] {
            let identifier = recognise(code);
            assert_eq!((identifier.kind, identifier.has_form()), (IdentifierKind::Uscc, false), "{code}");
            assert_eq!(identifier.check, CheckDigit::Wrong { expected: '3' }, "{code}");
            assert_eq!(identifier.canonical, code);
        }
        assert_name("Microsoft365China1");
        assert_name("INTERNATIONALPAPER");
        assert_name("deutschebankchinax");
    }

    #[test]
    fn numbers_without_a_check_digit_are_told_apart_by_their_shape() {
        let unchecked = CheckDigit::NotApplicable;
        for number in ["2015SR183758", "2008SR07843", "2025SR2146980"] {
            assert_read(number, IdentifierKind::SoftwareCopyrightNumber, unchecked);
        }
        for number in ["1", "30778596", "1234567890", "12345678901234"] {
            assert_read(number, IdentifierKind::CompanyId, unchecked);
        }
        assert_name("2015SR1837");
        assert_name("3015SR183758");
        let nine_digits = recognise("123456789");
        assert_eq!(nine_digits.kind, IdentifierKind::OrganisationCode);
        assert_eq!(nine_digits.check, recognise("12345678-9").check);
        assert!(nine_digits.is_ambiguous());
    }

    #[test]
    fn names_go_through_verbatim() {
        for name in
            ["一汽—大众", "《语文报》社", "华为技术（深圳）有限公司", "Foo  Co., Ltd", "360", "Interflex"]
        {
            assert_eq!(recognise(name).canonical, name);
        }
        assert_name("Interflex");
        assert_name("Ｆｏｏ有限公司");
        assert_name("3M 2025");
        assert_name("1 2 3");
        assert_name("Changhai-X");
        assert_name("");
    }

    #[test]
    fn a_code_of_the_wrong_length_is_a_name_to_ask_about() {
        for text in ["91350100M000100Y4", "91350100M000100Y433", "1101080000000161", "91350100-M000100Y43"] {
            let identifier = recognise(text);
            assert_eq!((identifier.kind, identifier.is_ambiguous()), (IdentifierKind::Name, true));
            assert_eq!(identifier.canonical, text);
        }
    }

    #[test]
    fn what_the_user_states_is_believed_and_checked_all_the_same() {
        let read = read_as("914403001922038217", IdentifierKind::Uscc);
        assert_eq!((read.check, read.has_form()), (CheckDigit::Wrong { expected: '6' }, true));
        let bare = read_as("l5701181x", IdentifierKind::OrganisationCode);
        assert_eq!((bare.canonical.as_str(), bare.has_form()), ("L5701181X", true));
        assert!(matches!(bare.check, CheckDigit::Wrong { .. }));
        let number = read_as("594672399", IdentifierKind::CompanyId);
        assert_eq!((number.kind, number.check), (IdentifierKind::CompanyId, CheckDigit::NotApplicable));
        let name = read_as(" 914403001922038216 ", IdentifierKind::Name);
        assert_eq!((name.kind, name.canonical.as_str()), (IdentifierKind::Name, "914403001922038216"));
    }

    #[test]
    fn a_stated_kind_that_does_not_fit_is_kept_verbatim_and_told() {
        for (text, kind) in [
            ("华为技术有限公司", IdentifierKind::Uscc),
            ("91350100m000100y4", IdentifierKind::Uscc),
            ("1101081266042", IdentifierKind::RegistrationNumber),
            ("企独粤总字第001号", IdentifierKind::RegistrationNumber),
            ("12345678-a", IdentifierKind::OrganisationCode),
            ("12a", IdentifierKind::CompanyId),
            ("", IdentifierKind::CompanyId),
            ("2015SR", IdentifierKind::SoftwareCopyrightNumber),
            ("阿里云", IdentifierKind::OrganisationCode),
        ] {
            let read = read_as(text, kind);
            assert_eq!((read.kind, read.has_form(), read.check), (kind, false, CheckDigit::NotApplicable));
            assert_eq!(read.canonical, text);
        }
    }

    #[test]
    fn cleaning_takes_only_the_ends() {
        assert_eq!(
            clean_keyword("\u{feff}\u{200b}\u{3000} 北京 某\u{200b}公司\t\u{a0}\u{202c}\r\n"),
            "北京 某\u{200b}公司"
        );
        assert_eq!(clean_keyword(" \u{3000}\u{feff}"), "");
    }

    proptest! {
        #[test]
        fn every_single_change_in_a_right_uscc_is_detected(
            head in "[1-9][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}",
            position in 0_usize..18,
            shift in 1_usize..31,
        ) {
            let check = uscc_check_character(&format!("{head}0")).unwrap();
            let right = format!("{head}{check}");
            prop_assert_eq!(recognise(&right).check, CheckDigit::Right);
            let mut bytes = right.into_bytes();
            let value = USCC_ALPHABET.iter().position(|&member| member == bytes[position]).unwrap();
            bytes[position] = USCC_ALPHABET[(value + shift) % 31];
            let changed = recognise(&String::from_utf8(bytes).unwrap());
            prop_assert_eq!(changed.kind, IdentifierKind::Uscc);
            let wrong = matches!(changed.check, CheckDigit::Wrong { .. });
            prop_assert!(wrong);
        }

        #[test]
        fn every_single_change_in_a_right_registration_number_is_detected(
            head in "[0-9]{14}", position in 0_usize..15, shift in 1_u8..10,
        ) {
            let right = (0..10)
                .map(|digit| format!("{head}{digit}"))
                .filter(|code| registration_check(code) == Some(CheckDigit::Right))
                .collect::<Vec<_>>();
            prop_assert_eq!(right.len(), 1);
            let mut bytes = right[0].clone().into_bytes();
            bytes[position] = b'0' + (bytes[position] - b'0' + shift) % 10;
            let changed = recognise(&String::from_utf8(bytes).unwrap());
            let wrong = matches!(changed.check, CheckDigit::Wrong { .. });
            prop_assert!(wrong);
        }

        #[test]
        fn every_single_digit_change_in_a_right_organisation_code_is_detected(
            head in "[0-9]{8}", position in 0_usize..8, shift in 1_u8..10,
        ) {
            let right = "0123456789X"
                .chars()
                .map(|last| format!("{head}-{last}"))
                .find(|code| organisation_check(code) == Some(CheckDigit::Right))
                .unwrap();
            let mut bytes = right.into_bytes();
            bytes[position] = b'0' + (bytes[position] - b'0' + shift) % 10;
            let changed = recognise(&String::from_utf8(bytes).unwrap());
            let wrong = matches!(changed.check, CheckDigit::Wrong { .. });
            prop_assert!(wrong);
        }

        #[test]
        fn no_text_makes_recognition_panic_or_a_name_change(text in "\\PC{0,40}") {
            let identifier = recognise(&text);
            if identifier.kind == IdentifierKind::Name {
                prop_assert_eq!(identifier.canonical, clean_keyword(&text));
            }
            for kind in IdentifierKind::ALL {
                prop_assert_eq!(read_as(&text, kind).kind, kind);
            }
        }
    }
}
