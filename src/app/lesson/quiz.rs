//! A quiz on its page: one question at a time, each answered before it is explained.
//!
//! Invariant: only the first answer to a question counts.

use crate::app::lesson::question;
use crate::app::paper::{Line, Paper, Role, Span, wrap};
use crate::learner::progress::{Given, Progress};
use crate::lesson::model::{Predict, Quiz};

/// Which question is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuizWork {
    /// Index of the question.
    pub at: usize,
    /// Choice under the cursor.
    pub cursor: Option<usize>,
}

impl QuizWork {
    /// At the first question without an answer.
    #[must_use]
    pub fn new(quiz: &Quiz, progress: &Progress) -> Self {
        let open = quiz
            .questions
            .iter()
            .position(|question| !progress.answers.contains_key(&question.id));
        Self {
            at: open.unwrap_or(0),
            cursor: None,
        }
    }

    /// The question on the screen and its answer.
    #[must_use]
    pub fn current<'a>(
        &self,
        quiz: &'a Quiz,
        progress: &Progress,
    ) -> Option<(&'a Predict, Option<Given>)> {
        let question = quiz.questions.get(self.at)?;
        Some((question, progress.answers.get(&question.id).copied()))
    }
}

/// Whether every question has its answer.
#[must_use]
pub fn finished(quiz: &Quiz, progress: &Progress) -> bool {
    quiz.questions
        .iter()
        .all(|question| progress.answers.contains_key(&question.id))
}

#[must_use]
pub fn paper(quiz: &Quiz, work: QuizWork, progress: &Progress, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let Some((question, given)) = work.current(quiz, progress) else {
        return paper;
    };
    paper.add(marks(quiz, work, progress));
    paper.gap();
    match given {
        None => paper.extend(question::asking(question, work.cursor, columns).lines),
        Some(given) => {
            paper.extend(crate::app::paper::wrap_text(
                Role::Strong,
                &question.question,
                columns,
            ));
            paper.gap();
            paper.extend(question::said(question, given, true, columns));
            paper.extend(question::told(question, given, columns).lines);
            paper.gap();
            paper.extend(question::because(question, columns));
        }
    }
    paper
}

/// Once all questions are answered: the other ones again, each with its right answer.
#[must_use]
pub fn others(quiz: &Quiz, work: QuizWork, progress: &Progress, columns: u16) -> Paper {
    let mut paper = Paper::new();
    if !finished(quiz, progress) {
        return paper;
    }
    for (index, question) in quiz.questions.iter().enumerate() {
        if index == work.at {
            continue;
        }
        let (role, mark) = marked(question, progress).unwrap_or((Role::Dim, "·"));
        let right = question.choices.get(question.answer);
        let spans = [
            (role, format!("{mark} ")),
            (Role::Dim, format!("{}\nAnswer: ", question.question)),
            (Role::Text, right.cloned().unwrap_or_default()),
        ]
        .map(|(role, text)| Span { text, role });
        paper.gap();
        paper.extend(wrap(&spans, columns, 2));
    }
    paper
}

/// How a question was answered; `None` while it is open.
fn marked(question: &Predict, progress: &Progress) -> Option<(Role, &'static str)> {
    Some(match progress.answers.get(&question.id)? {
        Given::Choice(choice) if *choice == question.answer => (Role::Good, "✓"),
        // It is an answer, and not a wrong one.
        Given::DontKnow => (Role::Text, "?"),
        Given::Choice(_) => (Role::Warning, "✗"),
    })
}

/// `Question 2 of 3   ✓ ▸ ·`
fn marks(quiz: &Quiz, work: QuizWork, progress: &Progress) -> Line {
    let mut line = Line::of(
        Role::Dim,
        format!("Question {} of {}  ", work.at + 1, quiz.questions.len()),
    );
    for (index, question) in quiz.questions.iter().enumerate() {
        let open = if index == work.at {
            (Role::Accent, "▸")
        } else {
            (Role::Dim, "·")
        };
        let (role, mark) = marked(question, progress).unwrap_or(open);
        line.add(role, format!(" {mark}"));
    }
    line
}
