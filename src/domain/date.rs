//! Calendar days and moments as the vendors write them, read in the time zone Asia/Shanghai.

use super::identifier::is_digits;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// China had summer time from 1986 to 1991, so a fixed offset would be wrong.
static SHANGHAI: TimeZone = jiff::tz::get!("Asia/Shanghai");

/// The calendar day of an epoch in milliseconds, as `YYYY-MM-DD`; `None` outside years 1 to 9999.
///
/// `1676390400000` is 2023-02-15 in Shanghai, though it is still 2023-02-14 in UTC.
pub fn day_of_milliseconds(milliseconds: i64) -> Option<String> {
    let date = date_in_shanghai(Timestamp::from_millisecond(milliseconds).ok()?);
    (date.year() >= 1).then(|| date.to_string())
}

/// The calendar day of `YYYY-MM-DD`, `YYYY-MM-DDT00:00:00`, `YYYY-MM-DD 00:00:00` or the same with `/` or `.`; of a
/// moment with a zone; and of an epoch in milliseconds written as text. `None` for anything else.
pub fn day_of_text(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() >= 11 && is_digits(digits) {
        return day_of_milliseconds(text.parse().ok()?);
    }
    if let Ok(moment) = text.parse() {
        return Some(date_in_shanghai(moment).to_string());
    }
    let (day, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    if !clock.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let day = day.replace(['/', '.'], "-");
    let has_whole_year = day.find('-') == Some(4);
    Date::strptime("%Y-%m-%d", &day).ok().filter(|_| has_whole_year).map(|date| date.to_string())
}

/// A moment as `YYYY-MM-DDTHH:MM:SS+08:00`.
pub fn moment_in_shanghai(moment: Timestamp) -> String {
    let to_the_second = DateTimePrinter::new().precision(Some(0));
    to_the_second.timestamp_with_offset_to_string(&moment, SHANGHAI.to_offset(moment))
}

/// The calendar day of a moment.
pub fn date_in_shanghai(moment: Timestamp) -> Date {
    SHANGHAI.to_datetime(moment).date()
}

/// The moment at which the calendar day `YYYY-MM-DD` begins.
pub fn beginning_of_day(day: &str) -> Option<Timestamp> {
    let date: Date = day.parse().ok()?;
    SHANGHAI.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_days_of_shanghai_and_not_of_utc() {
        assert_eq!(day_of_milliseconds(1_676_390_400_000).as_deref(), Some("2023-02-15"));
        assert_eq!(day_of_milliseconds(1_697_990_400_000).as_deref(), Some("2023-10-23"));
        assert_eq!(day_of_milliseconds(i64::MAX), None);
    }

    #[test]
    fn summer_time_of_1986_to_1991_is_known() {
        // midnight in Shanghai on 1988-07-01 and on 1990-01-01
        assert_eq!(day_of_milliseconds(583_686_000_000).as_deref(), Some("1988-07-01"));
        assert_eq!(day_of_milliseconds(631_123_200_000).as_deref(), Some("1990-01-01"));
        let begins = beginning_of_day("1988-07-01").map(Timestamp::as_millisecond);
        assert_eq!(begins, Some(583_686_000_000));
    }

    #[test]
    fn a_moment_with_a_zone_is_the_day_in_shanghai() {
        for text in [
            "2023-02-14T16:00:00.000+0000",
            "2023-02-14T16:00:00Z",
            "2023-02-15T00:00:00+08:00",
            "2023-02-14 18:30:00+00:00",
            "2023-02-14T11:00:00-0500",
        ] {
            assert_eq!(day_of_text(text).as_deref(), Some("2023-02-15"), "{text}");
        }
        assert_eq!(day_of_text("2023-02-14T15:59:59Z").as_deref(), Some("2023-02-14"));
    }

    #[test]
    fn every_form_of_the_documents_is_a_day() {
        for text in [
            "2017-03-08",
            "2017-03-08T00:00:00",
            "2017-03-08 00:00:00",
            "2017/3/8",
            "2017.03.08",
            "1488902400000",
        ] {
            assert_eq!(day_of_text(text).as_deref(), Some("2017-03-08"), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "2017", "2017-13-01", "2017-02-30", "0000-00-00", "2017-01-01Tx", "二〇一七年"]
        {
            assert_eq!(day_of_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_written_with_the_offset_of_shanghai() {
        let moment = Timestamp::from_second(1_767_294_245).unwrap();
        assert_eq!(moment_in_shanghai(moment), "2026-01-02T03:04:05+08:00");
        assert_eq!(date_in_shanghai(moment).to_string(), "2026-01-02");
        assert_eq!(beginning_of_day("2026-01-02").map(Timestamp::as_second), Some(1_767_283_200));
    }

    #[test]
    fn the_last_day_of_the_calendar_begins_too() {
        let last = beginning_of_day("9999-12-31").map(date_in_shanghai);
        assert_eq!(last.map(|day| day.to_string()).as_deref(), Some("9999-12-31"));
    }
}
