//! Points in time as `DynamoDB` writes them in sentences.

use crate::simulator::Timestamp;

/// `Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time`.
#[must_use]
pub fn in_full(time: Timestamp) -> String {
    const DAYS: [&str; 7] = [
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Monday",
        "Tuesday",
        "Wednesday",
    ];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let seconds = time.millis() / 1000;
    let days = seconds / 86_400;
    let (year, month, day) = civil(days);
    let weekday = DAYS[usize::try_from(days % 7).expect("below seven")];
    let month = MONTHS[usize::try_from(month - 1).expect("below twelve")];
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = (hour + 11) % 12 + 1;
    format!(
        "{weekday}, {month} {day}, {year} at {hour}:{minute:02}:{second:02} {half} Coordinated Universal Time"
    )
}

/// Year, month and day of a number of days since 1970.
///
/// Years are counted from March, so that the leap day is the last of its year (Howard Hinnant's `civil_from_days`).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_names_and_hours_have_halves() {
        let full = |millis| in_full(Timestamp::from_millis(millis));
        assert_eq!(
            full(0),
            "Thursday, January 1, 1970 at 12:00:00 AM Coordinated Universal Time"
        );
        // As AWS wrote it.
        assert_eq!(
            full(1_791_505_294_000),
            "Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time"
        );
        assert_eq!(
            full(1_709_211_600_000),
            "Thursday, February 29, 2024 at 1:00:00 PM Coordinated Universal Time"
        );
    }
}
