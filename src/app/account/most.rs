//! The most that a page can cost on an account: all that one Enter sends, the items put first and the looks afterwards included.
//!
//! Invariant: what is counted here is what the runner sends for the same page, and each request is counted as the guard counts it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::account::bound::{self, Known};
use crate::account::ledger::Indexes;
use crate::lesson::model::{Activity, Exercise, Lesson, Page, Request, Seed, Step};
use crate::target::exchange::Picodollars;

/// The most that one request (its operation and body) can cost.
pub type Price<'p> = &'p dyn Fn(&str, &[u8]) -> Picodollars;

/// What one Enter sends, and what that costs at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Most {
    pub price: Picodollars,
    /// Items that are put first.
    pub seeds: usize,
    /// Looks at what an exercise's request left behind.
    pub looks: usize,
}

fn of(request: &Request, price: Price) -> Picodollars {
    price(&request.operation, request.body.to_string().as_bytes())
}

/// The puts of a page's seeds.
fn puts(seeds: &[Seed]) -> impl Iterator<Item = Request> {
    seeds
        .iter()
        .flat_map(|seed| seed.items.iter().map(move |item| put(&seed.table, item)))
}

fn put(table: &str, item: &Value) -> Request {
    Request {
        operation: "PutItem".to_owned(),
        body: json!({ "TableName": table, "Item": item }),
    }
}

fn seeds(page: &Page, price: Price) -> Most {
    puts(&page.seeds).fold(Most::default(), |most, put| Most {
        price: most.price + of(&put, price),
        seeds: most.seeds + 1,
        ..most
    })
}

/// Of a step on its page.
#[must_use]
pub fn step(page: &Page, step: &Step, price: Price) -> Most {
    let before = seeds(page, price);
    Most {
        price: before.price + of(&step.request, price),
        ..before
    }
}

/// Of an exercise on its page, with what stands in the editor.
#[must_use]
pub fn exercise(page: &Page, exercise: &Exercise, body: &str, price: Price) -> Most {
    let before = seeds(page, price);
    let sent = price(&exercise.start.operation, body.as_bytes());
    let looks = exercise.verify.iter().map(|(look, _)| of(look, price));
    Most {
        price: looks.fold(before.price + sent, |sum, look| sum + look),
        looks: exercise.verify.len(),
        ..before
    }
}

/// What a whole lesson does on an account when each of its steps and solutions is sent once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub price: Picodollars,
    pub writes: usize,
    pub reads: usize,
    pub tables: Vec<String>,
    /// Tables that a step of the lesson deletes again.
    pub deleted: Vec<String>,
}

/// The plan of a lesson in a region.
#[must_use]
pub fn plan(lesson: &Lesson, region: &str) -> Plan {
    let mut plan = Plan::default();
    // The tables as the lesson makes them: each write to one is one to its indexes, too.
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let mut add = |request: &Request| {
        if request.operation == "CreateTable" {
            let indexes = indexes(request);
            let tables = request.tables().into_iter().map(str::to_owned);
            known.extend(tables.map(|table| {
                (
                    table,
                    Known {
                        indexes,
                        ..Known::default()
                    },
                )
            }));
        }
        let of = |table: &str| known.get(table).copied().unwrap_or_default();
        plan.add(request, &|operation, body| {
            bound::most_in(region, operation, body, of)
        });
    };
    for page in lesson.sections.iter().flat_map(|section| &section.pages) {
        puts(&page.seeds).for_each(|put| add(&put));
        match &page.activity {
            Some(Activity::Step(step)) => add(&step.request),
            Some(Activity::Exercise(exercise)) => {
                add(&exercise.solution);
                exercise.verify.iter().for_each(|(look, _)| add(look));
            }
            _ => {}
        }
    }
    plan
}

/// The indexes that a table is made with.
fn indexes(create: &Request) -> Indexes {
    let count = |member: &str| {
        let list = create.body.get(member).and_then(Value::as_array);
        list.map_or(0, |list| u32::try_from(list.len()).unwrap_or(u32::MAX))
    };
    Indexes {
        global: count("GlobalSecondaryIndexes"),
        local: count("LocalSecondaryIndexes"),
    }
}

impl Plan {
    fn add(&mut self, one: &Request, price: Price) {
        self.price = self.price + of(one, price);
        match one.operation.as_str() {
            "CreateTable" => add_new(&mut self.tables, one),
            "DeleteTable" => add_new(&mut self.deleted, one),
            "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems" => self.reads += 1,
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
                self.writes += 1;
            }
            // What describes, lists, tags or changes a table's settings is free of charge.
            _ => {}
        }
    }
}

fn add_new(list: &mut Vec<String>, request: &Request) {
    for name in request.tables() {
        if !list.iter().any(|one| one == name) {
            list.push(name.to_owned());
        }
    }
}
