//! The screens of the lesson as pictures in text, with their styles.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::effect::{Answer, GridView};
use crate::app::key::Key;
use crate::app::screen::Screen;
use crate::app::state::Standing;
use crate::app::tests::{at_step, report, state};
use crate::app::{Message, Moment, State, update};
use crate::lesson::model::Activity;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::{Outcome, Picodollars};
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

#[test]
fn the_header_says_what_becomes_of_what_is_done() {
    let mut state = state(80, 24);
    let mut heads = Vec::new();
    for standing in [
        Standing::Kept,
        Standing::ReadOnly("another one has it".to_owned()),
        Standing::Scratch,
        Standing::Serving("192.168.100.200:8000".to_owned()),
    ] {
        state.shared.standing = standing;
        for columns in [80, 60] {
            state.shared.columns = columns;
            let text = text(&drawn(&state, Depth::None));
            heads.extend(text.lines().next().map(str::to_owned));
        }
    }
    insta::assert_snapshot!(heads.join("\n"));
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

/// The id of the first activity of a kind.
fn first(wanted: fn(&Activity) -> bool) -> String {
    let state = state(80, 24);
    let pages = state.shared.lesson().sections.iter();
    pages
        .flat_map(|section| &section.pages)
        .filter_map(|page| page.activity.as_ref())
        .find(|activity| wanted(activity))
        .map(|activity| activity.id().to_owned())
        .expect("the lesson has an activity of each kind")
}

/// A request that was refused.
fn refusal() -> Answer {
    let Answer::Step(mut refused) = report("PutItem", "{}", Vec::new()) else {
        unreachable!("a report of a step")
    };
    refused.exchange.outcome = Outcome::ServiceError {
        code: "ValidationException".into(),
        message: "One or more parameter values were invalid: Missing the key id in the item".into(),
    };
    refused.exchange.written = CapacityUnits::ZERO;
    refused.exchange.price = Picodollars(0);
    Answer::Step(refused)
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

#[test]
fn a_refusal_in_the_words_of_the_service() {
    let mut state = at_step("put-without-key", 80, 24);
    press(&mut state, &[Key::Char('3')]);
    let run = update(&mut state, Message::Key(Key::Enter))[0].id;
    update(&mut state, Message::Answer(run, refusal()));
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn an_exercise_with_a_hint_while_typing() {
    let mut state = at_step(&first(|it| matches!(it, Activity::Exercise(_))), 80, 24);
    press(&mut state, &[Key::Char('i'), Key::Char('e'), Key::Down]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn an_exercise_with_room_to_write() {
    let mut state = at_step(&first(|it| matches!(it, Activity::Exercise(_))), 120, 40);
    press(&mut state, &[Key::Char('i'), Key::Char('e'), Key::Down]);
    insta::assert_snapshot!(styled(&drawn(&state, Depth::True)));
}

#[test]
fn a_checklist() {
    let mut state = at_step(&first(|it| matches!(it, Activity::Checklist(_))), 80, 24);
    press(&mut state, &[Key::Down, Key::Enter]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn the_goals_with_their_two_marks() {
    let mut state = at_step(&first(|it| matches!(it, Activity::Goals { .. })), 80, 24);
    press(&mut state, &[Key::Down, Key::Down, Key::Char('L')]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn the_notes() {
    let mut state = at_step("put-rachel", 80, 24);
    press(&mut state, &[Key::Char('n')]);
    update(&mut state, Message::Paste("What is a GSI?".into()));
    press(&mut state, &[Key::Enter, Key::Char('N')]);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn the_calculator_at_rest() {
    let state = at_step("capacity-calculator", 80, 24);
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn a_page_with_addresses() {
    let mut state = state(80, 24);
    let last = state.shared.lesson().sections.len() - 1;
    let screen = Screen::lesson(last, 1, &state.shared);
    state.shared.restart(screen);
    update(&mut state, Message::Now(Moment::default()));
    insta::assert_snapshot!(text(&drawn(&state, Depth::True)));
}

#[test]
fn a_step_with_its_result_on_a_large_terminal() {
    insta::assert_snapshot!(text(&drawn(&mike(200, 60), Depth::True)));
}
