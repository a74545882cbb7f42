//! A shop's orders: the same ones again for the same seed, whatever key they are kept under.
//!
//! ```text
//!   dice ──spread──→ customer ─┬─ till = customer mod 40        ┐
//!   number of the order ───────┼─ status, order id, time        ├─ a key by the design, and an item of about 250 bytes
//!                              └─ part of the day = number's dice mod 20 ┘
//! ```
//!
//! Invariant: an order follows from its number and its customer alone, so the n-th request of a run is about the same order on
//! every design.

use serde_json::{Map, Value, json};

use crate::lesson::traffic::{Design, Spread};
use crate::simulator::item::{Item, Name, Number, Value as ItemValue};

/// Customers of the shop.
pub const CUSTOMERS: u64 = 500;
/// Tills they order at.
const TILLS: u64 = 40;
/// Suffixes of a sharded day.
const SHARDS: u64 = 20;
/// A fixed day, so that a run can be repeated to the last request.
const TODAY: &str = "2026-03-14";
/// Fills an item up: a write of up to 1 KB is one unit.
const NOTE: &str = "two tins of the salmon in jelly, one bag of the dry food for kittens, and please \
                    ring twice: the bell is quiet, and the dog next door is not";

/// Numbers that look random and are the same for the same seed: `SplitMix64`.
/// <https://prng.di.unimi.it/splitmix64.c>
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// Less than a bound; the bias of a remainder is far below what a picture shows.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
}

const fn mixed(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Who orders next.
#[derive(Debug, Clone)]
pub struct Customers {
    /// Weights added up, in the order of the customers.
    weights: Vec<u64>,
    dice: Dice,
}

impl Customers {
    pub fn new(spread: Spread, seed: u64) -> Self {
        /// Of the customer who orders most.
        const MOST: u64 = 1_000_000;
        let weight = |customer: u64| match spread {
            Spread::Even => MOST,
            Spread::Skewed => MOST / (customer + 1),
            Spread::OneKey => u64::from(customer == 0),
        };
        let mut sum = 0;
        let weights = (0..CUSTOMERS)
            .map(|customer| {
                sum += weight(customer);
                sum
            })
            .collect();
        Self {
            weights,
            dice: Dice::new(seed),
        }
    }

    pub fn next(&mut self) -> u64 {
        let all = self.weights.last().copied().unwrap_or(1);
        let at = self.dice.below(all);
        self.weights.partition_point(|sum| *sum <= at) as u64
    }
}

/// One order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Counts up with time.
    pub number: u64,
    pub customer: u64,
}

impl Order {
    /// Text of the partition key and of the sort key; the sort key is a number unless it is an order id.
    fn key(self, design: Design) -> [String; 2] {
        let id = mixed(self.number);
        let at = || self.number.to_string();
        match design {
            Design::Status => {
                // Eight of ten are open.
                let status = ["OPEN", "PACKED", "DONE"][match id % 10 {
                    0 => 1,
                    1 => 2,
                    _ => 0,
                }];
                [status.to_owned(), format!("{id:016x}")]
            }
            Design::Date => [TODAY.to_owned(), at()],
            Design::Device => [format!("till-{:02}", self.customer % TILLS), at()],
            Design::User => [format!("customer-{:03}", self.customer), at()],
            Design::Sharded => [format!("{TODAY}#{}", id % SHARDS), at()],
        }
    }

    /// The primary key in typed JSON.
    pub fn key_json(self, design: Design) -> Value {
        let [partition, sort] = self.key(design);
        let [partition_name, sort_name] = design.keys();
        let mut key = Map::new();
        key.insert(partition_name.to_owned(), json!({ "S": partition }));
        key.insert(sort_name.to_owned(), json!({ sort_type(design): sort }));
        Value::Object(key)
    }

    /// The whole item in typed JSON.
    pub fn item_json(self, design: Design) -> Value {
        let mut item = self.key_json(design);
        item["note"] = json!({ "S": NOTE });
        item
    }

    /// The same item, to be loaded before the traffic begins.
    pub fn item(self, design: Design) -> Item {
        let [partition, sort] = self.key(design);
        let [partition_name, sort_name] = design.keys();
        let text = |text: &str| ItemValue::S(text.into());
        let sort = if sort_type(design) == "N" {
            ItemValue::N(Number::from(self.number))
        } else {
            text(&sort)
        };
        [
            (Name::new("note"), text(NOTE)),
            (Name::new(partition_name), text(&partition)),
            (Name::new(sort_name), sort),
        ]
        .into_iter()
        .collect()
    }
}

/// Type of the sort key: a time is a number, an order id a string.
pub const fn sort_type(design: Design) -> &'static str {
    match design {
        Design::Status => "S",
        _ => "N",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn counts(spread: Spread) -> BTreeMap<u64, u64> {
        let mut customers = Customers::new(spread, 1);
        let mut counts = BTreeMap::new();
        for _ in 0..20_000 {
            *counts.entry(customers.next()).or_default() += 1;
        }
        counts
    }

    #[test]
    fn a_spread_is_what_it_says() {
        let even = counts(Spread::Even);
        assert_eq!(even.len() as u64, CUSTOMERS);
        assert!(even.values().all(|times| (10..90).contains(times)));
        let skewed = counts(Spread::Skewed);
        // One in 6.8 is the first customer's, half as many the second's.
        assert!(skewed[&0].abs_diff(2_944) < 200, "{}", skewed[&0]);
        assert!(skewed[&1].abs_diff(1_472) < 150, "{}", skewed[&1]);
        assert_eq!(counts(Spread::OneKey), BTreeMap::from([(0, 20_000)]));
    }

    #[test]
    fn an_item_costs_one_unit_and_is_the_same_both_ways() {
        for design in Design::ALL {
            for number in [0, 7, 59_999] {
                let order = Order {
                    number,
                    customer: 499,
                };
                let item = order.item(design);
                assert!((150..1024).contains(&item.size()), "{}", item.size());
                assert_eq!(item.to_json(), order.item_json(design));
            }
        }
    }

    #[test]
    fn eight_of_ten_orders_are_open() {
        let open = (0..10_000).filter(|number| {
            let order = Order {
                number: *number,
                customer: 0,
            };
            order.key(Design::Status)[0] == "OPEN"
        });
        assert!(open.count().abs_diff(8_000) < 200);
    }
}
