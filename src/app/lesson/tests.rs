//! A page driven as a learner drives it: what can be seen after a key.

use crate::app::key::Key;
use crate::app::layout::View;
use crate::app::lesson::Work;
use crate::app::paper::Line;
use crate::app::screen::Screen;
use crate::app::tests::{at_step, report};
use crate::app::{Message, State, update};

fn press(state: &mut State, keys: &[Key]) {
    for &key in keys {
        update(state, Message::Key(key));
    }
}

/// The lines of the main part that are on the screen.
fn seen(state: &State) -> Vec<String> {
    let View { main, .. } = state
        .top()
        .component()
        .view(&state.shared)
        .expect("the screen is a paper");
    let lines = main.paper.lines.iter().skip(usize::from(main.scroll));
    let lines = lines.take(usize::from(main.area.height));
    lines.map(Line::plain).collect()
}

fn page(state: &State) -> (usize, usize) {
    match state.top() {
        Screen::Lesson(lesson) => (lesson.section, lesson.page),
        _ => panic!("a page is on top"),
    }
}

/// Sends the page's step, and answers it.
fn answered(state: &mut State, operation: &str, body: &str) {
    let effects = update(state, Message::Key(Key::Enter));
    let id = effects.last().expect("the step is sent").id;
    update(
        state,
        Message::Answer(id, report(operation, body, Vec::new())),
    );
}

#[test]
fn enter_ticks_and_space_goes_on() {
    let mut state = at_step("cleanup-aws", 80, 24);
    press(&mut state, &[Key::Enter]);
    assert_eq!(state.shared.progress().ticked.len(), 1);
    let (section, here) = page(&state);
    press(&mut state, &[Key::Char(' ')]);
    assert_eq!(page(&state), (section, here + 1), "as on every other page");
    assert_eq!(state.shared.progress().ticked.len(), 1);
}

#[test]
fn the_newest_hint_is_on_the_screen() {
    let mut state = at_step("ex-put", 80, 24);
    let Screen::Lesson(lesson) = state.top() else {
        panic!("the exercise is on top");
    };
    assert!(matches!(lesson.work, Work::Exercise(_)));
    for hint in 1..=3 {
        // Wherever the page is scrolled to.
        let away = if hint == 2 { Key::End } else { Key::Home };
        press(&mut state, &[away, Key::Char('i')]);
        let newest = format!("hint {hint}");
        let lines = seen(&state);
        assert!(
            lines.iter().any(|line| line.starts_with(&newest)),
            "{lines:#?}"
        );
    }
}

#[test]
fn the_other_form_of_a_request_is_shown_whole() {
    let mut state = at_step("put-rachel", 80, 24);
    answered(&mut state, "PutItem", "{}");
    press(&mut state, &[Key::Char('t')]);
    let lines = seen(&state);
    assert!(
        lines
            .iter()
            .any(|line| line.contains(r#""id": { "S": "1" }"#)),
        "{lines:#?}"
    );
    press(&mut state, &[Key::Char('t')]);
    let lines = seen(&state);
    assert!(
        lines.iter().any(|line| line.contains(r#""id": "1""#)),
        "{lines:#?}"
    );
}

#[test]
fn the_lesson_tells_the_keys_of_a_table_that_nobody_looked_at() {
    let mut state = at_step("scan-visits", 80, 24);
    press(&mut state, &[Key::Char('0')]);
    let items = r#"{ "Count": 1, "ScannedCount": 1, "Items": [
        { "grams": { "N": "38" }, "pet": { "S": "Luna" }, "seen_on": { "S": "2026-05-19" } } ] }"#;
    answered(&mut state, "Scan", items);
    let lines = seen(&state);
    let header = lines.iter().find(|line| line.contains("grams"));
    let names: Vec<&str> = header.expect("a header").split_whitespace().collect();
    assert_eq!(names, ["pet", "seen_on", "grams"]);
}

#[test]
fn a_note_that_was_left_is_gone_on_with() {
    let mut state = at_step("put-rachel", 80, 24);
    press(&mut state, &[Key::Char('n'), Key::Char('W'), Key::Esc]);
    assert!(
        state.shared.notice.is_some(),
        "it says that nothing is lost"
    );
    press(&mut state, &[Key::Char('n'), Key::Char('y'), Key::Enter]);
    let notes = &state.shared.progress().notes;
    let texts: Vec<&str> = notes.values().map(|note| note.text.as_str()).collect();
    assert_eq!(texts, ["Wy"]);
    press(&mut state, &[Key::Char('n'), Key::Enter]);
    assert_eq!(state.shared.progress().notes.len(), 1, "taken once");
}

#[test]
fn not_to_know_is_no_mistake() {
    let mut state = at_step("setup-quiz", 80, 24);
    press(
        &mut state,
        &[Key::Char('0'), Key::Char(' '), Key::Char('1')],
    );
    let lines = seen(&state);
    assert!(
        lines.iter().any(|line| line == "Question 2 of 2   ? ✗"),
        "{lines:#?}"
    );
}

#[test]
fn a_finished_quiz_shows_its_other_questions_with_their_answers() {
    let mut state = at_step("setup-quiz", 120, 40);
    let first = "✗ Which login do you use for today's work?";
    press(&mut state, &[Key::Char('1'), Key::Right]);
    assert!(!seen(&state).iter().any(|line| line == first));
    press(&mut state, &[Key::Char('2')]);
    let lines = seen(&state);
    let at = lines.iter().position(|line| line == first);
    let at = at.unwrap_or_else(|| panic!("{lines:#?}"));
    assert_eq!(lines[at + 1], "  Answer: the admin user");
}
