//! Lists with marks: a checklist's items, and the session's goals with their two marks.
//!
//! Invariant: a mark that a step sets can't be taken away by hand.

use crate::app::key::Action;
use crate::app::paper::{Hit, Line, Paper, Role, Span, wrap};
use crate::learner::progress::{Change, Progress};
use crate::lesson::model::{Checklist, Goal};

/// Whether an item is ticked: by hand, or because its step is done.
#[must_use]
pub fn ticked(list: &Checklist, index: usize, progress: &Progress) -> bool {
    list.items.get(index).is_some_and(|item| {
        progress
            .ticked
            .contains(&(list.id.clone(), item.id.clone()))
            || item
                .step
                .as_ref()
                .is_some_and(|step| progress.done.contains(step))
    })
}

/// The change that toggles an item by hand; `None` where a step has ticked it.
#[must_use]
pub fn toggle(list: &Checklist, index: usize, progress: &Progress) -> Option<Change> {
    let item = list.items.get(index)?;
    let key = (list.id.clone(), item.id.clone());
    let by_hand = progress.ticked.contains(&key);
    if !by_hand && ticked(list, index, progress) {
        return None;
    }
    Some(Change::Ticked {
        checklist: key.0,
        item: key.1,
        on: !by_hand,
    })
}

/// Whether every item is ticked.
#[must_use]
pub fn finished(list: &Checklist, progress: &Progress) -> bool {
    (0..list.items.len()).all(|index| ticked(list, index, progress))
}

#[must_use]
pub fn checklist(list: &Checklist, cursor: usize, progress: &Progress, columns: u16) -> Paper {
    let mut paper = Paper::new();
    for (index, item) in list.items.iter().enumerate() {
        let on = ticked(list, index, progress);
        let (role, mark) = if on {
            (Role::Good, "✓")
        } else {
            (Role::Dim, "·")
        };
        let spans = [
            Span {
                text: if index == cursor { "▸ " } else { "  " }.to_owned(),
                role: Role::Accent,
            },
            Span {
                text: format!("{mark}  "),
                role,
            },
            Span {
                text: item.text.clone(),
                role: if on { Role::Dim } else { Role::Text },
            },
        ];
        for line in wrap(&spans, columns, 5) {
            paper.add(line.hit(Hit::Entry(index)).select(index == cursor));
        }
    }
    paper
}

/// Whether a goal's steps are done.
#[must_use]
pub fn reached(goal: &Goal, progress: &Progress) -> bool {
    !goal.steps.is_empty() && goal.steps.iter().all(|step| progress.done.contains(step))
}

#[must_use]
pub fn goals(goals: &[Goal], cursor: usize, progress: &Progress, columns: u16) -> Paper {
    const MARKS: u16 = 22;
    let mut paper = Paper::new();
    let room = columns.saturating_sub(MARKS);
    paper.add(
        Line::new()
            .to_column(room)
            .push(Role::Dim, "  step")
            .push(Role::Dim, "    from Lambda"),
    );
    for (index, goal) in goals.iter().enumerate() {
        let spans = [
            Span {
                text: if index == cursor { "▸ " } else { "  " }.to_owned(),
                role: Role::Accent,
            },
            Span {
                text: goal.text.clone(),
                role: Role::Text,
            },
        ];
        let step = mark(reached(goal, progress));
        let lambda = if goal.lambda {
            mark(progress.from_lambda.contains(&goal.id))
        } else {
            (Role::Dim, " ")
        };
        for (row, line) in wrap(&spans, room.saturating_sub(2), 2)
            .into_iter()
            .enumerate()
        {
            let line = if row == 0 {
                line.to_column(room)
                    .push(step.0, format!("    {}", step.1))
                    .push(lambda.0, format!("          {}", lambda.1))
            } else {
                line
            };
            paper.add(line.hit(Hit::Entry(index)).select(index == cursor));
        }
    }
    paper.gap();
    paper.add(
        Line::of(Role::Accent, "L")
            .push(
                Role::Dim,
                " marks a goal as done from Lambda, too. Steps tick themselves.",
            )
            .hit(Hit::Do(Action::ToggleLambda)),
    );
    paper
}

fn mark(on: bool) -> (Role, &'static str) {
    if on {
        (Role::Good, "✓")
    } else {
        (Role::Dim, "·")
    }
}
