//! What can be typed about an AWS account, beside any command that talks to one.

use std::str::FromStr;

use clap::Args;

use crate::target::exchange::Picodollars;

#[derive(Debug, Args)]
pub struct Account {
    #[arg(
        long,
        value_name = "NAME",
        global = true,
        help = "The profile whose credentials, region and endpoint are used [default: AWS_PROFILE, or default]"
    )]
    pub profile: Option<String>,
    #[arg(
        long,
        value_name = "NAME",
        global = true,
        help = "The region of --target aws [default: AWS_REGION, the profile's, or us-east-1]"
    )]
    pub region: Option<String>,
    #[arg(
        long,
        value_name = "USD",
        global = true,
        allow_negative_numbers = true,
        help = "Stop before a session on an account has cost more than this many dollars [default: 0.10]"
    )]
    pub max_cost: Option<MaxCost>,
    /// Work as an account's root user all the same
    #[arg(long, global = true)]
    pub allow_root: bool,
    /// Without a screen: say yes to what it costs at most, instead of typing it
    #[arg(long, global = true)]
    pub yes: bool,
}

impl Account {
    /// The most a session may cost.
    #[must_use]
    pub fn ceiling(&self) -> Picodollars {
        self.max_cost.map_or(USUAL, |MaxCost(amount)| amount)
    }

    /// The first option that means nothing without an account.
    #[must_use]
    pub fn unused(&self) -> Option<&'static str> {
        [
            (self.profile.is_some(), "--profile"),
            (self.region.is_some(), "--region"),
            (self.max_cost.is_some(), "--max-cost"),
            (self.allow_root, "--allow-root"),
        ]
        .into_iter()
        .find_map(|(given, name)| given.then_some(name))
    }
}

/// What is proposed: ten times what a lesson costs.
const USUAL: Picodollars = Picodollars(PICODOLLARS / 10);

/// The most a session may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxCost(pub Picodollars);

/// A hundred times what is proposed, and a thousand times what a lesson costs. More would protect from nothing: whoever wants to
/// spend it does not need a lesson's guard.
const MOST_DOLLARS: u64 = 10;
/// A millionth of a dollar is about what one small write costs.
const DECIMALS: usize = 6;
const PICODOLLARS: u64 = 1_000_000_000_000;

impl FromStr for MaxCost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const ALLOWED: &str = "give dollars from 0.000001 to 10, such as 0.10";
        let number = text.strip_prefix('$').unwrap_or(text);
        if number.starts_with('-') {
            return Err(format!("a ceiling can't be below nothing; {ALLOWED}"));
        }
        if number.contains(',') {
            return Err(format!("write it with a point, as in 0.10; {ALLOWED}"));
        }
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(format!("that is no amount of dollars; {ALLOWED}"));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS {
            return Err(format!(
                "nothing is as cheap as that: six decimals are enough; {ALLOWED}"
            ));
        }
        let too_much = || {
            format!(
                "more than {MOST_DOLLARS} dollars is no ceiling for a lesson that costs less than a cent; {ALLOWED}"
            )
        };
        let whole = whole.trim_start_matches('0');
        // Digits only, so all that can go wrong is their number.
        let dollars: u64 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| too_much())?
        };
        if dollars > MOST_DOLLARS {
            return Err(too_much());
        }
        let parts: u64 = format!("{fraction:0<12}").parse().unwrap_or_default();
        let amount = dollars * PICODOLLARS + parts;
        if amount > MOST_DOLLARS * PICODOLLARS {
            return Err(too_much());
        }
        if amount == 0 {
            return Err(format!(
                "with nothing to spend, nothing can be sent; {ALLOWED}, or leave --target aws out: the simulated table is free"
            ));
        }
        Ok(Self(Picodollars(amount)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_is_exact_or_refused_with_what_is_allowed() {
        for (text, picodollars) in [
            ("0.10", 100_000_000_000),
            ("$0.5", 500_000_000_000),
            (".25", 250_000_000_000),
            ("10", 10_000_000_000_000),
            ("10.00", 10_000_000_000_000),
            ("0001.", 1_000_000_000_000),
            ("0.000001", 1_000_000),
        ] {
            assert_eq!(
                text.parse(),
                Ok(MaxCost(Picodollars(picodollars))),
                "{text}"
            );
        }
        for (text, part) in [
            ("-1", "below nothing"),
            ("-0.10", "below nothing"),
            ("0", "nothing to spend"),
            ("0.000", "nothing to spend"),
            ("0,10", "with a point"),
            ("ten", "no amount"),
            ("", "no amount"),
            (".", "no amount"),
            ("NaN", "no amount"),
            ("inf", "no amount"),
            ("1e3", "no amount"),
            ("+1", "no amount"),
            ("1.2.3", "no amount"),
            ("0x10", "no amount"),
            ("10.000001", "no ceiling"),
            ("1000000", "no ceiling"),
            ("99999999999999999999999999", "no ceiling"),
            ("0.0000001", "six decimals"),
        ] {
            let words = text.parse::<MaxCost>().unwrap_err();
            assert!(words.contains(part), "{text}: {words}");
            assert!(words.contains("0.000001 to 10"), "{text}: {words}");
        }
    }
}
