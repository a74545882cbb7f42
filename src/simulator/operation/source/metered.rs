//! Reading a page with the capacity it takes.
//!
//! A page is admitted where it begins, and charged in all partitions it went through, each for the bytes examined there: one
//! large page may leave every one of them in debt.

use crate::simulator::table::Table;
use crate::simulator::table::page::Stretched;
use crate::simulator::wire::error::Answer;

use super::super::{Call, admission};
use super::{How, Reading, Source};

impl Source {
    /// Read a page if there is capacity for it, and take what it costs.
    pub(in super::super) fn read_metered(
        &self,
        call: &mut Call<'_>,
        table: &Table,
        range: &Stretched,
        how: How,
    ) -> Answer<Reading> {
        let index = self.index().map(|index| index.name.as_str());
        let store = self.store(table);
        let begins = if range.forward {
            range.from.as_slice()
        } else {
            // In the last partition that the range reaches into; of its addresses the lowest that is surely in the range.
            let last = store.ending_below(range.to.as_deref());
            if last.from() > range.from.as_slice() {
                last.from()
            } else {
                range.from.as_slice()
            }
        };
        admission::admit_read(call.trace, table, index, begins, call.now)?;
        let reading = self.read(table, range, how);
        let page = &reading.page;
        admission::charge_page(
            table,
            index,
            || {
                let stretches = page.stretches.iter();
                stretches.map(|stretch| (stretch.partition, stretch.bytes))
            },
            || self.consumption(&reading, how.consistent).total(),
            call.now,
        );
        // A page is as hot in its middle as where it begins; a cut there lets two partitions share such pages.
        if let Some(middle) = page.items.get(page.items.len() / 2) {
            admission::touch_read(table, index, || self.address_of(table, middle), call.now);
        }
        Ok(reading)
    }
}
