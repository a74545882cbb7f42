//! Every request of a lesson sent to simulated tables, to see whether it does what it says.
//!
//! ```text
//!   the whole lesson   section 1 ─ section 2 ─ … ─ last         exercises solved on the way
//!   each section       (replay of the steps before it) ─ section, as when it is opened directly
//!   each exercise      start on a copy: must fail ─ solution: must pass
//!   each demonstration once, on its own scratch tables: nothing is refused
//! ```
//!
//! Invariant: the learner's own tables are never touched; a place is reported once, however many
//! ways lead to it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::effect::{Failure, HashRun, TrafficRun};
use crate::app::race::run::RaceRun;
use crate::lesson::error::LessonError;
use crate::lesson::model::{
    Activity, Exercise, Lesson, Page, Place, RaceDemo, Section, Simulation,
};
use crate::lesson::preset::date;
use crate::lesson::source::SourceFile;
use crate::runner::demo::Watch;
use crate::runner::demo::hash::run_hash;
use crate::runner::demo::race::{Scratch, run_race};
use crate::runner::demo::traffic::run_traffic;
use crate::runner::exercise::run_exercise;
use crate::runner::requests::put_seeds;
use crate::runner::section::replay_before;
use crate::runner::simulation::arrange;
use crate::runner::step::run_step;
use crate::runner::{Outside, RunError};
use crate::scene::race::Script;
use crate::simulator::journal::Change;
use crate::simulator::{Settings, Simulator};
use crate::target::Target;
use crate::target::guard;
use crate::transport::in_process::Clock;

/// Runs the lesson in every way a learner can come through it; `files` are what it was read from.
pub async fn rehearse(
    lesson: &Lesson,
    files: &[SourceFile],
    clock: &Clock,
) -> Result<Vec<LessonError>, RunError> {
    let mut rehearsal = Rehearsal {
        files,
        clock,
        findings: Vec::new(),
    };
    let target = rehearsal.tables(Vec::new())?;
    for section in &lesson.sections {
        rehearsal.section(&target, section, "").await?;
    }
    for section in lesson.sections.iter().skip(1) {
        rehearsal.opened_directly(lesson, section).await?;
    }
    let pages = lesson.sections.iter().flat_map(|section| &section.pages);
    for activity in pages.filter_map(|page| page.activity.as_ref()) {
        rehearsal.demonstration(activity).await;
    }
    Ok(rehearsal.findings)
}

struct Rehearsal<'a> {
    files: &'a [SourceFile],
    clock: &'a Clock,
    findings: Vec<LessonError>,
}

impl Rehearsal<'_> {
    /// Simulated tables of their own, with these contents.
    fn tables(&self, contents: Vec<Change>) -> Result<Target, RunError> {
        let simulator = Simulator::new(Settings::default());
        simulator.restore(contents)?;
        Ok(Target::simulated(
            Arc::new(simulator),
            Arc::clone(self.clock),
        ))
    }

    fn copy(&self, target: &Target) -> Result<Target, RunError> {
        let contents = target.simulator().map(|it| it.snapshot());
        self.tables(contents.unwrap_or_default())
    }

    fn find(&mut self, place: &Place, message: String, help: String) {
        if self.findings.iter().any(|it| it.place == *place) {
            return;
        }
        let finding = LessonError::at_place(self.files, place, message, help);
        self.findings.push(finding);
    }

    async fn opened_directly(
        &mut self,
        lesson: &Lesson,
        section: &Section,
    ) -> Result<(), RunError> {
        let target = self.tables(Vec::new())?;
        match replay_before(&target, lesson, section).await {
            Ok(_) => {
                let way = ", when its section is opened directly";
                self.section(&target, section, way).await
            }
            // A step that fails in any case was found on the way through the whole lesson.
            Err(RunError::Replay { .. }) if !self.findings.is_empty() => Ok(()),
            Err(error @ (RunError::Replay { .. } | RunError::Seed { .. })) => {
                self.find(
                    &section.place,
                    format!("the section can't be opened directly: {error}"),
                    "the steps before it must work without the exercises between them".to_owned(),
                );
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn section(
        &mut self,
        target: &Target,
        section: &Section,
        way: &str,
    ) -> Result<(), RunError> {
        for page in &section.pages {
            match self.page(target, page, way).await {
                Err(error @ RunError::Seed { .. }) => {
                    let place = page.seeds.first().map_or(&page.place, |seed| &seed.place);
                    self.find(
                        place,
                        format!("the page can't be prepared{way}: {error}"),
                        "change the seed, or create its table before".to_owned(),
                    );
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn page(&mut self, target: &Target, page: &Page, way: &str) -> Result<(), RunError> {
        match &page.activity {
            Some(Activity::Step(step)) => {
                let report = run_step(target, &page.seeds, step, guard::Watch::nobody()).await?;
                let what = format!("the step `{}` does not do what it says{way}", step.id);
                self.report(&step.place, &what, &report.failures);
            }
            Some(Activity::Exercise(exercise)) => {
                self.exercise(target, page, exercise, way).await?;
            }
            _ => {
                arrange(target, &Simulation::default());
                put_seeds(target, &page.seeds, guard::Watch::nobody()).await?;
            }
        }
        Ok(())
    }

    async fn exercise(
        &mut self,
        target: &Target,
        page: &Page,
        exercise: &Exercise,
        way: &str,
    ) -> Result<(), RunError> {
        let copy = self.copy(target)?;
        let start = exercise.start.body.to_string();
        let unsolved =
            run_exercise(&copy, &page.seeds, exercise, &start, guard::Watch::nobody()).await?;
        if unsolved.failures.is_empty() {
            self.find(
                &exercise.place,
                format!("the exercise `{}` passes unsolved{way}", exercise.id),
                "expect something that only a solution shows".to_owned(),
            );
        }
        let solution = exercise.solution.body.to_string();
        let solved = run_exercise(
            target,
            &page.seeds,
            exercise,
            &solution,
            guard::Watch::nobody(),
        )
        .await?;
        let what = format!("the solution of `{}` fails{way}", exercise.id);
        self.report(&exercise.place, &what, &solved.failures);
        Ok(())
    }

    /// A demonstration has tables of its own, so one run says everything.
    async fn demonstration(&mut self, activity: &Activity) {
        let outside = Outside {
            clock: Arc::clone(self.clock),
            stopwatch: None,
            memory: Arc::new(|| None),
            chance: Arc::new(|| Ok([7; 16])),
            exports: PathBuf::new(),
        };
        let watch = Watch {
            report: &|_| (),
            stop: &|| false,
        };
        let (id, place, why) = match activity {
            Activity::Hash(demo) => {
                let run = HashRun::of(demo, &date((self.clock)().millis()));
                let why = match run_hash(&run, &outside, watch).await {
                    Ok(done) => done.refused.into_iter().next().map(|first| first.why),
                    Err(error) => Some(error.to_string()),
                };
                (&demo.id, &demo.place, why)
            }
            Activity::Race(demo) => return self.race(demo, &outside).await,
            Activity::Traffic(demo) => {
                let done = run_traffic(&TrafficRun::from(demo), watch).await;
                let why = done.err().map(|error| error.to_string());
                (&demo.id, &demo.place, why)
            }
            _ => return,
        };
        if let Some(why) = why {
            self.find(
                place,
                format!("the demonstration `{id}` can't be shown: {why}"),
                "change its table, its keys or their type".to_owned(),
            );
        }
    }

    /// Each question once: nothing is refused, and both sides answer the same.
    async fn race(&mut self, demo: &RaceDemo, outside: &Outside) {
        let scratch = Scratch::default();
        let watch = Watch {
            report: &|_| (),
            stop: &|| false,
        };
        for (index, question) in demo.questions.iter().enumerate() {
            let run = RaceRun::of(demo.clone(), index);
            let why = match run_race(&run, &scratch, outside, watch).await {
                Err(error) => Some(error.to_string()),
                Ok(done) => done.refusal().map(str::to_owned).or_else(|| {
                    Script::new(done.left.traces(), done.right.traces())
                        .and_then(|script| script.difference())
                }),
            };
            if let Some(why) = why {
                self.find(
                    &demo.place,
                    format!(
                        "`{}` of the demonstration `{}` can't be shown: {why}",
                        question.text, demo.id
                    ),
                    "change its table, its keys or its conditions".to_owned(),
                );
            }
        }
    }

    fn report(&mut self, place: &Place, what: &str, failures: &[Failure]) {
        let Some(first) = failures.first() else {
            return;
        };
        let more = match failures.len() {
            1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        self.find(
            place,
            format!("{what}: {}{more}", first.saw),
            format!(
                "change the request or what is expected of it. {}",
                first.because
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use crate::lesson::uses;
    use crate::lesson::{library, parse, rename};
    use crate::simulator::Timestamp;

    const LESSON: &str = "+++\ntitle = \"T\"\nsession = \"06\"\nsummary = \"S\"\ncourse = \"C\"\nregion = \"us-east-1\"\n+++\n";

    fn still() -> Clock {
        Arc::new(|| Timestamp::from_millis(1_700_000_000_000))
    }

    async fn rehearsed(sections: &[&str]) -> String {
        let mut files = vec![SourceFile::new("06-t/lesson.md", LESSON)];
        for (at, body) in sections.iter().enumerate() {
            let number = at + 1;
            files.push(SourceFile::new(
                format!("06-t/0{number}-s{number}.md"),
                format!("+++\ntitle = \"S\"\nminutes = 5\n+++\n{body}"),
            ));
        }
        let lesson = parse(&files).expect("the lesson can be read");
        let findings = rehearse(&lesson, &files, &still())
            .await
            .expect("simulated tables answer");
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        findings.join("\n\n")
    }

    const CREATE: &str = r#"
```request CreateTable id=create
{ "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
  "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] }
```
"#;

    const PUT_BY_EXERCISE: &str = r#"
```exercise id=put
goal = "Put Rachel."
operation = "PutItem"
hints = ["id"]
start = '{ "TableName": "pets", "Item": {} }'
solution = '{ "TableName": "pets", "Item": { "id": { "S": "1" } } }'
```
"#;

    const COUNT_ONE: &str = r#"
```request Scan id=count
{ "TableName": "pets" }
```
```expect
[[wire]]
path = "/Count"
is = 1
because = "Rachel is there."
```
"#;

    #[tokio::test]
    async fn a_lesson_that_does_what_it_says() {
        let put = r#"
```request PutItem id=put
{ "TableName": "pets", "Item": { "id": { "S": "1" } } }
```
"#;
        assert_eq!(rehearsed(&[CREATE, put, COUNT_ONE]).await, "");
    }

    #[tokio::test]
    async fn a_step_that_needs_an_exercise_before_its_section() {
        let found = rehearsed(&[CREATE, PUT_BY_EXERCISE, COUNT_ONE]).await;
        insta::assert_snapshot!(found, @r#"
error: the step `count` does not do what it says, when its section is opened directly: /Count: expected 1, found 0
 --> 06-t/03-s3.md:6:4
  |
6 | ```request Scan id=count
  |    ^^^^^^^^^^^^^^^^^^^^^
  = help: change the request or what is expected of it. Rachel is there.
"#);
    }

    #[tokio::test]
    async fn an_exercise_that_passes_unsolved_and_a_solution_that_fails() {
        let loose =
            PUT_BY_EXERCISE.replace("\"Item\": {}", "\"Item\": { \"id\": { \"S\": \"2\" } }");
        let body = format!("{CREATE}\n<!-- pause -->\n{loose}");
        insta::assert_snapshot!(rehearsed(&[&body]).await, @r#"
error: the exercise `put` passes unsolved
  --> 06-t/01-s1.md:14:4
   |
14 | ```exercise id=put
   |    ^^^^^^^^^^^^^^^
   = help: expect something that only a solution shows
"#);
        let wrong = PUT_BY_EXERCISE.replace(
            "{ \"id\": { \"S\": \"1\" } }",
            "{ \"name\": { \"S\": \"1\" } }",
        );
        let body = format!("{CREATE}\n<!-- pause -->\n{wrong}");
        insta::assert_snapshot!(rehearsed(&[&body]).await, @r#"
error: the solution of `put` fails: outcome: expected success, found ValidationException: One or more parameter values were invalid: Missing the key id in the item
  --> 06-t/01-s1.md:14:4
   |
14 | ```exercise id=put
   |    ^^^^^^^^^^^^^^^
   = help: change the request or what is expected of it. This request is meant to be accepted.
"#);
    }

    #[tokio::test]
    async fn demonstrations_that_the_service_refuses() {
        let hash = r#"
```hash id=spread
table = "pets"
attribute = "id"
type = "N"
partitions = 4
keys = ["1", "one"]
```
"#;
        let race = r#"
```race id=compare
question = "Whose?"
table = "p"
partition_key = "person"
partitions = 4
items = 10
per_key = 1
key = "Rachel"
```
"#;
        let traffic = r#"
```traffic id=busy
table = "o"
key = "user"
access = "writes"
rate = 20
spread = "even"
```
"#;
        let found = rehearsed(&[traffic]).await;
        assert!(
            found.contains("the demonstration `busy` can't be shown")
                && found.contains("length greater than or equal to 3"),
            "{found}"
        );
        insta::assert_snapshot!(rehearsed(&[hash, race]).await, @r#"
error: the demonstration `spread` can't be shown: ValidationException: 1 validation error detected: The parameter cannot be converted to a numeric value: one
 --> 06-t/01-s1.md:6:4
  |
6 | ```hash id=spread
  |    ^^^^^^^^^^^^^^
  = help: change its table, its keys or their type

error: `Whose?` of the demonstration `compare` can't be shown: the items this page needs could not be put into p: ValidationException: 1 validation error detected: Value 'p' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3
 --> 06-t/02-s2.md:6:4
  |
6 | ```race id=compare
  |    ^^^^^^^^^^^^^^^
  = help: change its table, its keys or its conditions
"#);
    }

    #[tokio::test]
    async fn the_lessons_inside_do_what_they_say() {
        let files = library::built_in();
        for lesson in library::read(&files).expect("the lessons can be read") {
            let findings = rehearse(&lesson, &files, &still())
                .await
                .expect("simulated tables answer");
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            assert!(findings.is_empty(), "{}", findings.join("\n\n"));
        }
    }

    /// With every table under another name, each step, exercise and section still does what it says.
    #[tokio::test]
    async fn the_lessons_inside_do_the_same_under_other_names() {
        let files = library::built_in();
        for lesson in library::read(&files).expect("the lessons can be read") {
            let names: rename::Names = uses::tables(&lesson)
                .into_iter()
                .map(|table| (table.clone(), format!("dynatour-{table}")))
                .collect();
            let renamed = rename::rename(&lesson, &names);
            let new: BTreeSet<String> = names.values().cloned().collect();
            assert_eq!(uses::tables(&renamed), new);
            let findings = rehearse(&renamed, &files, &still())
                .await
                .expect("simulated tables answer");
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            assert!(findings.is_empty(), "{}", findings.join("\n\n"));
        }
    }
}
