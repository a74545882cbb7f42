//! Which tables and operations a lesson's requests use: steps, exercises, looks afterwards, and the items of its seeds.
//!
//! Demonstrations are left out: their tables are scratch tables of the simulated DynamoDB.
//! Invariant: what a lesson can send on somebody's account is in here.

use std::collections::BTreeSet;

use super::model::{Activity, Lesson, Request};

/// How seeds are put.
const SEED: &str = "PutItem";

/// The tables.
#[must_use]
pub fn tables(lesson: &Lesson) -> BTreeSet<String> {
    let seeds = pages(lesson).flat_map(|page| &page.seeds);
    let mut tables: BTreeSet<String> = seeds.map(|seed| seed.table.clone()).collect();
    for request in requests(lesson) {
        tables.extend(request.tables().into_iter().map(str::to_owned));
    }
    tables
}

/// The operations, as in the API.
#[must_use]
pub fn operations(lesson: &Lesson) -> BTreeSet<String> {
    let mut operations: BTreeSet<String> = requests(lesson)
        .map(|request| request.operation.clone())
        .collect();
    if pages(lesson).any(|page| !page.seeds.is_empty()) {
        operations.insert(SEED.to_owned());
    }
    operations
}

/// The requests as they are written.
pub fn requests(lesson: &Lesson) -> impl Iterator<Item = &Request> {
    let activities = pages(lesson).filter_map(|page| page.activity.as_ref());
    activities.flat_map(|activity| match activity {
        Activity::Step(step) => vec![&step.request],
        Activity::Exercise(exercise) => [&exercise.start, &exercise.solution]
            .into_iter()
            .chain(exercise.verify.iter().map(|(look, _)| look))
            .collect(),
        _ => Vec::new(),
    })
}

fn pages(lesson: &Lesson) -> impl Iterator<Item = &super::model::Page> {
    lesson.sections.iter().flat_map(|section| &section.pages)
}
