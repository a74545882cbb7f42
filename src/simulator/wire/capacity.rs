//! `ConsumedCapacity` as the response has it.
//!
//! ```text
//!   TOTAL     {TableName, CapacityUnits}                         the table and its indexes together
//!   INDEXES   … and Table, LocalSecondaryIndexes, GlobalSecondaryIndexes, each with its share
//! ```
//!
//! Units are counted in halves and only become a JSON number here.

use serde_json::{Map, Value};

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

    /// What the table's own capacity gives: local indexes spend it too.
    #[must_use]
    pub fn of_own_capacity(&self) -> CapacityUnits {
        self.table + self.local.iter().map(|(_, units)| *units).sum()
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

/// Whether a transaction read or wrote: its reports say so in a member of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Read,
    Write,
}

impl Axis {
    const fn member(self) -> &'static str {
        match self {
            Self::Read => "ReadCapacityUnits",
            Self::Write => "WriteCapacityUnits",
        }
    }
}

/// The `ConsumedCapacity` member, where the request asked for it.
#[must_use]
pub fn consumed(report: Report, table: &str, consumption: &Consumption) -> Option<Value> {
    reported(report, None, table, consumption)
}

/// One table's entry in the `ConsumedCapacity` of a transaction, where the request asked for it: each figure comes twice, the second
/// time under the name of what was done.
#[must_use]
pub fn consumed_in_transaction(
    report: Report,
    axis: Axis,
    table: &str,
    consumption: &Consumption,
) -> Option<Value> {
    reported(report, Some(axis), table, consumption)
}

fn reported(
    report: Report,
    axis: Option<Axis>,
    table: &str,
    consumption: &Consumption,
) -> Option<Value> {
    let figures = |units: CapacityUnits| {
        let mut figures = Map::new();
        figures.insert("CapacityUnits".to_owned(), units.as_f64().into());
        if let Some(axis) = axis {
            figures.insert(axis.member().to_owned(), units.as_f64().into());
        }
        figures
    };
    let whole = || {
        let mut whole = Map::new();
        whole.insert("TableName".to_owned(), table.into());
        whole.extend(figures(consumption.total()));
        whole
    };
    match report {
        Report::None => None,
        Report::Total => Some(whole().into()),
        Report::Indexes => {
            let mut answer = whole();
            answer.insert("Table".to_owned(), figures(consumption.table).into());
            for (member, shares) in [
                ("LocalSecondaryIndexes", &consumption.local),
                ("GlobalSecondaryIndexes", &consumption.global),
            ] {
                if !shares.is_empty() {
                    let shares: Map<_, _> = shares
                        .iter()
                        .map(|(name, units)| (name.clone(), figures(*units).into()))
                        .collect();
                    answer.insert(member.to_owned(), shares.into());
                }
            }
            Some(answer.into())
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
