//! Values as the command line and the configuration write them: numbers, durations, rates, days, shards. An error is the
//! reason without the value.

use crate::domain::date::beginning_of_day;
use crate::domain::page::ByFinding;
use crate::domain::text::{Message, Text, message};
use crate::input::ReviewContext;
use jiff::{SignedDuration, Timestamp};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

const NOT_A_NUMBER: Text = Text::new("it is not a whole number", "不是整数");
const NOT_A_DURATION: Text =
    Text::new("it is not a duration; write it like 30s, 24h or 90d", "不是时长；写法如 30s、24h 或 90d");
const NOT_A_TIMEOUT: Text =
    Text::new("it must be longer than zero; write it like 30s", "必须大于零；写法如 30s");
const NOT_AN_AGE: Text = Text::new(
    "it is not an age; write it like 24h or records=30d,nothing=7d",
    "不是有效期；写法如 24h 或 records=30d,nothing=7d",
);
const NOT_A_RATE: Text = Text::new(
    "it is not a rate; write it like 5/s, 100/m or 1000/h",
    "不是速率；写法如 5/s、100/m 或 1000/h",
);
const NOT_A_DAY: Text = Text::new("it is not a day; write it like 2026-01-31", "不是日期；写法如 2026-01-31");
const NOT_A_YEAR: Text = Text::new("it is not a year; write it like 2024", "不是年份；写法如 2024");
const NOT_A_SHARD: Text = Text::new(
    "it is not a shard; write it like 3/16, from 1/16 to 16/16",
    "不是分片；写法如 3/16（从 1/16 到 16/16）",
);
const NOT_AN_ADDRESS: Text = Text::new(
    "it is not an address with a port; write it like 127.0.0.1:8080",
    "不是带端口的地址；写法如 127.0.0.1:8080",
);
const BLANK: Text = Text::new("it is blank; leave it out or fill it in", "内容为空；请去掉或填写");

/// A whole number within bounds.
///
/// # Errors
/// The reason, as for all functions of this module.
pub fn number<T: TryFrom<u64>>(text: &str, bounds: RangeInclusive<u64>) -> Result<T, Message> {
    let (least, most) = bounds.into_inner();
    let number: i128 = text.parse().map_err(|_| NOT_A_NUMBER)?;
    if number < i128::from(least) {
        return Err(message!("it is too small: at least {least}", "数值太小：至少为 {least}"));
    }
    let within = u64::try_from(number).ok().filter(|number| *number <= most);
    within
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| message!("it is too large: at most {most}", "数值太大：至多为 {most}"))
}

/// A number that may be zero.
pub fn whole_number(text: &str) -> Result<u64, Message> {
    number(text, 0..=u64::MAX)
}

/// A number that counts from one.
pub fn positive(text: &str) -> Result<u64, Message> {
    number(text, 1..=u64::MAX)
}

/// The number of a page; the next one must still fit.
pub fn page(text: &str) -> Result<u32, Message> {
    number(text, 1..=1_000_000_000)
}

/// The number of records a page.
pub fn page_size(text: &str) -> Result<u32, Message> {
    number(text, 1..=u32::MAX.into())
}

/// The number of attempts after the first.
pub fn retries(text: &str) -> Result<u32, Message> {
    number(text, 0..=u32::MAX.into())
}

/// The number of concurrent requests.
pub fn concurrency(text: &str) -> Result<usize, Message> {
    number(text, 1..=256)
}

/// The number of an entry of the archive.
pub fn entry(text: &str) -> Result<i64, Message> {
    number(text, 1..=i64::MAX.unsigned_abs())
}

/// An address with a port.
pub fn address(text: &str) -> Result<SocketAddr, Message> {
    text.parse().map_err(|_| NOT_AN_ADDRESS.into())
}

/// A text that is not blank, without white space around it.
pub fn not_blank(text: &str) -> Result<String, Message> {
    match text.trim() {
        "" => Err(BLANK.into()),
        text => Ok(text.to_owned()),
    }
}

/// A year of four digits.
pub fn year(text: &str) -> Result<String, Message> {
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(NOT_A_YEAR.into())
    }
}

/// The moment at which a day such as `2026-01-31` begins.
pub fn day(text: &str) -> Result<Timestamp, Message> {
    beginning_of_day(text).ok_or_else(|| NOT_A_DAY.into())
}

/// A duration such as `30s`, `24h`, `90d`, `1h 30m`.
pub fn duration(text: &str) -> Result<Duration, Message> {
    humantime::parse_duration(text.trim()).map_err(|_| NOT_A_DURATION.into())
}

/// A timeout. Zero is refused: a call would be sent, and perhaps charged, without waiting for its answer.
pub fn timeout(text: &str) -> Result<Duration, Message> {
    match duration(text)? {
        Duration::ZERO => Err(NOT_A_TIMEOUT.into()),
        time => Ok(time),
    }
}

/// The moment that is `age` before `now`.
pub fn before(now: Timestamp, age: Duration) -> Timestamp {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}

/// One value for both findings, or values by name: `records=30d,nothing=7d`. `wrong` is the reason for another name.
pub fn by_finding<T: Copy>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, Message>,
    wrong: Text,
) -> Result<ByFinding<Option<T>>, Message> {
    if !text.contains('=') {
        return Ok(ByFinding::both(Some(parse(text)?)));
    }
    let mut values = ByFinding::both(None);
    for part in text.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim() {
            "records" => values.records = Some(parse(value)?),
            "nothing" => values.nothing = Some(parse(value)?),
            _ => return Err(wrong.into()),
        }
    }
    Ok(values)
}

/// The ages up to which archived answers are reused: `24h`, or `records=30d,nothing=7d`.
pub fn max_age(text: &str) -> Result<ByFinding<Option<Duration>>, Message> {
    by_finding(text, duration, NOT_AN_AGE)
}

/// A rate below one request in a year is refused.
const LONGEST_INTERVAL: Duration = Duration::from_hours(365 * 24);

/// The minimum time between two requests at a rate such as `5/s`, `100/m` or `1000/h`; zero for the rate `none`.
pub fn interval_of_rate(text: &str) -> Result<Duration, Message> {
    if text.trim() == "none" {
        return Ok(Duration::ZERO);
    }
    let (count, period) = text.trim().split_once('/').ok_or(NOT_A_RATE)?;
    let count: f64 = count.trim().parse().map_err(|_| NOT_A_RATE)?;
    let period = match period.trim() {
        "s" | "sec" | "second" => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hour" => 3600.0,
        _ => return Err(NOT_A_RATE.into()),
    };
    let interval = Duration::try_from_secs_f64(period / count).map_err(|_| NOT_A_RATE)?;
    if interval.is_zero() || interval > LONGEST_INTERVAL { Err(NOT_A_RATE.into()) } else { Ok(interval) }
}

/// A shard `N/M` of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The number of the shard, from 1.
    pub number: u64,
    /// The number of all shards.
    pub of: u64,
}

impl Shard {
    /// Whether a keyword belongs to this shard. All its spellings belong to one. It depends on the keyword only, so that the
    /// shards of a list stay the same when it grows or is sorted.
    pub fn holds(self, keyword: &str, review: ReviewContext) -> bool {
        use md5::{Digest, Md5};
        let digest = Md5::digest(review.comparable(keyword).as_bytes());
        let mut head = [0_u8; 8];
        head.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(head) % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        let (index, of) = text.trim().split_once('/').ok_or(NOT_A_SHARD)?;
        let count = |text: &str| text.trim().parse().map_err(|_| NOT_A_SHARD);
        let shard = Self { number: count(index)?, of: count(of)? };
        if shard.number == 0 || shard.number > shard.of { Err(NOT_A_SHARD.into()) } else { Ok(shard) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_and_within_its_bounds() {
        assert_eq!(page_size("20"), Ok(20));
        for (text, reason) in [
            ("abc", "not a whole number"),
            ("", "not a whole number"),
            ("1.5", "not a whole number"),
            ("-", "not a whole number"),
            ("-3", "at least 1"),
            ("0", "at least 1"),
            ("4294967296", "at most 4294967295"),
            ("99999999999999999999999", "at most 4294967295"),
        ] {
            let told = page_size(text).unwrap_err();
            assert!(told.en().contains(reason), "{text}: {told}");
        }
        assert_eq!(entry("7"), Ok(7));
        assert!(entry("x").unwrap_err().en().contains("not a whole number"));
        assert!(address("x").unwrap_err().en().contains("127.0.0.1:8080"));
    }

    #[test]
    fn an_age_is_one_or_depends_on_what_was_found() {
        let hours = |hours| Some(Duration::from_hours(hours));
        assert_eq!(max_age("24h"), Ok(ByFinding::both(hours(24))));
        assert_eq!(
            max_age("records=30d, nothing=7d"),
            Ok(ByFinding { records: hours(30 * 24), nothing: hours(7 * 24) })
        );
        assert_eq!(max_age("nothing=1h"), Ok(ByFinding { records: None, nothing: hours(1) }));
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
        assert_eq!(interval_of_rate("none"), Ok(Duration::ZERO));
        for wrong in ["5", "0/s", "-1/s", "x/s", "5/day", "1e99/s", "1e-13/h", "NaN/s"] {
            assert!(interval_of_rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_shards_of_a_list_are_disjoint_and_whole() {
        let shards: Vec<Shard> = (1..=5).map(|number| Shard { number, of: 5 }).collect();
        for index in 0..500 {
            let keyword = format!("公司{index}");
            assert_eq!(
                shards.iter().filter(|shard| shard.holds(&keyword, ReviewContext::default())).count(),
                1,
                "{keyword}"
            );
        }
    }

    #[test]
    fn a_shard_is_within_its_whole() {
        assert_eq!("3/16".parse(), Ok(Shard { number: 3, of: 16 }));
        for wrong in ["0/3", "4/3", "3", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
