//! Short texts: the configuration, keywords, what goes to a terminal, and what is read as a number or a time.

use hecha::cli::units::{Shard, duration, interval_of_rate};
use hecha::client::{http_date, redact, retry_after};
use hecha::domain::date::{beginning_of_day, day_of_milliseconds, day_of_text};
use hecha::domain::failure::FailureKind;
use hecha::domain::identifier::{IdentifierKind, clean_keyword, read_as, recognise};
use hecha::domain::invisible::is_ignorable;
use hecha::domain::record::Topic;
use hecha::domain::secret::Secret;
use hecha::input::ReviewContext;
use hecha::output::sanitise::sanitise as sanitised;
use hecha::provider::REGISTRY;
use hecha::settings::keys::KEYS;
use hecha::settings::{ConfiguredValue, Values, chosen_providers, provider_for_plan};
use jiff::Timestamp;
use std::path::Path;

/// `config.toml`: read, or refused as a configuration in one line that names the file.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let values = match Values::of_text(Path::new("config.toml"), text) {
        Ok(values) => values,
        Err(failure) => {
            assert_eq!(failure.kind, FailureKind::Configuration);
            assert!(
                failure.message.en().starts_with("config.toml") && !failure.message.en().contains('\n'),
                "{failure}"
            );
            return;
        }
    };
    for key in KEYS.iter() {
        // A key that is given as "" has an origin, but no value.
        let is_given = values.get(key.section, key.name).is_some();
        let is_blank = values.text(key.section, key.name).is_some_and(|text| text.trim().is_empty());
        assert!(values.has(key.section, key.name) == (is_given && !is_blank) || key.is_secret());
        // Secrets are not asked for: that would read files and run commands.
        if key.is_secret() {
            assert!(values.text(key.section, key.name).is_none());
            let shown = values.get(key.section, key.name).map(ConfiguredValue::describe);
            assert!(shown.is_none_or(|shown| shown.en().starts_with("***")));
        } else {
            let _ = values.parsed(key.section, key.name, duration);
            let _ = values.parsed(key.section, key.name, interval_of_rate);
        }
    }
    let _ = chosen_providers(Topic::Copyright, None, &values);
    for info in REGISTRY {
        let _ = provider_for_plan(info.id, &values);
    }
}

/// Keywords: read the same again from what is sent, and never empty where there was something.
pub fn identifier(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let cleaned = clean_keyword(text);
    assert_eq!(clean_keyword(cleaned), cleaned);
    let found = recognise(text);
    assert_eq!(found, recognise(cleaned), "outer noise decides");
    let stated = IdentifierKind::ALL.map(|kind| read_as(text, kind));
    for identifier in stated.into_iter().chain([found]) {
        assert_eq!(identifier.canonical.is_empty(), cleaned.is_empty());
        let again = read_as(&identifier.canonical, identifier.kind);
        assert_eq!((&again.canonical, again.check), (&identifier.canonical, identifier.check));
        if identifier.kind != IdentifierKind::Name && identifier.has_form() {
            let fits = |character: char| matches!(character, 'A'..='Z' | '0'..='9' | '-');
            assert!(identifier.canonical.chars().all(fits), "{identifier:?}");
        }
    }
}

/// What goes to a terminal steers nothing, is one line, is settled after one pass, and keeps what people write.
pub fn sanitise(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let clean = sanitised(&text);
    assert_eq!(sanitised(&clean), clean, "not settled");
    assert!(!clean.contains(steers), "{clean:?}");
    assert!(clean.chars().count() <= text.chars().count());
    let plain = |text: &str| text.chars().filter(|character| is_plain(*character)).collect::<String>();
    assert_eq!(plain(&clean), plain(&text), "something that people write was lost");
}

fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// ASCII, and Chinese characters of every plane.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{3000}'..='\u{312f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
        || matches!(character, '\u{ff01}'..='\u{ff9f}' | '\u{20000}'..='\u{323af}')
}

/// Lengths of time, rates, shares, days, and the headers that hold a moment.
pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = duration(text);
    if let Ok(interval) = interval_of_rate(text) {
        assert_eq!(interval.is_zero(), text.trim() == "none");
    }
    if let Ok(shard) = text.parse::<Shard>() {
        assert!((1..=shard.of).contains(&shard.number));
        let _ = shard.holds(text, ReviewContext::default());
    }
    if let Some(day) = day_of_text(text) {
        assert_eq!(day_of_text(&day).as_deref(), Some(day.as_str()));
        assert!(beginning_of_day(&day).is_some(), "{day}");
    }
    let _ = beginning_of_day(text);
    if let Ok(number) = text.parse() {
        let _ = day_of_milliseconds(number);
    }
    for server_date in [None, http_date(text), Some(Timestamp::MIN), Some(Timestamp::MAX)] {
        for received_at in [Timestamp::UNIX_EPOCH, Timestamp::MIN, Timestamp::MAX] {
            let _ = retry_after(text, server_date, received_at);
        }
    }
}

/// A secret that a vendor echoes, also split by invisible characters: it stands nowhere after masking and cleaning.
pub fn secrets(data: &[u8]) {
    const SECRET: &str = "0123456789abcdef";
    let text = String::from_utf8_lossy(data);
    let mut invisible = text.chars().filter(|character| is_ignorable(*character)).cycle();
    let split = SECRET.chars().flat_map(|letter| std::iter::once(letter).chain(invisible.next()));
    let body = format!("{text}{}{text}{SECRET}", split.collect::<String>());
    let masked = redact(body.into_bytes(), &[Secret::new(SECRET.to_owned())]);
    let shown = sanitised(&String::from_utf8_lossy(&masked)).into_owned();
    assert!(!shown.contains(SECRET), "{shown:?}");
    let visible: String = shown.chars().filter(|character| !is_ignorable(*character)).collect();
    assert!(!visible.contains(SECRET), "{shown:?}");
}

/// A moment has one day in China, whether it is written as an epoch, as text of an epoch, or with any zone.
pub fn days(data: &[u8]) {
    let Some(milliseconds) = data.first_chunk().map(|bytes| i64::from_le_bytes(*bytes)) else { return };
    let Ok(moment) = Timestamp::from_millisecond(milliseconds) else { return };
    let Some(day) = day_of_milliseconds(milliseconds) else { return };
    for text in [
        format!("{moment}"),
        format!("{moment}").replace('Z', "+00:00"),
        format!("{moment}").replace('Z', "+0000"),
    ] {
        assert_eq!(day_of_text(&text).as_deref(), Some(day.as_str()), "{text}");
    }
    let epoch = milliseconds.to_string();
    if epoch.trim_start_matches('-').len() >= 11 {
        assert_eq!(day_of_text(&epoch).as_deref(), Some(day.as_str()), "{epoch}");
    }
    let beginning = beginning_of_day(&day).expect("a day has a beginning");
    assert!(beginning <= moment, "{day} begins after {moment}");
}
