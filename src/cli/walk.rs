//! Goes through a lesson from page to page and tells a reader what happens.
//!
//! ```text
//!   for each page: before · question · activity, run for real · answer · after
//! ```
//!
//! Invariant: everything in the lesson is told, in the lesson's order; a step that fails is counted and the walk goes on.

use std::collections::BTreeSet;

use super::failure::Failure;
use super::{DONE, session};
use crate::app::account::Purse;
use crate::app::effect::{
    Answer, Effect, EffectRequest, ExerciseReport, HashReport, HashRun, RequestId, StepReport,
    TrafficRun,
};
use crate::app::race::run::{RaceReport, RaceRun};
use crate::lesson::model::{
    Activity, Exercise, HashDemo, Lesson, Page, Predict, RaceDemo, RaceQuestion, Section, Step,
    TrafficDemo,
};
use crate::lesson::preset::date;
use crate::lesson::uses;
use crate::runner::exercise::run_exercise;
use crate::runner::requests::body;
use crate::runner::step::run_step;
use crate::runner::{RunError, Runner};
use crate::scene::traffic::Record;
use crate::target::Target;
use crate::target::exchange::{Outcome, TargetName};
use crate::target::guard::Watch;

/// A step, exercise or demonstration did not do what it says.
const FAILED: u8 = 1;

/// Who is told. Each call may write; an error ends the walk.
pub trait Reader {
    fn lesson(&mut self, lesson: &Lesson, target: &TargetName) -> std::io::Result<()>;
    fn section(&mut self, section: &Section) -> std::io::Result<()>;
    /// A page opens: its title and what stands before the activity.
    fn page(&mut self, section: &Section, page: &Page) -> std::io::Result<()>;
    fn question(&mut self, predict: &Predict) -> std::io::Result<()>;
    fn step(&mut self, at: &At, step: &Step, done: &StepReport) -> std::io::Result<()>;
    fn exercise(
        &mut self,
        at: &At,
        exercise: &Exercise,
        done: &ExerciseReport,
    ) -> std::io::Result<()>;
    fn hash(&mut self, at: &At, demo: &HashDemo, done: &HashReport) -> std::io::Result<()>;
    /// All questions of a race.
    fn race(&mut self, at: &At, done: &[Asked]) -> std::io::Result<()>;
    fn traffic(&mut self, at: &At, demo: &TrafficDemo, done: &Record) -> std::io::Result<()>;
    /// Any other activity; nothing is sent for it. `done` are the ids of everything that succeeded so far.
    fn other(
        &mut self,
        lesson: &Lesson,
        activity: &Activity,
        done: &BTreeSet<String>,
    ) -> std::io::Result<()>;
    /// An activity could not be run at all.
    fn trouble(&mut self, at: &At, why: &str) -> std::io::Result<()>;
    fn answer(&mut self, predict: &Predict) -> std::io::Result<()>;
    fn after(&mut self, page: &Page) -> std::io::Result<()>;
    fn end(&mut self, tally: Tally) -> std::io::Result<()>;
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy)]
pub struct At<'l> {
    pub lesson: &'l Lesson,
    pub section: &'l Section,
    /// From 1.
    pub page: usize,
    /// `step`, `exercise`, `hash`, `race` or `traffic`.
    pub kind: &'static str,
    pub id: &'l str,
    /// On an account: what the run has spent when this is told, and may spend.
    pub purse: Option<Purse>,
}

/// A question of a race, and what both sides did.
#[derive(Debug)]
pub struct Asked<'l> {
    pub question: &'l RaceQuestion,
    pub done: Box<RaceReport>,
}

/// What became of everything that was run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub succeeded: usize,
    pub failed: usize,
}

/// Walks from a section (or the beginning) to the end. Returns the exit status.
pub async fn walk(
    runner: &Runner,
    lesson: &Lesson,
    start: Option<&Section>,
    reader: &mut dyn Reader,
) -> Result<u8, Failure> {
    let target = runner.target().await;
    session::refuse_foreign_tables(&target, &uses::tables(lesson)).await?;
    if let Some(start) = start {
        runner.open_section(&lesson.id, &start.id).await?;
    }
    reader.lesson(lesson, target.name())?;
    let mut walk = Walk {
        runner,
        lesson,
        reader,
        tally: Tally::default(),
        done: BTreeSet::new(),
    };
    let from = start.map_or(0, |start| start.number);
    for section in lesson.sections.iter().filter(|one| one.number >= from) {
        walk.section(section).await?;
    }
    let tally = walk.tally;
    reader.end(tally)?;
    Ok(if tally.failed == 0 { DONE } else { FAILED })
}

/// Ends the walk where an account can't be reached any more: each step after that would be tried for minutes, to no end.
async fn end_if_lost(target: &Target, outcome: &Outcome) -> Result<(), Failure> {
    let (TargetName::Account(place), Outcome::Unanswered { .. } | Outcome::NotSent { .. }) =
        (target.name(), outcome)
    else {
        return Ok(());
    };
    // A step that was kept back, or lost alone, is no reason.
    let asked = target.send("ListTables", b"{\"Limit\": 1}").await;
    match asked.outcome {
        Outcome::Unanswered { why } => Err(Failure::Words(format!(
            "{place} can't be reached any more, so the lesson ends here: {why}. Nothing more was sent"
        ))),
        _ => Ok(()),
    }
}

struct Walk<'w> {
    runner: &'w Runner,
    lesson: &'w Lesson,
    reader: &'w mut dyn Reader,
    tally: Tally,
    done: BTreeSet<String>,
}

impl Walk<'_> {
    async fn section(&mut self, section: &Section) -> Result<(), Failure> {
        self.reader.section(section)?;
        for (index, page) in section.pages.iter().enumerate() {
            self.reader.page(section, page)?;
            if let Some(predict) = &page.predict {
                self.reader.question(predict)?;
            }
            if let Some(activity) = &page.activity {
                // It holds whatever any activity needs, so it is kept apart.
                Box::pin(self.activity(section, page, index + 1, activity)).await?;
            }
            if let Some(predict) = &page.predict {
                self.reader.answer(predict)?;
            }
            self.reader.after(page)?;
        }
        Ok(())
    }

    async fn activity(
        &mut self,
        section: &Section,
        page: &Page,
        number: usize,
        activity: &Activity,
    ) -> Result<(), Failure> {
        // A copy of the reference, so that the reader below can be borrowed at the same time.
        let lesson = self.lesson;
        let at = |kind, id| At {
            lesson,
            section,
            page: number,
            kind,
            id,
            purse: None,
        };
        match activity {
            Activity::Step(step) => {
                let at = at("step", step.id.as_str());
                let target = self.runner.target().await;
                match run_step(&target, &page.seeds, step, Watch::nobody()).await {
                    Ok(done) => {
                        let at = self.with_purse(at);
                        self.reader.step(&at, step, &done)?;
                        self.count(&at, done.failures.is_empty());
                        end_if_lost(&target, &done.exchange.outcome).await?;
                    }
                    Err(error) => self.trouble(&at, &error)?,
                }
            }
            Activity::Exercise(exercise) => {
                let at = at("exercise", exercise.id.as_str());
                let target = self.runner.target().await;
                let solution = body(&exercise.solution.body);
                let solution = String::from_utf8_lossy(&solution);
                match run_exercise(&target, &page.seeds, exercise, &solution, Watch::nobody()).await
                {
                    Ok(done) => {
                        let at = self.with_purse(at);
                        self.reader.exercise(&at, exercise, &done)?;
                        self.count(&at, done.failures.is_empty());
                        end_if_lost(&target, &done.exchange.outcome).await?;
                    }
                    Err(error) => self.trouble(&at, &error)?,
                }
            }
            Activity::Hash(demo) => {
                let at = at("hash", demo.id.as_str());
                let today = date((self.runner.outside().clock)().millis());
                let run = HashRun::of(demo, &today);
                match self.effect(Effect::RunHash(Box::new(run))).await {
                    Answer::Hash(done) => {
                        self.reader.hash(&at, demo, &done)?;
                        self.count(&at, done.refused.is_empty());
                    }
                    other => self.unexpected(&at, &other)?,
                }
            }
            Activity::Race(demo) => {
                let at = at("race", demo.id.as_str());
                match self.questions(demo).await {
                    Ok(done) => {
                        self.reader.race(&at, &done)?;
                        let answered = |one: &Asked| one.done.refusal().is_none();
                        self.count(&at, done.iter().all(answered));
                    }
                    Err(other) => self.unexpected(&at, &other)?,
                }
            }
            Activity::Traffic(demo) => {
                let at = at("traffic", demo.id.as_str());
                let run = TrafficRun::from(demo);
                match self.effect(Effect::RunTraffic(Box::new(run))).await {
                    Answer::Traffic(done) => {
                        self.reader.traffic(&at, demo, &done)?;
                        self.count(&at, true);
                    }
                    other => self.unexpected(&at, &other)?,
                }
            }
            other => self.reader.other(lesson, other, &self.done)?,
        }
        Ok(())
    }

    /// Each question of a race; the first answer that is none ends it.
    async fn questions<'l>(&self, demo: &'l RaceDemo) -> Result<Vec<Asked<'l>>, Answer> {
        let mut asked = Vec::with_capacity(demo.questions.len());
        for (index, question) in demo.questions.iter().enumerate() {
            let run = RaceRun::of(demo.clone(), index);
            match self.effect(Effect::RunRace(Box::new(run))).await {
                Answer::Race(done) => asked.push(Asked { question, done }),
                other => return Err(other),
            }
        }
        Ok(asked)
    }

    async fn effect(&self, effect: Effect) -> Answer {
        let request = EffectRequest {
            id: RequestId(0),
            effect,
        };
        let answer = self.runner.carry_out(request, &|_| ()).await;
        answer.unwrap_or_else(|| Answer::Failed {
            why: "it was canceled".to_owned(),
        })
    }

    fn with_purse<'a>(&self, at: At<'a>) -> At<'a> {
        At {
            purse: self.runner.purse(),
            ..at
        }
    }

    fn count(&mut self, at: &At, succeeded: bool) {
        if succeeded {
            self.tally.succeeded += 1;
            self.done.insert(at.id.to_owned());
        } else {
            self.tally.failed += 1;
        }
    }

    fn trouble(&mut self, at: &At, error: &RunError) -> Result<(), Failure> {
        self.reader.trouble(at, &error.to_string())?;
        self.count(at, false);
        Ok(())
    }

    fn unexpected(&mut self, at: &At, answer: &Answer) -> Result<(), Failure> {
        let why = match answer {
            Answer::Failed { why } => why.as_str(),
            _ => "it ended in another way than it should",
        };
        self.reader.trouble(at, why)?;
        self.count(at, false);
        Ok(())
    }
}
