//! What makes a lesson worse than its author meant, beyond what can't be read at all.
//!
//! Only what can be seen without sending a request is here; `dynatour check` adds what a run on the
//! simulated table and the screen's measures show.
//!
//! Invariant: every finding has the form and the place of an error, so an author meets one list.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::Way;
use super::error::LessonError;
use super::key::{BETWEEN, KeyText};
use super::model::{
    Activity, Block, DemoKeys, Exercise, Expect, HashDemo, Inline, Lesson, Page, Place, RaceDemo,
    Request, Section, Step,
};
use super::nearest::nearest;
use super::preset::Preset;
use super::source::SourceFile;

/// Operations that say what they consumed when asked to.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html>
const CONSUMING: [&str; 10] = [
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
];

/// Checks a lesson that could be read. `files` are what it was read from, `terms` every name the glossary knows.
#[must_use]
pub fn check(lesson: &Lesson, files: &[SourceFile], terms: &[String]) -> Vec<LessonError> {
    let mut checker = Checker {
        files,
        findings: Vec::new(),
    };
    checker.goals(lesson);
    for section in &lesson.sections {
        checker.questions(section);
        for page in &section.pages {
            checker.page(page);
        }
        checker.terms(section, terms);
    }
    checker.tables(lesson);
    let mut findings = checker.findings;
    findings.sort_by(|one, other| {
        let key = |it: &LessonError| (it.place.file.clone(), it.place.line, it.place.column);
        key(one).cmp(&key(other))
    });
    findings
}

struct Checker<'f> {
    files: &'f [SourceFile],
    findings: Vec<LessonError>,
}

impl Checker<'_> {
    fn find(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        let finding = LessonError::at_place(self.files, place, message, help);
        self.findings.push(finding);
    }

    /// Where a text stands in a file for the first time.
    fn place_of(&self, file: &str, text: &str) -> Place {
        let found = self.files.iter().find(|it| it.path == file);
        found
            .and_then(|file| file.text.find(text).map(|at| file.place(at)))
            .unwrap_or_else(|| Place {
                file: file.to_owned(),
                line: 1,
                column: 1,
            })
    }

    fn goals(&mut self, lesson: &Lesson) {
        for goal in &lesson.goals {
            if goal.steps.is_empty() {
                let directory = lesson.sections.first().map_or("", |section| {
                    section
                        .place
                        .file
                        .rsplit_once('/')
                        .map_or("", |(path, _)| path)
                });
                let file = format!("{directory}/lesson.md");
                let place = self.place_of(&file, &format!("\"{}\"", goal.id));
                self.find(
                    &place,
                    format!("the goal `{}` can never be reached", goal.id),
                    "name the steps that reach it in `steps`",
                );
            }
        }
    }

    /// In each section that has steps, what one of them shows is predicted; a demonstration's question is another.
    fn questions(&mut self, section: &Section) {
        let steps = section
            .pages
            .iter()
            .filter_map(|page| match &page.activity {
                Some(Activity::Step(step)) => Some(step),
                _ => None,
            });
        let predicted = section
            .pages
            .iter()
            .any(|page| page.predict.is_some() && matches!(page.activity, Some(Activity::Step(_))));
        if let Some(step) = steps.into_iter().next()
            && !predicted
        {
            self.find(
                &step.place,
                "no step of this section has a predict question",
                "add a ```predict block before this request or before another",
            );
        }
    }

    fn page(&mut self, page: &Page) {
        match &page.activity {
            Some(Activity::Step(step)) => self.step(page, step),
            Some(Activity::Hash(demo)) => self.hash(page, demo),
            Some(Activity::Race(demo)) => {
                if page.predict.is_none() {
                    self.demonstration(&demo.place);
                }
                self.race(demo);
            }
            Some(Activity::Traffic(demo)) if page.predict.is_none() => {
                self.demonstration(&demo.place);
            }
            Some(Activity::Exercise(exercise)) => self.exercise(exercise),
            _ => {}
        }
    }

    fn hash(&mut self, page: &Page, demo: &HashDemo) {
        if page.predict.is_none() {
            self.demonstration(&demo.place);
        }
        match &demo.keys {
            DemoKeys::Listed(keys) if demo.table.sort_key.is_some() => {
                let whole = |key: &&KeyText| key.partition.is_some() && key.sort.is_some();
                if let Some(key) = keys.iter().find(|key| !whole(key)) {
                    self.find(
                        &demo.place,
                        format!("the key `{key}` is not whole: this table has a sort key, too"),
                        format!("write both keys, such as `Rachel{BETWEEN}Beeba`, or leave `sort_key` out"),
                    );
                }
            }
            DemoKeys::Preset {
                preset: Preset::NoKey,
                ..
            } => self.find(
                &demo.place,
                "nothing can be seen: an item without its key is refused",
                "choose another preset; learners find this one in the picture",
            ),
            _ => {}
        }
    }

    fn demonstration(&mut self, place: &Place) {
        self.find(
            place,
            "a demonstration without a predict question",
            "add a ```predict block before it: who has committed to an answer looks closer",
        );
    }

    /// Each question is another, its two sides differ, and an index has a key that items have.
    fn race(&mut self, demo: &RaceDemo) {
        let attributes = demo.attributes();
        for (index, question) in demo.questions.iter().enumerate() {
            let text = &question.text;
            if question.left == question.right {
                self.find(
                    &demo.place,
                    format!("both sides of `{text}` ask in the same way"),
                    "give `left` or `right` another `way`: there is nothing to compare",
                );
            }
            if demo.questions[..index].iter().any(|one| one.text == *text) {
                self.find(
                    &demo.place,
                    format!("`{text}` is asked twice"),
                    "say in each question what is different about it",
                );
            }
            let asked = [&question.left, &question.right];
            for ask in asked.into_iter().filter(|ask| ask.way == Way::Index) {
                let names = std::iter::once(&ask.index.partition).chain(&ask.index.sort);
                for name in names.filter(|name| !attributes.contains(name)) {
                    self.find(
                        &demo.place,
                        format!(
                            "no item has the attribute `{name}` that an index is to have as its key"
                        ),
                        format!("items have: {}", attributes.join(", ")),
                    );
                }
            }
        }
    }

    fn step(&mut self, page: &Page, step: &Step) {
        if page.before.is_empty() {
            self.find(
                &step.place,
                "nothing is said before this request",
                "say what to look for",
            );
        }
        if page.after.is_empty() {
            self.find(
                &step.place,
                "nothing is said after this request",
                "explain what was seen",
            );
        }
        self.consumption(&step.request, "this request", &step.place);
    }

    fn exercise(&mut self, exercise: &Exercise) {
        let place = &exercise.place;
        if exercise.start == exercise.solution {
            self.find(
                place,
                "the exercise starts with its solution",
                "leave something for the learner to write",
            );
        }
        if exercise.expect == Expect::default() && exercise.verify.is_empty() {
            self.find(
                place,
                "the exercise expects nothing, so anything that is accepted passes",
                "add [[expect.wire]] expectations, or a [[verify]] request",
            );
        }
        // What a verify request consumes is never shown, so it need not ask.
        self.consumption(&exercise.start, "the start", place);
        self.consumption(&exercise.solution, "the solution", place);
    }

    fn consumption(&mut self, request: &Request, what: &str, place: &Place) {
        if CONSUMING.contains(&request.operation.as_str())
            && request.body.get("ReturnConsumedCapacity").is_none()
        {
            self.find(
                place,
                format!("{what} does not ask what it consumed"),
                r#"add "ReturnConsumedCapacity": "TOTAL", so that its cost can be shown"#,
            );
        }
    }

    fn terms(&mut self, section: &Section, terms: &[String]) {
        let known: BTreeSet<String> = terms.iter().map(|term| term.to_lowercase()).collect();
        let mut named = BTreeSet::new();
        for page in &section.pages {
            for block in page.before.iter().chain(&page.after) {
                block_terms(block, &mut named);
            }
        }
        for term in named {
            if known.contains(&term.to_lowercase()) {
                continue;
            }
            let file = &section.place.file;
            let mut place = self.place_of(file, &format!("term:{term}"));
            if place.column == 1 {
                place = self.place_of(file, &format!("term:{}", term.replace(' ', "%20")));
            }
            let help = match nearest(term, terms.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "explain it in assets/glossary.toml, or remove the link".to_owned(),
            };
            self.find(&place, format!("the glossary has no `{term}`"), help);
        }
    }

    /// Every table is created before it gets items, on demand, and deleted in the end.
    fn tables(&mut self, lesson: &Lesson) {
        let mut created: BTreeMap<String, Place> = BTreeMap::new();
        for page in lesson.sections.iter().flat_map(|section| &section.pages) {
            for seed in &page.seeds {
                if !created.contains_key(&seed.table) {
                    self.find(
                        &seed.place,
                        format!("the table `{}` does not exist here", seed.table),
                        "create it with a request on an earlier page",
                    );
                }
            }
            for (request, expect, place) in requests(page) {
                let table = request.body.get("TableName").and_then(|name| name.as_str());
                let (Some(table), None) = (table, &expect.error) else {
                    continue;
                };
                match request.operation.as_str() {
                    "CreateTable" => {
                        let billing = request.body.get("BillingMode");
                        if billing.and_then(|mode| mode.as_str()) != Some("PAY_PER_REQUEST") {
                            self.find(
                                place,
                                format!("the table `{table}` is not on demand"),
                                r#"add "BillingMode": "PAY_PER_REQUEST": provisioned capacity costs money as long as the table exists"#,
                            );
                        }
                        created.insert(table.to_owned(), place.clone());
                    }
                    "DeleteTable" => {
                        created.remove(table);
                    }
                    _ => {}
                }
            }
        }
        for (table, place) in created {
            self.find(
                &place,
                format!("nothing deletes the table `{table}`"),
                "add a DeleteTable request to the cleanup",
            );
        }
    }
}

/// The requests a page sends, in their order, with an exercise's as they are when it is solved.
fn requests(page: &Page) -> Vec<(&Request, &Expect, &Place)> {
    match &page.activity {
        Some(Activity::Step(step)) => vec![(&step.request, &step.expect, &step.place)],
        Some(Activity::Exercise(exercise)) => {
            let place = &exercise.place;
            let first = (&exercise.solution, &exercise.expect, place);
            let verify = exercise.verify.iter();
            std::iter::once(first)
                .chain(verify.map(|(request, expect)| (request, expect, place)))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn block_terms<'l>(block: &'l Block, named: &mut BTreeSet<&'l str>) {
    match block {
        Block::Heading(words) | Block::Paragraph(words) => inline_terms(words, named),
        Block::Quote(blocks) | Block::Note(blocks) => {
            for block in blocks {
                block_terms(block, named);
            }
        }
        Block::List { items, .. } => items
            .iter()
            .flatten()
            .for_each(|block| block_terms(block, named)),
        Block::Table { header, rows } => header
            .iter()
            .chain(rows.iter().flatten())
            .for_each(|cell| inline_terms(cell, named)),
        Block::Code { .. } | Block::Rule => {}
    }
}

fn inline_terms<'l>(inlines: &'l [Inline], named: &mut BTreeSet<&'l str>) {
    for inline in inlines {
        match inline {
            Inline::Term { text, term } => {
                named.insert(term);
                inline_terms(text, named);
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                inline_terms(inner, named);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Break => {}
        }
    }
}

#[cfg(test)]
mod tests;
