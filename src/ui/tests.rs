//! The screens of the lesson as pictures in text, with their styles.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::effect::{Answer, GridView};
use crate::app::key::Key;
use crate::app::tests::{at_step, report, state};
use crate::app::{Message, State, update};
use crate::ui::snapshot::{styled, text};
use crate::ui::theme::{Depth, Theme};

fn drawn(state: &State, depth: Depth) -> Buffer {
    let theme = Theme {
        depth,
        background: state.shared.background,
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    crate::ui::draw_buffer(state, theme, &mut buffer);
    buffer
}

fn press(state: &mut State, keys: &[Key]) {
    for &key in keys {
        update(state, Message::Key(key));
    }
}

/// Mike's step, predicted and run.
fn mike(columns: u16, rows: u16) -> State {
    let mut state = at_step("put-mike", columns, rows);
    press(&mut state, &[Key::Char('3')]);
    let run = update(&mut state, Message::Key(Key::Enter))[0].id;
    let grid = update(
        &mut state,
        Message::Answer(run, report("PutItem", "{}", Vec::new())),
    )
    .iter()
    .find(|request| matches!(request.effect, crate::app::effect::Effect::Grid { .. }))
    .map(|request| request.id)
    .expect("a write fetches its table");
    let items = vec![
        serde_json::json!({ "id": { "S": "1" }, "name": { "S": "Rachel" } }),
        serde_json::json!({ "id": { "S": "2" }, "name": { "S": "Mike" }, "address": { "S": "1234 Turing Ln." } }),
    ];
    let view = GridView {
        table: "people".into(),
        keys: vec!["id".into()],
        items,
        total: 2,
    };
    update(&mut state, Message::Answer(grid, Answer::Grid(view)));
    state
}

#[test]
fn home() {
    insta::assert_snapshot!(styled(&drawn(&state(80, 24), Depth::True)));
}

#[test]
fn home_with_room() {
    insta::assert_snapshot!(text(&drawn(&state(120, 40), Depth::True)));
}

#[test]
fn a_question_before_its_step() {
    insta::assert_snapshot!(styled(&drawn(&at_step("put-mike", 80, 24), Depth::True)));
}

#[test]
fn a_step_with_its_result() {
    insta::assert_snapshot!(styled(&drawn(&mike(80, 24), Depth::True)));
}

#[test]
fn a_step_with_its_result_and_room() {
    insta::assert_snapshot!(text(&drawn(&mike(120, 40), Depth::True)));
}

#[test]
fn without_colour_the_words_are_the_same() {
    let state = mike(80, 24);
    let plain = drawn(&state, Depth::None);
    assert_eq!(text(&plain), text(&drawn(&state, Depth::True)));
    let reset = ratatui::style::Color::Reset;
    assert!(
        plain
            .content
            .iter()
            .all(|cell| cell.fg == reset && cell.bg == reset)
    );
}

#[test]
fn the_exchange() {
    let mut state = mike(80, 24);
    press(&mut state, &[Key::Char('x'), Key::Tab]);
    insta::assert_snapshot!(styled(&drawn(&state, Depth::Sixteen)));
}

#[test]
fn code() {
    let mut state = at_step("get-rachel", 80, 24);
    press(&mut state, &[Key::Char('c'), Key::Tab]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn help_over_the_page() {
    let mut state = at_step("put-rachel", 80, 24);
    press(&mut state, &[Key::Char('?')]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn a_search() {
    let mut state = state(80, 24);
    press(&mut state, &[Key::Char('/')]);
    update(&mut state, Message::Paste("sort key".into()));
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn the_glossary_with_the_terms_of_the_page_first() {
    let mut state = at_step("get-rachel", 80, 24);
    press(&mut state, &[Key::Char('g')]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn the_calculator_while_typing() {
    let mut state = at_step("capacity-calculator", 80, 24);
    press(&mut state, &[Key::Enter, Key::Char('5'), Key::Tab]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn a_quiz() {
    insta::assert_snapshot!(text(&drawn(&at_step("key-quiz", 80, 24), Depth::True)));
}

#[test]
fn too_small() {
    let mut state = state(80, 24);
    update(
        &mut state,
        Message::Resize {
            columns: 59,
            rows: 18,
        },
    );
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)).trim());
}
