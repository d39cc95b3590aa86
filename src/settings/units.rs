//! Durations, rates and shares, as the command line and the configuration file write them.

use crate::domain::date::beginning_of_day;
use crate::domain::text::{Message, Text, message};
use jiff::{SignedDuration, Timestamp};
use std::str::FromStr;
use std::time::Duration;

/// The reason why a text cannot be read, with the way to write it.
pub fn not_written_as(text: &str, what: Text, forms: Text) -> Message {
    message!("'{text}' is not {what}; write it like {forms}", "'{text}' 不是{what:#}；写法如 {forms:#}")
}

/// A duration such as `30s`, `24h`, `90d`, `1h 30m`.
///
/// # Errors
/// A sentence that shows how it is written.
pub fn duration(text: &str) -> Result<Duration, Message> {
    const FORMS: Text = Text::new("30s, 24h or 90d", "30s、24h 或 90d");
    humantime::parse_duration(text.trim())
        .map_err(|_| not_written_as(text, Text::new("a length of time", "时长"), FORMS))
}

/// The value of a text, or `None` for the `word` that stands for none.
///
/// # Errors
/// Those of `parse`.
pub fn unless<T>(
    word: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, Message>,
) -> Result<Option<T>, Message> {
    if text == word { Ok(None) } else { parse(text).map(Some) }
}

/// The moment at which a day such as `2026-01-31` begins.
///
/// # Errors
/// A sentence that shows how it is written.
pub fn day(text: &str) -> Result<Timestamp, Message> {
    const FORMS: Text = Text::new("2026-01-31", "2026-01-31");
    beginning_of_day(text).ok_or_else(|| not_written_as(text, Text::new("a day", "日期"), FORMS))
}

/// The moment that is `age` before `now`.
pub fn before(now: Timestamp, age: Duration) -> Timestamp {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}

/// A value for each outcome of a call; `None` if it is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByOutcome<T> {
    /// For answers with records.
    pub records: Option<T>,
    /// For answers without records.
    pub nothing: Option<T>,
}

/// One value for both outcomes, or values by name: `records=30d,nothing=7d`.
///
/// # Errors
/// Those of `parse`, and `wrong` for another name.
pub fn by_outcome<T: Copy>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, Message>,
    wrong: impl Fn() -> Message,
) -> Result<ByOutcome<T>, Message> {
    if !text.contains('=') {
        let value = Some(parse(text)?);
        return Ok(ByOutcome { records: value, nothing: value });
    }
    let mut values = ByOutcome { records: None, nothing: None };
    for part in text.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim() {
            "records" => values.records = Some(parse(value)?),
            "nothing" => values.nothing = Some(parse(value)?),
            _ => return Err(wrong()),
        }
    }
    Ok(values)
}

/// The ages up to which archived answers are reused: `24h`, or `records=30d,nothing=7d`.
///
/// # Errors
/// A sentence that shows how it is written.
pub fn max_age(text: &str) -> Result<ByOutcome<Duration>, Message> {
    const FORMS: Text = Text::new("24h or records=30d,nothing=7d", "24h 或 records=30d,nothing=7d");
    by_outcome(text, duration, || not_written_as(text, Text::new("an age", "有效期"), FORMS))
}

/// A timeout. Zero is refused: a call would be sent, and perhaps charged, without waiting for its answer.
///
/// # Errors
/// A sentence that shows how it is written.
pub fn time_to_wait(text: &str) -> Result<Duration, Message> {
    match duration(text)? {
        Duration::ZERO => Err(message!(
            "'{text}' leaves no time for an answer; write it like 30s",
            "'{text}' 没有留下等待应答的时间；请写成 30s 这样"
        )),
        time => Ok(time),
    }
}

/// A rate below one request in a year is refused.
const LONGEST_INTERVAL: Duration = Duration::from_hours(365 * 24);

/// The time between two requests of a rate such as `5/s`, `100/m` or `1000/h`.
///
/// # Errors
/// A sentence that shows how it is written.
pub fn interval_of_rate(text: &str) -> Result<Duration, Message> {
    const FORMS: Text = Text::new("5/s, 100/m or 1000/h", "5/s、100/m 或 1000/h");
    let wrong = || not_written_as(text, Text::new("a rate", "速率"), FORMS);
    let (count, period) = text.trim().split_once('/').ok_or_else(wrong)?;
    let count: f64 = count.trim().parse().map_err(|_| wrong())?;
    let period = match period.trim() {
        "s" | "sec" | "second" => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hour" => 3600.0,
        _ => return Err(wrong()),
    };
    let interval = Duration::try_from_secs_f64(period / count).map_err(|_| wrong())?;
    if interval.is_zero() || interval > LONGEST_INTERVAL { Err(wrong()) } else { Ok(interval) }
}

/// A share `N/M` of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The number of the share, from 1.
    pub number: u64,
    /// The number of all shares.
    pub of: u64,
}

impl Shard {
    /// Whether a keyword belongs to this share. It depends on the keyword only, so that the shares of a list stay the
    /// same when it grows or is sorted.
    pub fn holds(self, keyword: &str) -> bool {
        use md5::{Digest, Md5};
        let digest = Md5::digest(keyword.as_bytes());
        let mut head = [0_u8; 8];
        head.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(head) % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        const FORMS: Text = Text::new("3/16, from 1/16 to 16/16", "3/16（从 1/16 到 16/16）");
        let wrong = || not_written_as(text, Text::new("a shard", "分片"), FORMS);
        let (number, of) = text.trim().split_once('/').ok_or_else(wrong)?;
        let shard = Self {
            number: number.trim().parse().map_err(|_| wrong())?,
            of: of.trim().parse().map_err(|_| wrong())?,
        };
        if shard.number == 0 || shard.number > shard.of { Err(wrong()) } else { Ok(shard) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_one_or_depends_on_what_was_found() {
        let hours = |hours| Some(Duration::from_hours(hours));
        assert_eq!(max_age("24h"), Ok(ByOutcome { records: hours(24), nothing: hours(24) }));
        assert_eq!(
            max_age("records=30d, nothing=7d"),
            Ok(ByOutcome { records: hours(30 * 24), nothing: hours(7 * 24) })
        );
        assert_eq!(max_age("nothing=1h"), Ok(ByOutcome { records: None, nothing: hours(1) }));
        for wrong in ["", "soon", "records", "records=", "found=1h", "records=1h,", "=1h"] {
            assert!(max_age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_and_rates_are_read_as_written() {
        assert_eq!(duration("24h"), Ok(Duration::from_hours(24)));
        assert_eq!(duration("90d"), Ok(Duration::from_hours(90 * 24)));
        assert!(duration("soon").unwrap_err().en().contains("30s"));
        assert_eq!(interval_of_rate("5/s"), Ok(Duration::from_millis(200)));
        assert_eq!(interval_of_rate("120/m"), Ok(Duration::from_millis(500)));
        for wrong in ["5", "0/s", "-1/s", "x/s", "5/day", "1e99/s", "1e-13/h", "NaN/s"] {
            assert!(interval_of_rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_shares_of_a_list_are_disjoint_and_whole() {
        let shares: Vec<Shard> = (1..=5).map(|number| Shard { number, of: 5 }).collect();
        for index in 0..500 {
            let keyword = format!("公司{index}");
            assert_eq!(shares.iter().filter(|share| share.holds(&keyword)).count(), 1, "{keyword}");
        }
    }

    #[test]
    fn a_share_is_within_its_whole() {
        assert_eq!("3/16".parse(), Ok(Shard { number: 3, of: 16 }));
        for wrong in ["0/3", "4/3", "3", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
