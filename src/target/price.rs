//! What a request would cost on AWS.
//!
//! Prices are read from `assets/prices.toml` once; they are written there as decimal text, so that no
//! price passes through a float. A trillionth of a dollar is the unit because half a read unit costs 62,500 of them.
//! Invariant: sums are exact until they are written; only writing rounds.

use std::sync::OnceLock;

use serde::Deserialize;

use super::exchange::Picodollars;
use crate::simulator::trace::CapacityUnits;

/// Picodollars in a dollar.
const DOLLAR: u64 = 1_000_000_000_000;

/// The prices of one region, each for one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    pub region: String,
    /// Table class: `DynamoDB Standard`.
    pub class: String,
    /// The day the prices were read, as `2026-11-22`.
    pub read_on: String,
    pub on_demand_write: Picodollars,
    pub on_demand_read: Picodollars,
    /// For one unit for one hour.
    pub provisioned_write: Picodollars,
    pub provisioned_read: Picodollars,
    pub gigabyte_month: Picodollars,
    pub free_gigabytes: u64,
    /// For each 512 KB that a request to an HTTP API begins.
    pub api_request: Picodollars,
    pub lambda_request: Picodollars,
    pub lambda_gigabyte_second: Picodollars,
    /// That leaves AWS for the internet.
    pub transfer_gigabyte: Picodollars,
    /// Written to a log.
    pub log_gigabyte: Picodollars,
    pub log_gigabyte_month: Picodollars,
}

/// The built-in prices.
#[must_use]
pub fn prices() -> &'static Prices {
    static PRICES: OnceLock<Prices> = OnceLock::new();
    PRICES.get_or_init(|| {
        parse(include_str!("../../assets/prices.toml"))
            .expect("the built-in price table is read by a test")
    })
}

/// On-demand price of write units.
#[must_use]
pub fn write_units(units: CapacityUnits) -> Picodollars {
    of(units, prices().on_demand_write)
}

/// On-demand price of read units.
#[must_use]
pub fn read_units(units: CapacityUnits) -> Picodollars {
    of(units, prices().on_demand_read)
}

fn of(units: CapacityUnits, one: Picodollars) -> Picodollars {
    Picodollars(units.halves().saturating_mul(one.0) / 2)
}

/// Hours in an average month, as AWS's own examples count them.
pub const HOURS_A_MONTH: u64 = 730;

/// Bytes that are billed for each stored item besides its own, for indexing.
const BYTES_OF_AN_ITEM: u64 = 100;

/// What a table's storage costs at most: as if none of it were free, and as if it had been as large as it is all the time.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
#[must_use]
pub fn storage(items: u64, bytes: u64, milliseconds: u64) -> Picodollars {
    const GIGABYTE: u128 = 1 << 30;
    let month = u128::from(HOURS_A_MONTH) * 3_600_000;
    let billed = u128::from(bytes) + u128::from(items) * u128::from(BYTES_OF_AN_ITEM);
    let price = u128::from(prices().gigabyte_month.0);
    // What a server says of a table's size may be anything.
    let all = billed
        .saturating_mul(price)
        .saturating_mul(u128::from(milliseconds));
    let pico = all / (GIGABYTE * month);
    Picodollars(u64::try_from(pico).unwrap_or(u64::MAX))
}

/// What a request to an HTTP API with a function behind it costs, besides what the function does at the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invocation {
    /// Of the request.
    pub request: u64,
    /// Of its answer, which leaves AWS.
    pub answer: u64,
    /// What is billed of the function's time.
    pub milliseconds: u64,
    /// The function's, in megabytes.
    pub memory: u64,
    /// What is written to its log.
    pub log: u64,
}

impl Invocation {
    /// Each part rounded up.
    #[must_use]
    pub fn price(&self) -> Picodollars {
        const METERED: u64 = 512 * 1024;
        const GIGABYTE: u128 = 1 << 30;
        let prices = prices();
        let part = |amount: u128, one: Picodollars, of: u128| {
            let pico = amount.saturating_mul(u128::from(one.0)).div_ceil(of);
            Picodollars(u64::try_from(pico).unwrap_or(u64::MAX))
        };
        let bytes = self.request.saturating_add(self.answer);
        let pieces = bytes.div_ceil(METERED).max(1);
        let time = u128::from(self.milliseconds).saturating_mul(u128::from(self.memory));
        prices.api_request * pieces
            + prices.lambda_request
            + part(time, prices.lambda_gigabyte_second, 1000 * 1024)
            + part(u128::from(self.answer), prices.transfer_gigabyte, GIGABYTE)
            + part(u128::from(self.log), prices.log_gigabyte, GIGABYTE)
    }
}

/// The same reads and writes, every second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub item_bytes: u64,
    pub reads_per_second: u64,
    pub writes_per_second: u64,
    pub strongly_consistent: bool,
}

/// What a load comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Units of one read.
    pub read: CapacityUnits,
    /// Units of one write.
    pub write: CapacityUnits,
    /// Units of all reads of a second.
    pub reads: CapacityUnits,
    /// Units of all writes of a second.
    pub writes: CapacityUnits,
    /// A month of whole units of just this capacity.
    pub provisioned_month: Picodollars,
    /// A month of these requests.
    pub on_demand_month: Picodollars,
}

impl Load {
    /// A read unit pays for 4 KB (half a unit for an eventually consistent read), a write unit for 1 KB, each
    /// item rounded up. Sums that no table comes near end at the largest number.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
    #[must_use]
    pub fn figures(&self) -> Figures {
        let halves = if self.strongly_consistent { 2 } else { 1 };
        let read = self.item_bytes.div_ceil(4096).max(1) * halves;
        let write = self.item_bytes.div_ceil(1024).max(1).saturating_mul(2);
        let reads = read.saturating_mul(self.reads_per_second);
        let writes = write.saturating_mul(self.writes_per_second);
        let prices = prices();
        let month = |halves: u64, one: Picodollars, times: u64| {
            u128::from(halves) * u128::from(one.0) * u128::from(times) / 2
        };
        let money = |pico: u128| Picodollars(u64::try_from(pico).unwrap_or(u64::MAX));
        let seconds = HOURS_A_MONTH * 3600;
        // Capacity is provisioned in whole units; writes have no halves.
        let whole = reads.div_ceil(2).saturating_mul(2);
        Figures {
            read: CapacityUnits::from_halves(read),
            write: CapacityUnits::from_halves(write),
            reads: CapacityUnits::from_halves(reads),
            writes: CapacityUnits::from_halves(writes),
            provisioned_month: money(
                month(whole, prices.provisioned_read, HOURS_A_MONTH)
                    + month(writes, prices.provisioned_write, HOURS_A_MONTH),
            ),
            on_demand_month: money(
                month(reads, prices.on_demand_read, seconds)
                    + month(writes, prices.on_demand_write, seconds),
            ),
        }
    }
}

impl std::ops::Add for Picodollars {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Picodollars {
    /// A sum in which something was counted that turned out to cost something else.
    #[must_use]
    pub fn corrected(self, counted: Self, cost: Self) -> Self {
        Self(self.0.saturating_sub(counted.0)) + cost
    }
}

impl std::ops::Mul<u64> for Picodollars {
    type Output = Self;
    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl std::iter::Sum for Picodollars {
    fn sum<I: Iterator<Item = Self>>(prices: I) -> Self {
        prices.fold(Self(0), |total, one| total + one)
    }
}

impl Picodollars {
    /// A sum that is the most, with the digits that [`Display`](std::fmt::Display) shows; never less than it was.
    #[must_use]
    pub const fn rounded_up(self) -> Self {
        const CENT: u64 = DOLLAR / 100;
        let unit = match self.0.checked_ilog10() {
            Some(digits) if self.0 < CENT => 10_u64.pow(digits.saturating_sub(2)),
            _ => CENT,
        };
        Self(self.0.div_ceil(unit).saturating_mul(unit))
    }
}

impl std::fmt::Display for Picodollars {
    /// From a cent on in cents (`$12.69`), below that with three significant digits (`$0.000000625`), and `$0`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == 0 {
            return f.write_str("$0");
        }
        let cent = DOLLAR / 100;
        if self.0 >= cent {
            let cents = self.0.saturating_add(cent / 2) / cent;
            return write!(f, "${}.{:02}", cents / 100, cents % 100);
        }
        // Cut to three digits, rounding half up; the rest means nothing at this size.
        let digits = self.0.ilog10() + 1;
        let scale = 10_u64.pow(digits.saturating_sub(3));
        let rounded = (self.0 + scale / 2) / scale * scale;
        let fraction = format!("{rounded:012}");
        write!(f, "$0.{}", fraction.trim_end_matches('0'))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    region: String,
    class: String,
    read: String,
    on_demand: Pair,
    provisioned: Pair,
    storage: Storage,
    http_api: Requests,
    lambda: Lambda,
    transfer: Transfer,
    logs: Logs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    request: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lambda {
    request: String,
    gigabyte_second: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transfer {
    gigabyte: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Logs {
    gigabyte: String,
    gigabyte_month: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    write: String,
    read: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Storage {
    gigabyte_month: String,
    free_gigabytes: u64,
}

#[derive(Debug, thiserror::Error)]
enum PriceError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("{0:?} is not an amount of dollars with at most {1} decimals")]
    Amount(String, usize),
}

fn parse(text: &str) -> Result<Prices, PriceError> {
    let file: File = toml::from_str(text)?;
    Ok(Prices {
        region: file.region,
        class: file.class,
        read_on: file.read,
        // Given for a million: six decimals fewer are left for one.
        on_demand_write: dollars(&file.on_demand.write, 6)?,
        on_demand_read: dollars(&file.on_demand.read, 6)?,
        provisioned_write: dollars(&file.provisioned.write, 12)?,
        provisioned_read: dollars(&file.provisioned.read, 12)?,
        gigabyte_month: dollars(&file.storage.gigabyte_month, 12)?,
        free_gigabytes: file.storage.free_gigabytes,
        api_request: dollars(&file.http_api.request, 6)?,
        lambda_request: dollars(&file.lambda.request, 6)?,
        lambda_gigabyte_second: dollars(&file.lambda.gigabyte_second, 12)?,
        transfer_gigabyte: dollars(&file.transfer.gigabyte, 12)?,
        log_gigabyte: dollars(&file.logs.gigabyte, 12)?,
        log_gigabyte_month: dollars(&file.logs.gigabyte_month, 12)?,
    })
}

/// Decimal text as a whole number of `10^-decimals` parts; exact or refused.
fn dollars(text: &str, decimals: usize) -> Result<Picodollars, PriceError> {
    let wrong = || PriceError::Amount(text.to_owned(), decimals);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || fraction.len() > decimals {
        return Err(wrong());
    }
    format!("{whole}{fraction:0<decimals$}")
        .parse()
        .map(Picodollars)
        .map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_prices_are_those_of_the_pricing_page() {
        let prices = prices();
        assert_eq!(prices.on_demand_write, Picodollars(625_000));
        assert_eq!(prices.on_demand_read, Picodollars(125_000));
        assert_eq!(prices.provisioned_write, Picodollars(650_000_000));
        assert_eq!(prices.provisioned_read, Picodollars(130_000_000));
        assert_eq!(prices.gigabyte_month, Picodollars(250_000_000_000));
        assert!(prices.read_on.parse::<jiff::civil::Date>().is_ok());
    }

    #[test]
    fn an_invocation_is_a_sum_of_its_parts() {
        let nothing = Invocation {
            request: 0,
            answer: 0,
            milliseconds: 0,
            memory: 256,
            log: 0,
        };
        // A dollar and twenty cents for a million of both.
        assert_eq!(nothing.price(), Picodollars(1_200_000));
        let much = Invocation {
            request: 1,
            answer: 1 << 30,
            milliseconds: 1_000,
            memory: 1_024,
            log: 1 << 30,
        };
        let sum = 2_049_000_000 + 200_000 + 16_666_700 + 90_000_000_000 + 500_000_000_000;
        assert_eq!(much.price(), Picodollars(sum));
        let most = Invocation {
            request: u64::MAX,
            answer: u64::MAX,
            milliseconds: u64::MAX,
            memory: u64::MAX,
            log: u64::MAX,
        };
        assert_eq!(most.price(), Picodollars(u64::MAX));
    }

    #[test]
    fn prices_have_no_more_digits_than_mean_something() {
        let one_write = write_units(CapacityUnits::whole(1));
        let half_read = read_units(CapacityUnits::from_halves(1));
        let page = read_units(CapacityUnits::from_halves(257));
        for (price, written) in [
            (one_write, "$0.000000625"),
            (half_read, "$0.0000000625"),
            (page, "$0.0000161"),
            (page * 1_000_000, "$16.06"),
            (half_read * 1_000_000, "$0.06"),
            (Picodollars(9_996_000_000), "$0.01"),
            (Picodollars(1), "$0.000000000001"),
            (Picodollars(0), "$0"),
            (Picodollars(u64::MAX), "$18446744.07"),
        ] {
            assert_eq!(price.to_string(), written);
        }
    }

    #[test]
    fn the_most_is_rounded_up() {
        for (exact, shown) in [
            (583_898_025, "$0.000584"),
            (584_000_000, "$0.000584"),
            (750_000_000, "$0.00075"),
            (1, "$0.000000000001"),
            (0, "$0"),
            (10_510_000_000_001, "$10.52"),
            (10_510_000_000_000, "$10.51"),
            (12_400_000_000, "$0.02"),
            (9_999_000_000, "$0.01"),
            (999_900_000, "$0.001"),
        ] {
            let rounded = Picodollars(exact).rounded_up();
            assert_eq!(rounded.to_string(), shown, "{exact}");
            assert!(rounded >= Picodollars(exact), "{exact}");
        }
    }

    #[test]
    fn a_load_is_rounded_up_for_each_item_and_never_overflows() {
        let figures = |item_bytes, strongly_consistent| {
            let load = Load {
                item_bytes,
                reads_per_second: 10,
                writes_per_second: 10,
                strongly_consistent,
            };
            let Figures { reads, writes, .. } = load.figures();
            (reads.halves(), writes.halves())
        };
        assert_eq!(figures(5 * 1024, true), (40, 100));
        assert_eq!(figures(5 * 1024, false), (20, 100));
        assert_eq!(figures(4096, true), (20, 80));
        assert_eq!(figures(4097, true), (40, 100));
        assert_eq!(figures(0, false), (10, 20));
        let most = Load {
            item_bytes: u64::MAX,
            reads_per_second: u64::MAX,
            writes_per_second: u64::MAX,
            strongly_consistent: true,
        };
        assert_eq!(most.figures().on_demand_month, Picodollars(u64::MAX));
        // One write unit a second: 2,628,000 in 730 hours, at $0.625 a million.
        let one = Load {
            item_bytes: 1,
            reads_per_second: 0,
            writes_per_second: 1,
            strongly_consistent: false,
        };
        assert_eq!(one.figures().on_demand_month.to_string(), "$1.64");
        assert_eq!(one.figures().provisioned_month.to_string(), "$0.47");
    }

    #[test]
    fn an_amount_is_exact_or_refused() {
        assert_eq!(dollars("12.5", 6).unwrap(), Picodollars(12_500_000));
        for text in ["0.1234567", "", "1,5", "-1", "1.5.1", "1e3"] {
            assert!(dollars(text, 6).is_err(), "{text}");
        }
    }

    #[test]
    fn storage_is_counted_for_as_long_as_it_lasts() {
        let month = HOURS_A_MONTH * 3_600_000;
        assert_eq!(storage(0, 1 << 30, month), prices().gigabyte_month);
        assert_eq!(storage(0, 0, month), Picodollars(0));
        // Ten small items for two hours.
        assert_eq!(storage(10, 500, 2 * 3_600_000), Picodollars(956));
        assert_eq!(storage(u64::MAX, u64::MAX, u64::MAX), Picodollars(u64::MAX));
    }
}
