//! The table's own inputs: its partitions, the type of its key, its sort key, the hash function.
//!
//! Invariant: a change puts the keys that were given into a new table; nothing is drawn before that has come back.

use super::{HashScreen, Why};
use crate::app::demo::Field;
use crate::app::effect::HashRun;
use crate::app::hash::picker::Picker;
use crate::app::key::Action;
use crate::app::state::Shared;
use crate::lesson::key::{HashTable, KeyText};

/// Partitions that a demonstration's table may have.
pub const MOST_PARTITIONS: u32 = 1024;
/// Up to here partitions are added one by one, beyond it they double.
const FEW_PARTITIONS: u32 = 16;

/// The sort key of a table that gets one on the screen.
const SORT_KEY: &str = "nr";

impl HashScreen {
    pub(super) fn change_input(&mut self, action: Action, shared: &mut Shared) {
        if self.picture.is_none() {
            return;
        }
        self.problem = None;
        match action {
            Action::EditKeys => self.field = Some(Field::default()),
            Action::Presets => self.picker = Some(Picker::new(self)),
            Action::OtherTable => self.beside = !self.beside,
            Action::MorePartitions => self.repartition(true, shared),
            Action::FewerPartitions => self.repartition(false, shared),
            Action::KeyType => self.next_type(shared),
            Action::SortKey => self.toggle_sort_key(shared),
            Action::HashFunction => self.next_function(shared),
            Action::StartOver => self.start_over(shared),
            _ => {}
        }
    }

    /// One more or one fewer; from sixteen on twice or half as many.
    fn repartition(&mut self, more: bool, shared: &mut Shared) {
        let now = self.table().partitions;
        let partitions = match more {
            true if now < FEW_PARTITIONS => now + 1,
            true => now.saturating_mul(2).min(MOST_PARTITIONS),
            false if now > FEW_PARTITIONS => (now / 2).max(FEW_PARTITIONS),
            false => now.saturating_sub(1).max(1),
        };
        if partitions == now {
            shared.say(format!(
                "A table here has from 1 to {} partitions.",
                crate::scene::count(MOST_PARTITIONS.into())
            ));
            return;
        }
        let table = HashTable {
            partitions,
            ..self.table().clone()
        };
        self.change(table, shared);
    }

    /// Puts the same keys into another table.
    fn change(&mut self, table: HashTable, shared: &mut Shared) {
        let run = self.run(shared);
        self.ask(HashRun { table, ..run }, Why::Changed, shared);
    }

    fn next_type(&mut self, shared: &mut Shared) {
        let table = self.table().clone();
        let key_type = table.key_type.next();
        self.change(HashTable { key_type, ..table }, shared);
    }

    fn next_function(&mut self, shared: &mut Shared) {
        let table = self.table().clone();
        let function = table.function.next();
        shared.say(function.note());
        self.change(HashTable { function, ..table }, shared);
    }

    /// Without its sort key a table keeps one item for each partition key. With one, a key that has none gets the number of its
    /// put; those that had one have it again.
    fn toggle_sort_key(&mut self, shared: &mut Shared) {
        let run = self.run(shared);
        let sorted = run.table.sort_key.is_none();
        let keys = run.keys.into_iter().enumerate();
        let keys = keys
            .map(|(index, key)| KeyText {
                sort: key
                    .sort
                    .or_else(|| sorted.then(|| format!("{:05}", index + 1))),
                ..key
            })
            .collect();
        let table = HashTable {
            sort_key: sorted.then(|| {
                let authors = self.demo.table.sort_key.clone();
                authors.unwrap_or_else(|| SORT_KEY.to_owned())
            }),
            ..run.table
        };
        self.ask(HashRun { table, keys, ..run }, Why::Changed, shared);
    }

    fn start_over(&mut self, shared: &mut Shared) {
        self.begin(shared);
    }
}

/// Another table with the same key and partitions of its own.
pub(super) fn second(table: &HashTable) -> HashTable {
    let name = match table.name.as_str() {
        "pets" | "neighbors" => "owners",
        "archive" => "events",
        _ => "archive",
    };
    HashTable {
        name: name.to_owned(),
        partitions: if table.partitions == 2 { 3 } else { 2 },
        ..table.clone()
    }
}
