//! An exercise on its page: a goal, an editor, hints one by one, a run with reasons, a solution on request.
//!
//! Invariant: the draft is handed over to be kept before the page is left, and the solution is shown only after a try.

use crate::app::account::trouble::{self, Trouble};
use crate::app::editor::Editor;
use crate::app::json;
use crate::app::key::Action;
use crate::app::lesson::{keys, step};
use crate::app::paper::{Hit, Line, Paper, Role, Span, wrap};
use crate::app::state::Shared;
use crate::learner::progress::Progress;
use crate::lesson::model::Exercise;

/// Lines of the editor that must fit at the design size.
pub const LEAST_ROWS: u16 = 6;
/// An editor has at least such a part of the room for it.
const SHARE_OF_ROOM: usize = 3;
/// With so much room the parts below the editor stand apart.
const ROOMY_ROWS: usize = 13;

#[derive(Debug, Clone, PartialEq)]
pub struct ExerciseWork {
    pub editor: Editor,
    pub editing: bool,
}

impl ExerciseWork {
    /// With the draft that was left, or the exercise's first text.
    #[must_use]
    pub fn new(exercise: &Exercise, progress: &Progress) -> Self {
        let start = progress
            .drafts
            .get(&exercise.id)
            .cloned()
            .unwrap_or_else(|| first_text(exercise));
        Self {
            editor: Editor::new(&start),
            editing: false,
        }
    }
}

/// Whether the learner has tried, in this run of the program or an earlier one.
#[must_use]
pub fn tried(exercise: &Exercise, shared: &Shared) -> bool {
    let progress = shared.progress();
    shared.runs.tries.contains_key(&exercise.id)
        || progress.done.contains(&exercise.id)
        || progress.solutions.contains(&exercise.id)
}

/// The text the editor starts with.
#[must_use]
pub fn first_text(exercise: &Exercise) -> String {
    let lines = json::lines(&exercise.start.body, 68);
    lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n")
}

/// What is to be reached.
#[must_use]
pub fn goal(exercise: &Exercise, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let goal = [
        Span {
            text: "▸ ".to_owned(),
            role: Role::Accent,
        },
        Span {
            text: exercise.goal.clone(),
            role: Role::Strong,
        },
    ];
    paper.extend(wrap(&goal, columns, 2));
    paper
}

/// An exercise's lines, and those among them that are scrolled to.
#[derive(Debug)]
pub struct ExercisePaper {
    pub paper: Paper,
    /// First line of the outcome.
    pub outcome: Option<u16>,
    /// Last line of the newest hint.
    pub hint: Option<u16>,
}

/// The exercise below the page's prose; `before` stands above the editor, and `rows` is the room for it.
#[must_use]
pub fn paper(
    exercise: &Exercise,
    work: &ExerciseWork,
    shared: &Shared,
    before: Vec<Line>,
    rows: usize,
    columns: u16,
) -> ExercisePaper {
    let progress = shared.progress();
    let mut paper = goal(exercise, columns);
    paper.gap();
    paper.extend(before);
    let running = shared.runs.running(&exercise.id);
    add_editor(exercise, work, running, rows, columns, &mut paper);
    if let Some(happening) = shared.runs.happening.get(&exercise.id) {
        paper.extend(step::under_way(Some(happening), true, columns));
    }
    let is_roomy = rows >= ROOMY_ROWS;
    if is_roomy {
        paper.gap();
    }
    let start = paper.height();
    add_hints(exercise, progress, columns, &mut paper);
    let hint = (paper.height() > start).then(|| paper.height() - 1);
    if is_roomy {
        paper.gap();
    }
    let start = paper.height();
    add_outcome(exercise, shared, columns, &mut paper);
    let outcome = (paper.height() > start).then_some(start);
    if progress.solutions.contains(&exercise.id) {
        paper.gap();
        paper.add(Line::of(Role::Dim, "A solution"));
        paper.extend(
            json::lines(&exercise.solution.body, columns.saturating_sub(2))
                .into_iter()
                .map(indented),
        );
    }
    ExercisePaper {
        paper,
        outcome,
        hint,
    }
}

fn indented(line: Line) -> Line {
    Line::of(Role::Text, "  ").append(line)
}

fn add_editor(
    exercise: &Exercise,
    work: &ExerciseWork,
    running: bool,
    rows: usize,
    columns: u16,
    paper: &mut Paper,
) {
    let state = match (running, work.editing) {
        (true, _) => Line::of(Role::Dim, "sending …"),
        (false, true) => Line::of(Role::Accent, "Ctrl-R")
            .push(Role::Dim, " run   ")
            .push(Role::Accent, "Esc")
            .push(Role::Dim, " leave"),
        (false, false) => Line::of(Role::Accent, "e")
            .push(Role::Dim, " edit   ")
            .push(Role::Accent, "Ctrl-R")
            .push(Role::Dim, " run"),
    };
    let head = Line::of(Role::Rule, "╭─ ")
        .push(Role::Title, &exercise.start.operation)
        .push(Role::Text, " ");
    let used = head.width() + state.width() + 4;
    let rule = "─".repeat(usize::from(columns.saturating_sub(used)));
    let head = head
        .push(Role::Rule, rule)
        .push(Role::Text, " ")
        .append(state)
        .push(Role::Rule, " ─╮");
    paper.add(head.hit(Hit::Do(Action::Edit)));
    let edge = if work.editing {
        Role::Accent
    } else {
        Role::Rule
    };
    let shown = work
        .editor
        .view(rows, columns.saturating_sub(4), work.editing);
    let hidden = work.editor.height() - shown.len();
    for line in shown {
        let line = Line::of(edge, "│ ")
            .append(line)
            .to_column(columns - 1)
            .push(edge, "│");
        paper.add(line.hit(Hit::Do(Action::Edit)));
    }
    // On a large terminal there is room to write.
    for _ in work.editor.height()..rows / SHARE_OF_ROOM {
        let line = Line::of(edge, "│").to_column(columns - 1).push(edge, "│");
        paper.add(line.hit(Hit::Do(Action::Edit)));
    }
    let foot = if hidden > 0 {
        format!(" {hidden} more ")
    } else {
        String::new()
    };
    let rule = "─".repeat(usize::from(columns.saturating_sub(3)) - foot.len());
    paper.add(
        Line::of(Role::Rule, "╰─")
            .push(Role::Dim, foot)
            .push(Role::Rule, rule)
            .push(Role::Rule, "╯"),
    );
}

fn add_hints(exercise: &Exercise, progress: &Progress, columns: u16, paper: &mut Paper) {
    let shown = progress.hints.get(&exercise.id).copied().unwrap_or(0);
    for (index, hint) in exercise.hints.iter().take(shown).enumerate() {
        let spans = [
            Span {
                text: format!("hint {}  ", index + 1),
                role: Role::Accent,
            },
            Span {
                text: hint.clone(),
                role: Role::Text,
            },
        ];
        paper.extend(wrap(&spans, columns, 8));
    }
}

fn add_outcome(exercise: &Exercise, shared: &Shared, columns: u16, paper: &mut Paper) {
    if let Some(why) = shared.runs.failed.get(&exercise.id) {
        let spans = [
            Span {
                text: "! ".to_owned(),
                role: Role::Error,
            },
            Span {
                text: why.clone(),
                role: Role::Text,
            },
        ];
        paper.extend(wrap(&spans, columns, 2));
    }
    let Some(report) = shared.runs.tries.get(&exercise.id) else {
        if shared.progress().done.contains(&exercise.id) {
            paper.add(Line::of(Role::Good, "✓ solved before"));
        }
        return;
    };
    let solved = report.failures.is_empty();
    let trouble = Trouble::of_exchange(&report.exchange);
    let on_account = shared.place().is_some();
    let tried = solved || !on_account || !trouble.again();
    if solved {
        paper.add(Line::of(Role::Good, "✓ Solved."));
    } else if tried {
        paper.add(Line::of(Role::Warning, "Not yet."));
    } else {
        // Nothing was learned of the request itself.
        paper.extend(trouble::paper(trouble, &report.exchange, shared, columns).lines);
    }
    for failure in report.failures.iter().filter(|_| tried) {
        let spans = [
            Span {
                text: "✗ ".to_owned(),
                role: Role::Warning,
            },
            Span {
                text: failure.because.clone(),
                role: Role::Text,
            },
            Span {
                text: format!("  {}", failure.saw),
                role: Role::Dim,
            },
        ];
        paper.extend(wrap(&spans, columns, 2));
    }
    paper.extend(step::result(&report.exchange, solved, columns).lines);
    let keys = keys::of(&exercise.start, shared);
    paper.extend(step::response(&report.exchange, &keys, false, 4, columns).lines);
}
