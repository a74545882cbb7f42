//! Key `n` of each preset.
//!
//! What looks random is a mix of the number's bits (`SplitMix64`), so it is the same on every machine.
//! Invariant: a pure function of preset, number and date.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::super::key::KeyText;
use super::Preset;

/// So many in a hundred orders have a status.
const STATUSES: [(&str, u64); 4] = [("shipped", 86), ("paid", 9), ("open", 4), ("returned", 1)];
/// So many in a hundred users live in a country.
const COUNTRIES: [(&str, u64); 10] = [
    ("US", 34),
    ("IN", 20),
    ("BR", 11),
    ("GB", 8),
    ("DE", 7),
    ("FR", 6),
    ("JP", 5),
    ("NG", 4),
    ("MX", 3),
    ("CA", 2),
];
const DEVICES: u64 = 40;
/// Days that readings are kept for.
const DAYS: u64 = 14;
const SUFFIXES: u64 = 16;
/// Makes a second mix of a number unlike the first.
const OTHER: u64 = 0x5851_f42d_4c95_7f2d;
/// Every so many numbers, one is written in another way.
const REPEATED: u64 = 20;

pub(super) fn key(preset: Preset, number: u64, today: &str) -> KeyText {
    let nth = number + 1;
    match preset {
        Preset::UserId => KeyText::of(format!("user-{nth:06}")),
        Preset::Uuid => KeyText::of(uuid(number)),
        Preset::Status => {
            KeyText::of(weighted(&STATUSES, number)).with_sort(format!("order-{nth:05}"))
        }
        Preset::Today => KeyText::of(today).with_sort(format!("event-{nth:05}")),
        Preset::Country => {
            KeyText::of(weighted(&COUNTRIES, number)).with_sort(format!("user-{nth:05}"))
        }
        Preset::Device => KeyText::of(device(number)).with_sort(minute(number / DEVICES)),
        Preset::DeviceDay => {
            let round = number / DEVICES;
            let day = before(today, round % DAYS);
            KeyText::of(format!("{}#{day}", device(number))).with_sort(minute(round / DAYS))
        }
        Preset::Sharded => KeyText::of(format!("{today}.{}", number % SUFFIXES + 1))
            .with_sort(format!("event-{nth:05}")),
        Preset::Number if number % REPEATED == REPEATED - 1 => KeyText::of(format!("{number}.0")),
        Preset::Number => KeyText::of(nth.to_string()),
        Preset::Binary => {
            let bytes = [mixed(number), mixed(number ^ OTHER)]
                .map(u64::to_be_bytes)
                .concat();
            KeyText::of(STANDARD.encode(bytes))
        }
        Preset::NoKey => KeyText::default(),
    }
}

fn device(number: u64) -> String {
    format!("device-{:02}", number % DEVICES + 1)
}

/// The minute of a day, as a clock shows it; beyond the day the hours go on.
fn minute(minute: u64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// So many days earlier. What is no date stays as it is, so that a wrong clock is seen and not hidden.
fn before(today: &str, days: u64) -> String {
    let days = i64::try_from(days).unwrap_or(0);
    today
        .parse::<Date>()
        .ok()
        .and_then(|date| date.checked_sub(days.days()).ok())
        .map_or_else(|| format!("{today}-{days}"), |date| date.to_string())
}

/// A value by its share of a hundred.
fn weighted(shares: &[(&'static str, u64)], number: u64) -> &'static str {
    let mut left = mixed(number) % 100;
    for (value, share) in shares {
        if left < *share {
            return value;
        }
        left -= share;
    }
    shares.last().map_or("", |(value, _)| value)
}

/// Looks like a random (version 4) UUID.
fn uuid(number: u64) -> String {
    let (high, low) = (mixed(number), mixed(number ^ OTHER));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// `SplitMix64`: neighbouring numbers come out unlike each other.
fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
