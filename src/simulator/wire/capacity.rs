//! `ConsumedCapacity` as the response has it.
//!
//! ```text
//!   TOTAL     {TableName, CapacityUnits}                         the table and its indexes together
//!   INDEXES   … and Table, LocalSecondaryIndexes, GlobalSecondaryIndexes, each with its share
//! ```
//!
//! Units are counted in halves and only become a JSON number here.

use serde_json::{Map, Value, json};

use crate::simulator::trace::{CapacityUnits, IndexWrite};

/// `ReturnConsumedCapacity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Report {
    #[default]
    None,
    Total,
    Indexes,
}

/// What a call consumed, by who serves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Consumption {
    pub table: CapacityUnits,
    /// Shares of local indexes, by name; those that had none are not in it.
    pub local: Vec<(String, CapacityUnits)>,
    /// The same of global indexes.
    pub global: Vec<(String, CapacityUnits)>,
}

impl Consumption {
    /// The table's alone.
    #[must_use]
    pub const fn of_table(units: CapacityUnits) -> Self {
        Self {
            table: units,
            local: Vec::new(),
            global: Vec::new(),
        }
    }

    /// The table's share of a write, and what it did to the indexes.
    #[must_use]
    pub fn of_write(table: CapacityUnits, index_writes: &[IndexWrite]) -> Self {
        let of = |global: bool| {
            index_writes
                .iter()
                .filter(|write| write.global == global)
                .map(|write| (write.index.clone(), write.written))
                .collect()
        };
        Self {
            table,
            local: of(false),
            global: of(true),
        }
    }

    #[must_use]
    pub fn total(&self) -> CapacityUnits {
        let indexes = self.local.iter().chain(&self.global);
        self.table + indexes.map(|(_, units)| *units).sum()
    }

    /// What two calls consumed of the same table.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.table = self.table + other.table;
        for (shares, more) in [
            (&mut self.local, other.local),
            (&mut self.global, other.global),
        ] {
            for (name, units) in more {
                match shares.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, share)) => *share = *share + units,
                    None => shares.push((name, units)),
                }
            }
        }
        self
    }
}

/// The `ConsumedCapacity` member, where the request asked for it.
#[must_use]
pub fn consumed(report: Report, table: &str, consumption: &Consumption) -> Option<Value> {
    let total = consumption.total().as_f64();
    match report {
        Report::None => None,
        Report::Total => Some(json!({"TableName": table, "CapacityUnits": total})),
        Report::Indexes => {
            let mut answer = json!({
                "TableName": table,
                "CapacityUnits": total,
                "Table": {"CapacityUnits": consumption.table.as_f64()},
            });
            for (member, shares) in [
                ("LocalSecondaryIndexes", &consumption.local),
                ("GlobalSecondaryIndexes", &consumption.global),
            ] {
                if !shares.is_empty() {
                    answer[member] = shares
                        .iter()
                        .map(|(name, units)| {
                            (name.clone(), json!({"CapacityUnits": units.as_f64()}))
                        })
                        .collect::<Map<_, _>>()
                        .into();
                }
            }
            Some(answer)
        }
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
