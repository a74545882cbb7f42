//! Numbers as a learner reads them: with units, aligned, never more digits than mean something.
//!
//! Invariant: money and capacity are formatted from exact integers.

use std::time::Duration;

use crate::app::paper::{Line, Role};
use crate::scene::count;
use crate::target::exchange::{Exchange, Picodollars};

/// Dollars with all the digits that a tiny price has, and two at least: `$0.000000625`, `$12.69`.
#[must_use]
pub fn money(price: Picodollars) -> String {
    const WHOLE: u64 = 1_000_000_000_000;
    let (dollars, rest) = (price.0 / WHOLE, price.0 % WHOLE);
    if dollars > 0 {
        let cents = (rest + WHOLE / 200) / (WHOLE / 100);
        let (dollars, cents) = if cents == 100 {
            (dollars + 1, 0)
        } else {
            (dollars, cents)
        };
        return format!("${}.{cents:02}", count(dollars));
    }
    let digits = format!("{rest:012}");
    let digits = digits.trim_end_matches('0');
    format!("$0.{digits:0<2}")
}

/// `0.4 ms`, `38 ms`, `1.2 s`.
#[must_use]
pub fn time(elapsed: Duration) -> String {
    let micros = elapsed.as_micros();
    match micros {
        0..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        10_000..1_000_000 => format!("{} ms", micros / 1000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

/// `33 bytes`, `1.8 KB`, `2.4 MB`, with 1,024 bytes to a KB as DynamoDB counts.
#[must_use]
pub fn bytes(size: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = KB * KB;
    match size {
        1 => "1 byte".to_owned(),
        0..KB => format!("{size} bytes"),
        KB..MB => format!("{}.{} KB", size / KB, size % KB * 10 / KB),
        _ => format!("{}.{} MB", count(size / MB), size % MB * 10 / MB),
    }
}

/// `1 WCU`, `0.5 RCU`, or both; empty when nothing was consumed.
#[must_use]
pub fn capacity(exchange: &Exchange) -> String {
    let mut parts = Vec::new();
    if exchange.written.halves() > 0 {
        parts.push(format!("{} WCU", exchange.written));
    }
    if exchange.read.halves() > 0 {
        parts.push(format!("{} RCU", exchange.read));
    }
    parts.join(" + ")
}

/// `1 item`, `3 items`.
#[must_use]
pub fn plural(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// What a call cost, as two short lines: capacity and price; time and bytes read or written.
#[must_use]
pub fn cost(exchange: &Exchange) -> [Line; 2] {
    let capacity = capacity(exchange);
    let first = if exchange.price_is_most {
        Line::of(Role::Dim, "at most ").push(Role::Strong, money(exchange.price))
    } else if capacity.is_empty() {
        Line::of(Role::Dim, "free of charge")
    } else {
        Line::of(Role::Strong, capacity).push(Role::Dim, format!("   {}", money(exchange.price)))
    };
    let mut second = time(exchange.elapsed);
    if let Some(trace) = &exchange.trace
        && trace.bytes_moved() > 0
    {
        second.push_str("   ");
        second.push_str(&bytes(trace.bytes_moved()));
    }
    [first, Line::of(Role::Dim, second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_money_keeps_its_digits_and_large_money_its_cents() {
        assert_eq!(money(Picodollars(625_000)), "$0.000000625");
        assert_eq!(money(Picodollars(62_500)), "$0.0000000625");
        assert_eq!(money(Picodollars(0)), "$0.00");
        assert_eq!(money(Picodollars(12_687_500_000_000)), "$12.69");
        assert_eq!(money(Picodollars(1_999_999_999_999)), "$2.00");
        assert_eq!(money(Picodollars(300_000_000_000)), "$0.30");
    }

    #[test]
    fn times_and_sizes_have_two_digits_that_mean_something() {
        assert_eq!(time(Duration::from_micros(420)), "0.4 ms");
        assert_eq!(time(Duration::from_millis(38)), "38 ms");
        assert_eq!(time(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(bytes(33), "33 bytes");
        assert_eq!(bytes(1843), "1.7 KB");
        assert_eq!(bytes(2 * 1024 * 1024), "2.0 MB");
        assert_eq!(plural(1, "item"), "1 item");
    }
}
