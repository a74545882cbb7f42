//! `ConsumedCapacity` as the response has it.
//!
//! One item operation reports `CapacityUnits` alone; `INDEXES` adds the table's own share (there are no
//! indexes to share with yet). Units are counted in halves and only become a JSON number here.

use serde_json::{Value, json};

use crate::simulator::trace::CapacityUnits;

/// `ReturnConsumedCapacity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Report {
    #[default]
    None,
    Total,
    Indexes,
}

/// The `ConsumedCapacity` member, where the request asked for it.
#[must_use]
pub fn consumed(report: Report, table: &str, units: CapacityUnits) -> Option<Value> {
    let units = units.as_f64();
    match report {
        Report::None => None,
        Report::Total => Some(json!({"TableName": table, "CapacityUnits": units})),
        Report::Indexes => Some(json!({
            "TableName": table,
            "CapacityUnits": units,
            "Table": {"CapacityUnits": units},
        })),
    }
}

/// Read units for `bytes` examined: one for each 4 KB started, half of that when eventually
/// consistent, and never less than one start (capacity-unit-calculations).
#[must_use]
pub fn read_units(bytes: u64, consistent: bool) -> CapacityUnits {
    let starts = bytes.div_ceil(4096).max(1);
    CapacityUnits::from_halves(if consistent { starts * 2 } else { starts })
}

/// Write units for the larger of the old and the new image: one for each KB started, never less than one.
#[must_use]
pub fn write_units(old: Option<u64>, new: Option<u64>) -> CapacityUnits {
    let bytes = old.unwrap_or(0).max(new.unwrap_or(0));
    CapacityUnits::whole(bytes.div_ceil(1024).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_round_up_once() {
        assert_eq!(read_units(0, false).to_string(), "0.5");
        assert_eq!(read_units(4096, true).to_string(), "1");
        assert_eq!(read_units(4097, true).to_string(), "2");
        // The usual full page of an eventually consistent scan.
        assert_eq!(read_units(1024 * 1024 + 200, false).to_string(), "128.5");
        assert_eq!(write_units(None, None).to_string(), "1");
        assert_eq!(write_units(Some(3_000), Some(10)).to_string(), "3");
    }
}
