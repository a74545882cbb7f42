//! Numbers as a person reads them, the same on every picture and in every sentence.
//!
//! Invariant: never more digits than mean something, and always a unit where there is one.

/// `1234567` as `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 item`, `3 items`: regular nouns only.
#[must_use]
pub fn plural(number: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        count(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A size as `55 B`, `1.2 KB` or `20.1 MB`, with DynamoDB's 1 KB = 1,024 bytes.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "one digit after the point is shown"
)]
pub fn bytes(size: u64) -> String {
    const KB: f64 = 1024.0;
    let exact = size as f64;
    match size {
        0..=1023 => format!("{size} B"),
        // From here the next unit would be shown as 1024.0 of the smaller one.
        1024..=1_048_524 => format!("{:.1} KB", exact / KB),
        1_048_525..=1_073_689_395 => format!("{:.1} MB", exact / (KB * KB)),
        _ => format!("{:.1} GB", exact / (KB * KB * KB)),
    }
}

/// `part` of `whole` as `37.5 %`; of nothing it is `0 %`.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0 %".to_owned();
    }
    // Rounded half up in whole numbers, so that no table size can shift a digit.
    let tenths = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole);
    if tenths.is_multiple_of(10) {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// Bytes as `42 65 65 62 61`; more than `limit` of them end in `…`.
#[must_use]
pub fn hex(raw: &[u8], limit: usize) -> String {
    let mut text = raw
        .iter()
        .take(limit)
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .join(" ");
    if raw.len() > limit {
        text.push_str(" …");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_three() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn sizes_use_dynamodbs_kilobyte() {
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1024), "1.0 KB");
        assert_eq!(bytes(1_048_524), "1023.9 KB");
        assert_eq!(bytes(1_048_525), "1.0 MB");
        assert_eq!(bytes(1_073_741_824), "1.0 GB");
    }

    #[test]
    fn shares_have_one_digit_at_most() {
        assert_eq!(percent(3, 8), "37.5 %");
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(2, 3), "66.7 %");
        assert_eq!(percent(8, 8), "100 %");
        assert_eq!(percent(0, 0), "0 %");
    }

    #[test]
    fn long_byte_strings_are_cut() {
        assert_eq!(hex(b"Beeba", 8), "42 65 65 62 61");
        assert_eq!(hex(b"Beeba", 2), "42 65 …");
        assert_eq!(hex(b"", 2), "");
    }
}
