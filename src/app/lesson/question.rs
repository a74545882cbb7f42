//! A question with its choices: before the answer, and what was said once it is given.
//!
//! Invariant: the right answer is nowhere on the screen before an answer was committed.

use crate::app::key::Action;
use crate::app::paper::{Hit, Line, Paper, Role, Span, wrap};
use crate::learner::progress::Given;
use crate::lesson::model::Predict;

/// Where the words begin behind `You said` and `DynamoDB did`.
pub const SAID: u16 = 14;

/// The question, open: its choices can be typed, clicked, or chosen with the arrows.
#[must_use]
pub fn asking(question: &Predict, cursor: Option<usize>, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.extend(wrap(
        &[Span {
            text: question.question.clone(),
            role: Role::Strong,
        }],
        columns,
        0,
    ));
    let actions = (1u8..).map(Action::Choose);
    for (index, (choice, action)) in question.choices.iter().zip(actions).enumerate() {
        entry(
            &mut paper,
            &format!("{}", index + 1),
            choice,
            action,
            cursor == Some(index),
            columns,
        );
    }
    let unknown = cursor == Some(question.choices.len());
    entry(
        &mut paper,
        "0",
        "I don't know",
        Action::DontKnow,
        unknown,
        columns,
    );
    paper
}

fn entry(
    paper: &mut Paper,
    number: &str,
    text: &str,
    action: Action,
    selected: bool,
    columns: u16,
) {
    let mark = if selected { " ▸ " } else { "   " };
    let spans = [
        Span {
            text: mark.to_owned(),
            role: Role::Accent,
        },
        Span {
            text: format!("{number}  "),
            role: Role::Accent,
        },
        Span {
            text: text.to_owned(),
            role: Role::Text,
        },
    ];
    for line in wrap(&spans, columns, 6) {
        paper.add(line.hit(Hit::Do(action)).select(selected));
    }
}

/// `You said   ✓ it is refused`; whether it was right is only told when the result is there.
#[must_use]
pub fn said(question: &Predict, given: Given, revealed: bool, columns: u16) -> Vec<Line> {
    let text = match given {
        Given::Choice(index) => question.choices.get(index).map_or("", String::as_str),
        Given::DontKnow => "I don't know",
    };
    let mark = match given {
        _ if !revealed => None,
        Given::Choice(index) if index == question.answer => Some((Role::Good, "✓ ")),
        Given::Choice(_) => Some((Role::Warning, "✗ ")),
        Given::DontKnow => None,
    };
    let mut spans = vec![Span {
        text: format!("{:<1$}", "You said", usize::from(SAID)),
        role: Role::Dim,
    }];
    if let Some((role, mark)) = mark {
        spans.push(Span {
            text: mark.to_owned(),
            role,
        });
    }
    spans.push(Span {
        text: text.to_owned(),
        role: Role::Text,
    });
    wrap(&spans, columns, SAID)
}

/// The right answer and why, once it may be told.
#[must_use]
pub fn told(question: &Predict, given: Given, columns: u16) -> Paper {
    let mut paper = Paper::new();
    if given != Given::Choice(question.answer) {
        let right = question
            .choices
            .get(question.answer)
            .map_or("", String::as_str);
        let spans = [
            Span {
                text: format!("{:<1$}", "It is", usize::from(SAID)),
                role: Role::Dim,
            },
            Span {
                text: "✓ ".to_owned(),
                role: Role::Good,
            },
            Span {
                text: right.to_owned(),
                role: Role::Strong,
            },
        ];
        paper.extend(wrap(&spans, columns, SAID));
    }
    paper
}

/// Why it is so.
#[must_use]
pub fn because(question: &Predict, columns: u16) -> Vec<Line> {
    wrap(
        &[Span {
            text: question.because.clone(),
            role: Role::Emphasis,
        }],
        columns,
        0,
    )
}
