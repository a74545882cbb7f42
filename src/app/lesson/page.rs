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
use crate::app::paper::{LARGE_COLUMNS, LARGE_ROWS, Line, Paper, Role, Span, wrap};
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
    /// Last line of an exercise's newest hint.
    pub hint: Option<u16>,
    /// The line that says where an activity's request goes and the most it can cost; only on an account.
    pub sending: Option<u16>,
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

/// Puts the title in large letters, for a wall, where the page has the rows to spare. A page that has to be scrolled has none.
pub fn enlarge(paper: &mut Paper, page: &Page, columns: u16, rows: u16) {
    let title = [Span {
        text: page.title.clone(),
        role: Role::Large,
    }];
    let small = wrap(&title, measure(columns), 0).len();
    let large = wrap(&title, columns / LARGE_COLUMNS, 0);
    let more = large.len() * usize::from(LARGE_ROWS) - small;
    let too_wide = |line: &Line| line.width() * LARGE_COLUMNS > columns;
    if paper.lines.len() + more > usize::from(rows) || large.iter().any(too_wide) {
        return;
    }
    let below = std::iter::repeat_with(Line::new).take(usize::from(LARGE_ROWS) - 1);
    let lines = large
        .into_iter()
        .flat_map(|line| std::iter::once(line).chain(below.clone()));
    paper.lines.splice(..small, lines.collect::<Vec<_>>());
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
        Activity::Hash(_) | Activity::Race(_) | Activity::Traffic(_) => 1,
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
        Activity::Workshop { .. } => super::bench::ROWS,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{SourceFile, library, parse};

    const LESSON: &str = "+++\ntitle = \"T\"\nsession = \"06\"\nsummary = \"S\"\ncourse = \"C\"\nregion = \"us-east-1\"\n+++\n";
    const LIST: &str = "```request ListTables id=list\n{}\n```\n";

    /// The first page of a section with this body.
    fn page(body: &str) -> Page {
        let section = format!("+++\ntitle = \"S\"\nminutes = 5\n+++\n{body}");
        let files = [
            SourceFile::new("06-t/lesson.md", LESSON),
            SourceFile::new("06-t/01-s.md", section),
        ];
        let mut lesson = parse(&files).expect("the lesson can be read");
        lesson.sections.remove(0).pages.remove(0)
    }

    fn list_of(lines: u16) -> String {
        "- line\n".repeat(usize::from(lines))
    }

    #[test]
    fn a_page_fits_to_its_last_line_and_not_one_more() {
        // The title and the line under it take two.
        let room = DESIGN_ROWS - 2;
        assert_eq!(fits(&page(&list_of(room))), Ok(()));
        let lines = DESIGN_ROWS + 1;
        assert_eq!(
            fits(&page(&list_of(room + 1))),
            Err(Overflow::Before { lines })
        );
    }

    #[test]
    fn an_activity_and_its_question_count_before_it_is_run() {
        let text = list_of(DESIGN_ROWS - 2);
        let body = format!("{text}\n{LIST}\nAfter.\n");
        assert!(matches!(fits(&page(&body)), Err(Overflow::Before { .. })));
        let short = list_of(4);
        let question = "```predict id=p\nquestion = \"Which?\"\nchoices = [\"a\", \"b\"]\nanswer = 1\nbecause = \"It is.\"\n```\n";
        let with = before_height(&page(&format!("{short}\n{question}\n{LIST}\nAfter.\n")));
        let without = before_height(&page(&format!("{short}\n{LIST}\nAfter.\n")));
        assert!(with >= without + 4, "{with} {without}");
    }

    #[test]
    fn what_is_said_after_the_run_has_a_screen_of_its_own() {
        let full = list_of(DESIGN_ROWS - 8);
        assert_eq!(fits(&page(&format!("{full}\n{LIST}\n{full}"))), Ok(()));
        let body = format!("Before.\n\n{LIST}\n{}", list_of(DESIGN_ROWS + 1));
        let overflow = fits(&page(&body)).expect_err("it is too long");
        assert!(matches!(overflow, Overflow::After { .. }), "{overflow}");
        assert!(overflow.to_string().contains("prose after it take"));
    }

    #[test]
    fn every_page_of_the_lessons_inside_fits() {
        for lesson in library::read(&library::built_in()).expect("the lessons can be read") {
            for page in lesson.sections.iter().flat_map(|section| &section.pages) {
                assert_eq!(fits(page), Ok(()), "{}", page.title);
            }
        }
    }
}
