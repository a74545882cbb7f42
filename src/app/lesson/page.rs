//! A lesson's page as lines: prose, question, activity, result, prose.
//!
//! ```text
//!   title
//!   before
//!   ▸ activity          ← the page scrolls to here when a result makes it too long
//!   question | result   ← or to here
//!   after
//! ```
//!
//! The same lines are drawn, scrolled, clicked and measured by `dynatour check` ([`fits`]).
//! Invariant: at 80×24, what stands before a run and what stands after it fit on one screen each.

use crate::app::layout::{DESIGN_ROWS, MAIN, PROSE};
use crate::app::lesson::question::{self, SAID};
use crate::app::lesson::step;
use crate::app::paper::{Line, Paper, Role, Span, wrap};
use crate::app::prose;
use crate::lesson::model::{Activity, Page, Predict};

/// The page's paper, and the lines it may have to be scrolled to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PagePaper {
    pub paper: Paper,
    /// First line of the activity.
    pub activity: u16,
    /// First line of what came of it.
    pub result: Option<u16>,
    /// The line the cursor of a list or editor is on.
    pub cursor: Option<u16>,
    /// The request is shown as one line.
    pub folded: bool,
}

impl PagePaper {
    /// Lines from the activity to the end.
    #[must_use]
    pub fn from_activity(&self) -> u16 {
        self.paper.height().saturating_sub(self.activity)
    }
}

/// Columns of prose in so wide a main part.
#[must_use]
pub fn measure(columns: u16) -> u16 {
    columns.min(PROSE)
}

/// Title and prose before the activity.
#[must_use]
pub fn opening(page: &Page, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.extend(wrap(
        &[Span {
            text: page.title.clone(),
            role: Role::Title,
        }],
        columns,
        0,
    ));
    paper.gap();
    paper.extend(prose::blocks(&page.before, columns).lines);
    paper
}

/// Prose once the activity is done.
#[must_use]
pub fn closing(page: &Page, columns: u16) -> Paper {
    prose::blocks(&page.after, columns)
}

/// Why a page doesn't fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Overflow {
    /// Title, prose, question and activity as they stand before the run.
    #[error(
        "before the activity is done the page takes {lines} lines; at 80×24 there is room for {DESIGN_ROWS}"
    )]
    Before { lines: u16 },
    /// Result and prose after it.
    #[error(
        "the result and the prose after it take {lines} lines; at 80×24 there is room for {DESIGN_ROWS}"
    )]
    After { lines: u16 },
}

/// Whether a page fits at the design size of 80×24.
///
/// # Errors
/// [`Overflow`], with the number of lines it takes.
pub fn fits(page: &Page) -> Result<(), Overflow> {
    let lines = before_height(page);
    if lines > DESIGN_ROWS {
        return Err(Overflow::Before { lines });
    }
    let lines = after_height(page);
    if lines > DESIGN_ROWS {
        return Err(Overflow::After { lines });
    }
    Ok(())
}

fn before_height(page: &Page) -> u16 {
    let columns = measure(MAIN);
    let mut paper = opening(page, columns);
    if let Some(activity) = &page.activity {
        paper.gap();
        let first = activity_lines(activity, columns);
        paper.lines.resize(
            paper.lines.len() + usize::from(first),
            Line::of(Role::Text, "·"),
        );
    }
    if let Some(predict) = &page.predict {
        paper.gap();
        paper.extend(question::asking(predict, None, columns).lines);
    }
    paper.height()
}

/// Lines that an activity takes before it is done; those that scroll inside count with the least they need.
fn activity_lines(activity: &Activity, columns: u16) -> u16 {
    match activity {
        Activity::Step(step) => step::request(&step.request, false, columns).height(),
        Activity::Hash(_) | Activity::Race(_) => 1,
        Activity::Exercise(exercise) => {
            let goal = wrap(
                &[Span {
                    text: exercise.goal.clone(),
                    role: Role::Text,
                }],
                columns,
                0,
            )
            .len();
            u16::try_from(goal).unwrap_or(u16::MAX) + super::exercise::LEAST_ROWS + 3
        }
        Activity::Quiz(quiz) => {
            let tallest = quiz
                .questions
                .iter()
                .map(|question| question_height(question, columns))
                .max();
            1 + tallest.unwrap_or(0)
        }
        Activity::Checklist(list) => u16::try_from(list.items.len()).unwrap_or(u16::MAX),
        Activity::Calculator(_) => super::calculator::ROWS,
        Activity::Goals { .. } => 5,
        Activity::ParkingLot { .. } => 2,
    }
}

/// The taller one of a question open and a question answered.
fn question_height(question: &Predict, columns: u16) -> u16 {
    question::asking(question, None, columns).height()
        + u16::try_from(question::because(question, columns).len()).unwrap_or(0)
}

fn after_height(page: &Page) -> u16 {
    let columns = measure(MAIN);
    let mut paper = Paper::new();
    if let Some(predict) = &page.predict {
        let wrong = crate::learner::progress::Given::DontKnow;
        paper.extend(question::said(predict, wrong, true, columns));
    }
    if let Some(Activity::Step(step)) = &page.activity {
        let words = step.expect.message.as_deref().map_or(0, |part| {
            wrap(
                &[Span {
                    text: part.to_owned(),
                    role: Role::Text,
                }],
                columns - SAID,
                0,
            )
            .len()
        });
        paper
            .lines
            .resize(paper.lines.len() + 2 + words, Line::of(Role::Text, "·"));
    }
    if let Some(predict) = &page.predict {
        paper.gap();
        paper.extend(question::because(predict, columns));
    }
    paper.gap();
    paper.extend(closing(page, columns).lines);
    paper.height()
}
