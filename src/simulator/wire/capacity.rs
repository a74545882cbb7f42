//! `ConsumedCapacity` as the response has it.
//!
//! ```text
//!   TOTAL     {TableName, CapacityUnits}                         the table and its indexes together
//!   INDEXES   … and Table, LocalSecondaryIndexes, GlobalSecondaryIndexes, each with its share
//! ```
//!
//! Units are counted in halves and only become a JSON number here.

use std::borrow::Borrow;

use serde::ser::{Serialize, SerializeMap, Serializer};

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

/// The `ConsumedCapacity` member of one table.
#[derive(Debug, Clone)]
pub struct Consumed<'t, C> {
    report: Report,
    axis: Option<Axis>,
    table: &'t str,
    consumption: C,
}

/// The `ConsumedCapacity` member, where the request asked for it.
#[must_use]
pub fn consumed<C: Borrow<Consumption>>(
    report: Report,
    table: &str,
    consumption: C,
) -> Option<Consumed<'_, C>> {
    let consumed = Consumed {
        report,
        axis: None,
        table,
        consumption,
    };
    (report != Report::None).then_some(consumed)
}

/// One table's entry in the `ConsumedCapacity` of a transaction, where the request asked for it: each figure comes twice, the second
/// time under the name of what was done.
#[must_use]
pub fn consumed_in_transaction<C: Borrow<Consumption>>(
    report: Report,
    axis: Axis,
    table: &str,
    consumption: C,
) -> Option<Consumed<'_, C>> {
    let axis = Some(axis);
    consumed(report, table, consumption).map(|consumed| Consumed { axis, ..consumed })
}

impl<C: Borrow<Consumption>> Serialize for Consumed<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let consumption = self.consumption.borrow();
        let figures = |units| Figures {
            units,
            axis: self.axis,
        };
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("TableName", self.table)?;
        figures(consumption.total()).put(&mut members)?;
        if self.report == Report::Indexes {
            members.serialize_entry("Table", &figures(consumption.table))?;
            for (member, shares) in [
                ("LocalSecondaryIndexes", &consumption.local),
                ("GlobalSecondaryIndexes", &consumption.global),
            ] {
                if !shares.is_empty() {
                    let axis = self.axis;
                    members.serialize_entry(member, &Shares { shares, axis })?;
                }
            }
        }
        members.end()
    }
}

/// What indexes consumed, by name.
struct Shares<'c> {
    shares: &'c [(String, CapacityUnits)],
    axis: Option<Axis>,
}

impl Serialize for Shares<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let axis = self.axis;
        let shares = self.shares.iter();
        serializer.collect_map(shares.map(|(name, units)| {
            let units = *units;
            (name, Figures { units, axis })
        }))
    }
}

/// What the table, an index, or all together consumed.
#[derive(Debug, Clone, Copy)]
struct Figures {
    units: CapacityUnits,
    axis: Option<Axis>,
}

impl Figures {
    fn put<M: SerializeMap>(self, members: &mut M) -> Result<(), M::Error> {
        let names = [Some("CapacityUnits"), self.axis.map(Axis::member)];
        names
            .into_iter()
            .flatten()
            .try_for_each(|name| members.serialize_entry(name, &self.units.as_f64()))
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        self.put(&mut members)?;
        members.end()
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
