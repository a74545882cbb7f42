//! Notes, answers and goals as Markdown, for a learner to take along.
//!
//! Pure: times come in as numbers and are written through the function the caller gives.

use std::fmt::Write as _;

use super::progress::{Given, Note, PageRef, Progress};
use crate::lesson::model::{Activity, Lesson, Predict};

/// The parking lot: each note with where and when it was written. `when` writes milliseconds since the epoch as a date.
#[must_use]
pub fn notes(lesson: &Lesson, progress: &Progress, when: &dyn Fn(u64) -> String) -> String {
    let mut text = format!("# Parking lot: {}\n", lesson.title);
    if progress.notes.is_empty() {
        text.push_str("\nNo notes yet.\n");
    }
    for note in progress.notes.values() {
        push_note(&mut text, lesson, note, when);
    }
    text
}

/// Goals with their marks, what was done, every answer beside the right one, exercises, and the notes.
#[must_use]
pub fn progress(lesson: &Lesson, progress: &Progress, when: &dyn Fn(u64) -> String) -> String {
    let mut text = format!("# {}\n\n{}\n", lesson.title, lesson.summary);
    push_goals(&mut text, lesson, progress);
    for section in &lesson.sections {
        let mut body = String::new();
        for page in &section.pages {
            if let Some(predict) = &page.predict {
                push_answer(&mut body, predict, progress);
            }
            match &page.activity {
                Some(Activity::Quiz(quiz)) => {
                    for question in &quiz.questions {
                        push_answer(&mut body, question, progress);
                    }
                }
                Some(Activity::Exercise(exercise)) => {
                    let mark = mark(progress.done.contains(&exercise.id));
                    let _ = writeln!(body, "- {mark} {}", exercise.goal);
                    if let Some(draft) = progress.drafts.get(&exercise.id) {
                        push_fenced(&mut body, draft);
                    }
                }
                Some(Activity::Checklist(checklist)) => {
                    for item in &checklist.items {
                        let by_hand = progress
                            .ticked
                            .contains(&(checklist.id.clone(), item.id.clone()));
                        let by_step = item
                            .step
                            .as_ref()
                            .is_some_and(|step| progress.done.contains(step));
                        let _ = writeln!(body, "- {} {}", mark(by_hand || by_step), item.text);
                    }
                }
                _ => {}
            }
        }
        if !body.is_empty() {
            let _ = write!(text, "\n## {}\n\n{body}", section.title);
        }
    }
    if !progress.notes.is_empty() {
        text.push_str("\n## Parking lot\n");
        for note in progress.notes.values() {
            push_note(&mut text, lesson, note, when);
        }
    }
    text
}

fn push_goals(text: &mut String, lesson: &Lesson, progress: &Progress) {
    if lesson.goals.is_empty() {
        return;
    }
    text.push_str("\n## Goals\n\n");
    for goal in &lesson.goals {
        let reached = goal.steps.iter().all(|step| progress.done.contains(step));
        let _ = writeln!(text, "- {} {}", mark(reached), goal.text);
        if goal.lambda {
            let mark = mark(progress.from_lambda.contains(&goal.id));
            let _ = writeln!(text, "  - {mark} done from Lambda");
        }
    }
}

fn push_answer(text: &mut String, question: &Predict, progress: &Progress) {
    let Some(given) = progress.answers.get(&question.id) else {
        return;
    };
    let choice = |index: usize| question.choices.get(index).map_or("?", String::as_str);
    let said = match given {
        Given::Choice(index) => choice(*index),
        Given::DontKnow => "I don't know",
    };
    let _ = writeln!(text, "- **{}**", question.question);
    let _ = writeln!(text, "  - you said: {said}");
    let _ = writeln!(
        text,
        "  - it is: {}. {}",
        choice(question.answer),
        question.because
    );
}

fn push_note(text: &mut String, lesson: &Lesson, note: &Note, when: &dyn Fn(u64) -> String) {
    let place = note
        .place
        .as_ref()
        .map_or_else(|| "home".to_owned(), |place| place_in_words(lesson, place));
    let _ = writeln!(text, "\n- {} ({place})", when(note.written));
    push_fenced(text, &note.text);
}

/// A learner's text can hold any characters; a fence longer than any run of backticks in it keeps it as it is.
fn push_fenced(text: &mut String, content: &str) {
    let mut longest = 0;
    let mut run = 0;
    for character in content.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(text, "\n  {fence}text");
    for line in content.lines() {
        let _ = writeln!(text, "  {}", crate::printable::line(line));
    }
    let _ = writeln!(text, "  {fence}");
}

fn place_in_words(lesson: &Lesson, place: &PageRef) -> String {
    let section = lesson
        .sections
        .iter()
        .find(|section| section.id == place.section);
    match section {
        Some(section) => format!("{}, page {}", section.title, place.page + 1),
        None => place.section.clone(),
    }
}

fn mark(done: bool) -> &'static str {
    if done { "[x]" } else { "[ ]" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_keeps_its_backticks_and_loses_its_escape_sequences() {
        let mut text = String::new();
        push_fenced(&mut text, "a ```` b\n\u{1b}[2J");
        assert_eq!(text, "\n  `````text\n  a ```` b\n  ␛[2J\n  `````\n");
    }
}
