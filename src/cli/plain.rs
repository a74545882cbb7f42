//! A lesson as plain text: append-only, without colour, readable in a log, by a braille line or a screen reader.
//!
//! Invariant: nothing is written but printable characters and line feeds.

use std::collections::BTreeSet;
use std::io::{Result, Write};

use super::hash::measured_lines;
use super::show;
use super::traffic::describe;
use super::walk::{Asked, At, Reader, Tally};
use crate::app::account::Purse;
use crate::app::effect::{ExerciseReport, Failure, HashReport, StepReport};
use crate::app::lesson::step;
use crate::lesson::model::{
    Activity, Block, Calculator, Exercise, HashDemo, Lesson, Page, Predict, Section, Step,
    TrafficDemo,
};
use crate::lesson::plain;
use crate::printable;
use crate::scene;
use crate::scene::traffic::Record;
use crate::target::exchange::{Exchange, Outcome, TargetName};
use crate::target::price;

/// Prose is easiest to read at this width.
const WIDTH: usize = 72;

pub struct Plain<'o> {
    out: &'o mut dyn Write,
}

impl<'o> Plain<'o> {
    pub fn new(out: &'o mut dyn Write) -> Self {
        Self { out }
    }

    fn blocks(&mut self, blocks: &[Block]) -> Result<()> {
        if blocks.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n{}", plain::render(blocks, WIDTH).trim_end())
    }

    fn indented(&mut self, text: &str) -> Result<()> {
        for line in text.lines() {
            writeln!(self.out, "    {line}")?;
        }
        Ok(())
    }

    /// A paragraph behind a mark; what follows its first line stands under the text. A line feed before the mark is air.
    fn wrapped(&mut self, first: &str, text: &str) -> Result<()> {
        let mark = first.trim_start_matches('\n');
        if mark != first {
            writeln!(self.out)?;
        }
        let first = mark;
        let rest = " ".repeat(first.chars().count());
        let words = [crate::lesson::model::Inline::Text(text.to_owned())];
        for (index, line) in plain::wrap(&words, WIDTH - rest.len()).iter().enumerate() {
            let lead = if index == 0 { first } else { &rest };
            writeln!(self.out, "{lead}{line}")?;
        }
        Ok(())
    }

    /// What was sent and what came back; on an account also what the run has spent so far.
    fn exchange(&mut self, exchange: &Exchange, purse: Option<Purse>) -> Result<()> {
        writeln!(self.out, "\n> {}", printable::line(&exchange.operation))?;
        let request = show::body(&exchange.request.body, WIDTH - 4);
        self.indented(&request)?;
        match (&exchange.outcome, &exchange.response) {
            (Outcome::NotSent { why }, _) => self.wrapped("\n< not sent: ", why)?,
            (Outcome::Unanswered { why }, _) => self.wrapped("\n< no answer: ", why)?,
            (_, Some(response)) => {
                writeln!(
                    self.out,
                    "\n< {}   {}",
                    printable::line(&response.start),
                    show::cost(exchange)
                )?;
                let body = show::body(&response.body, WIDTH - 4);
                self.indented(&body)?;
            }
            (_, None) => {}
        }
        if let Some(retries) = step::retries(exchange) {
            self.wrapped("\n  ", &retries)?;
        }
        if let Some(remark) = &exchange.remark {
            self.wrapped("\n  ", remark)?;
        }
        match purse {
            Some(Purse { spent, ceiling }) => {
                writeln!(self.out, "\n  spent so far: {spent} of {ceiling}")
            }
            None => Ok(()),
        }
    }

    fn failures(&mut self, failures: &[Failure]) -> Result<()> {
        for failure in failures {
            self.wrapped("\nFAILED: ", &failure.saw)?;
            self.wrapped("        ", &failure.because)?;
        }
        Ok(())
    }

    fn narration(&mut self, lines: &[String]) -> Result<()> {
        writeln!(self.out)?;
        for line in lines {
            self.wrapped("  * ", line)?;
        }
        Ok(())
    }

    fn choices(&mut self, predict: &Predict) -> Result<()> {
        self.wrapped("\n? ", &predict.question)?;
        for (index, choice) in predict.choices.iter().enumerate() {
            self.wrapped(&format!("  {}) ", index + 1), choice)?;
        }
        let last = predict.choices.len() + 1;
        writeln!(self.out, "  {last}) I don't know")
    }

    fn right(&mut self, predict: &Predict) -> Result<()> {
        let number = predict.answer + 1;
        let choice = predict
            .choices
            .get(predict.answer)
            .map_or("", String::as_str);
        self.wrapped(&format!("\n= {number}) "), choice)?;
        self.wrapped("  ", &predict.because)
    }

    fn calculator(&mut self, calculator: &Calculator) -> Result<()> {
        let figures = price::Load {
            item_bytes: calculator.item_bytes,
            reads_per_second: calculator.reads_per_second,
            writes_per_second: calculator.writes_per_second,
            strongly_consistent: calculator.strongly_consistent,
        }
        .figures();
        let consistency = if calculator.strongly_consistent {
            "strongly consistent"
        } else {
            "eventually consistent"
        };
        writeln!(
            self.out,
            "\n  items of {}, {} {consistency} reads and {} writes a second",
            scene::bytes(calculator.item_bytes),
            scene::count(calculator.reads_per_second),
            scene::count(calculator.writes_per_second),
        )?;
        writeln!(
            self.out,
            "  = {} RCU and {} WCU a second",
            figures.reads, figures.writes
        )?;
        let prices = price::prices();
        writeln!(
            self.out,
            "  provisioned  {} a month, just this much around the clock",
            figures.provisioned_month
        )?;
        writeln!(
            self.out,
            "  on-demand    {} a month, if every second is as busy as this",
            figures.on_demand_month
        )?;
        let (region, read_on) = (&prices.region, &prices.read_on);
        writeln!(self.out, "  ({region}, prices of {read_on})")
    }
}

impl Reader for Plain<'_> {
    fn lesson(&mut self, lesson: &Lesson, target: &TargetName) -> Result<()> {
        let title = printable::line(&lesson.title);
        writeln!(self.out, "{title}")?;
        writeln!(self.out, "{}", "=".repeat(title.chars().count()))?;
        self.wrapped("", &lesson.summary)?;
        // An account says itself which region it is.
        let region = match target {
            TargetName::Account(_) => String::new(),
            TargetName::Simulated | TargetName::Endpoint(_) => format!(" · {}", lesson.region),
        };
        let target = format!("{target}{region}");
        writeln!(self.out, "\nTarget: {}", printable::line(&target))
    }

    fn section(&mut self, section: &Section) -> Result<()> {
        let line = format!(
            "{} · {} ({} min)",
            section.number,
            printable::line(&section.title),
            section.minutes
        );
        let rule = "=".repeat(line.chars().count());
        writeln!(self.out, "\n\n{line}\n{rule}")
    }

    fn page(&mut self, section: &Section, page: &Page) -> Result<()> {
        if page.title != section.title {
            let title = printable::line(&page.title);
            writeln!(self.out, "\n{title}\n{}", "-".repeat(title.chars().count()))?;
        }
        self.blocks(&page.before)
    }

    fn question(&mut self, predict: &Predict) -> Result<()> {
        self.choices(predict)
    }

    fn step(&mut self, at: &At, _step: &Step, done: &StepReport) -> Result<()> {
        self.exchange(&done.exchange, at.purse)?;
        self.failures(&done.failures)
    }

    fn exercise(&mut self, at: &At, exercise: &Exercise, done: &ExerciseReport) -> Result<()> {
        self.wrapped("\nExercise: ", &exercise.goal)?;
        writeln!(self.out, "\n  It begins with {}", exercise.start.operation)?;
        let start = show::json(&exercise.start.body, WIDTH - 4);
        self.indented(&start)?;
        for (index, hint) in exercise.hints.iter().enumerate() {
            self.wrapped(&format!("  hint {}: ", index + 1), hint)?;
        }
        writeln!(self.out, "\n  Run with the solution:")?;
        self.exchange(&done.exchange, at.purse)?;
        self.failures(&done.failures)
    }

    fn hash(&mut self, _at: &At, _demo: &HashDemo, done: &HashReport) -> Result<()> {
        let mut lines = scene::hash::narrate(&done.record);
        lines.extend(done.refused.iter().map(|refused| refused.why.clone()));
        lines.extend(done.measured.iter().flat_map(measured_lines));
        self.narration(&lines)
    }

    fn race(&mut self, _at: &At, done: &[Asked]) -> Result<()> {
        for Asked { question, done } in done {
            self.wrapped("\nQuery or scan: ", &question.text)?;
            if let Some(why) = done.refusal() {
                self.wrapped("FAILED  ", why)?;
                continue;
            }
            let (left, right) = (done.left.traces(), done.right.traces());
            self.narration(&scene::race::narrate(&left, &right))?;
        }
        Ok(())
    }

    fn traffic(&mut self, _at: &At, demo: &TrafficDemo, done: &Record) -> Result<()> {
        self.wrapped("\nTraffic: ", &describe(demo.design, demo.load))?;
        self.narration(&scene::traffic::narrate(done))
    }

    fn other(
        &mut self,
        lesson: &Lesson,
        activity: &Activity,
        done: &BTreeSet<String>,
    ) -> Result<()> {
        match activity {
            Activity::Quiz(quiz) => {
                for question in &quiz.questions {
                    self.choices(question)?;
                    self.right(question)?;
                }
                Ok(())
            }
            Activity::Checklist(checklist) => {
                writeln!(self.out)?;
                for item in &checklist.items {
                    let ticked = item.step.as_ref().is_some_and(|step| done.contains(step));
                    self.wrapped(if ticked { "  [x] " } else { "  [ ] " }, &item.text)?;
                }
                Ok(())
            }
            Activity::Goals { .. } => {
                writeln!(self.out)?;
                for goal in &lesson.goals {
                    let reached = goal.steps.iter().all(|step| done.contains(step));
                    self.wrapped(if reached { "  [x] " } else { "  [ ] " }, &goal.text)?;
                    if goal.lambda {
                        writeln!(self.out, "      [ ] done from Lambda")?;
                    }
                }
                Ok(())
            }
            Activity::Calculator(calculator) => self.calculator(calculator),
            Activity::Workshop { .. } => self.wrapped(
                "\n  ",
                "On the screen, Enter opens the workshop here; without one it is `dynatour workshop node`, or `dynatour workshop ruby`.",
            ),
            Activity::ParkingLot { .. } => self.wrapped(
                "\n  ",
                "On the screen, n notes a question at any moment; `dynatour notes` shows them all.",
            ),
            Activity::Step(_)
            | Activity::Exercise(_)
            | Activity::Hash(_)
            | Activity::Race(_)
            | Activity::Traffic(_) => Ok(()),
        }
    }

    fn trouble(&mut self, at: &At, why: &str) -> Result<()> {
        self.wrapped(&format!("\nFAILED: {} {}: ", at.kind, at.id), why)
    }

    fn answer(&mut self, predict: &Predict) -> Result<()> {
        self.right(predict)
    }

    fn after(&mut self, page: &Page) -> Result<()> {
        self.blocks(&page.after)?;
        // A reader at the other end of a pipe sees each page as it is done.
        self.out.flush()
    }

    fn end(&mut self, tally: Tally) -> Result<()> {
        let Tally { succeeded, failed } = tally;
        let all = succeeded + failed;
        if failed == 0 {
            writeln!(self.out, "\n\nAll {all} steps did what they say.")
        } else {
            writeln!(
                self.out,
                "\n\n{failed} of {all} steps did not do what they say."
            )
        }
    }
}
