//! The picture held by snapshots, and whole at any size with any key.

use std::time::Duration;

use super::*;
use crate::app::effect::{Answer, Effect};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Screen};
use crate::app::state::Background;
use crate::app::{Message, State, update};
use crate::lesson::model::{HashDemo, Place};
use crate::scene::hash::tests::traces;
use crate::target::exchange::{Exchange, Outcome};
use crate::ui::draw_buffer;
use crate::ui::snapshot::{self, exchange, state};
use crate::ui::theme::Depth;

const KEYS: [(&str, u64); 8] = [
    ("Beeba", 0x9f3c_21d4_77ab_0e15),
    ("Rex", 0xe100_0000_0000_0001),
    ("Milo", 0x4c00_1234_0000_0002),
    ("Luna", 0x8700_0000_0000_0003),
    ("Luno", 0x1300_0000_0000_0004),
    ("Simba", 0x5e00_0000_0000_0005),
    ("Oscar", 0x7aa0_0000_0000_0006),
    ("Ada", 0x0c00_0000_0000_0007),
];

/// The demonstration at `stop`, with the first prediction made.
fn shown(columns: u16, rows: u16, partitions: u32, keys: &[(&str, u64)]) -> (State, HashScreen) {
    let mut state = state(columns, rows);
    let mut screen = HashScreen::new(HashDemo {
        id: "together".to_owned(),
        table: "neighbors".to_owned(),
        attribute: "pet".to_owned(),
        key_type: "S".to_owned(),
        partitions,
        keys: keys.iter().map(|(key, _)| (*key).to_owned()).collect(),
        place: Place::default(),
    });
    screen.shown(&mut state.shared);
    for partitions in [partitions, 2] {
        let ids = state.shared.take_effects();
        let exchanges = traces(partitions, keys).into_iter().map(exchange).collect();
        assert!(screen.answer(ids[0].id, &Answer::Hash(exchanges), &mut state.shared));
    }
    (state, screen)
}

fn at(columns: u16, rows: u16, stop: usize) -> Buffer {
    let (mut state, mut screen) = shown(columns, rows, 4, &KEYS);
    screen.guesses.insert(0, Guess::Choice(1));
    let script = screen.script.clone().unwrap();
    screen.clock.playhead.seek(script.timeline(), stop, None);
    state.screens.push(Screen::Hash(Box::new(screen)));
    drawn(&state, Depth::TwoFiftySix)
}

fn drawn(state: &State, depth: Depth) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    let theme = Theme {
        depth,
        background: Background::Dark,
    };
    draw_buffer(state, theme, &mut buffer);
    buffer
}

#[test]
fn at_the_start() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 0)));
}

#[test]
fn after_a_quarter() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 12)));
}

#[test]
fn half_way() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 28)));
}

#[test]
fn at_the_end() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 48)));
}

#[test]
fn at_the_end_at_120_by_40() {
    insta::assert_snapshot!(snapshot::styled(&at(120, 40, 48)));
}

#[test]
fn the_prediction_comes_first() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    screen.act(Action::StepForward, &mut state.shared);
    for _ in 0..20 {
        state.shared.now.running += Duration::from_millis(50);
        screen.tick(&mut state.shared);
    }
    assert_eq!(screen.question(), Some(0));
    screen.act(Action::StepForward, &mut state.shared);
    assert_eq!(
        screen.position().done(),
        1,
        "nothing goes on before the answer"
    );
    state.screens.push(Screen::Hash(Box::new(screen)));
    insta::assert_snapshot!(snapshot::text(&drawn(&state, Depth::None)));
}

#[test]
fn a_refused_key_leaves_the_picture() {
    let (mut state, screen) = shown(80, 24, 4, &KEYS);
    let before = screen.script.clone();
    state.screens.push(Screen::Hash(Box::new(screen)));
    for key in [Key::Char('e'), Key::Enter] {
        update(&mut state, Message::Key(key));
    }
    let Some(Screen::Hash(screen)) = state.screens.last_mut() else {
        panic!("the demonstration stays");
    };
    let mut exchanges: Vec<Exchange> = traces(4, &KEYS).into_iter().map(exchange).collect();
    let mut refused = exchanges[1].clone();
    refused.outcome = Outcome::ServiceError {
        code: "ValidationException".to_owned(),
        message: "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pet".to_owned(),
    };
    exchanges.push(refused);
    let id = crate::app::effect::RequestId(3);
    assert!(screen.answer(id, &Answer::Hash(exchanges), &mut state.shared));
    assert_eq!(screen.script, before);
    assert_eq!(screen.keys.len(), KEYS.len());
    let text = snapshot::text(&drawn(&state, Depth::None));
    assert!(
        text.contains("ValidationException: One or more parameter values"),
        "{text}"
    );
}

#[test]
fn nothing_wakes_up_while_nothing_moves() {
    let (mut state, screen) = shown(80, 24, 4, &KEYS);
    state.screens.push(Screen::Hash(Box::new(screen)));
    assert!(!state.moving(), "it has not begun");
    let press = |state: &mut State, key| {
        update(state, Message::Key(key));
    };
    let wait = |state: &mut State| {
        for _ in 0..100 {
            state.shared.now.running += Duration::from_millis(33);
            let now = state.shared.now;
            update(state, Message::Tick(now));
        }
    };
    press(&mut state, Key::Char(' '));
    assert!(state.moving(), "the first key arrives");
    wait(&mut state);
    assert!(!state.moving(), "a prediction is waited for");
    press(&mut state, Key::Char('1'));
    assert!(state.moving(), "it plays");
    press(&mut state, Key::Char(' '));
    assert!(!state.moving(), "it is paused");
    press(&mut state, Key::End);
    assert!(!state.moving(), "it has ended");
    press(&mut state, Key::Left);
    assert!(state.moving(), "a step glides");
    wait(&mut state);
    assert!(!state.moving(), "the step has arrived");
}

#[test]
fn with_reduced_motion_every_step_is_there_at_once() {
    let mut state = state(80, 24);
    state.shared.reduced_motion = true;
    let (_, donor) = shown(80, 24, 4, &KEYS);
    state.begin_at(Screen::Hash(Box::new(HashScreen::new(donor.demo))));
    let asked = update(
        &mut state,
        Message::Resize {
            columns: 80,
            rows: 24,
        },
    );
    let exchanges = traces(4, &KEYS).into_iter().map(exchange).collect();
    update(
        &mut state,
        Message::Answer(asked[0].id, Answer::Hash(exchanges)),
    );
    update(&mut state, Message::Key(Key::Right));
    let Screen::Hash(screen) = state.top() else {
        panic!("the demonstration is shown");
    };
    assert_eq!(screen.question(), Some(0));
    assert!(!state.moving());
}

/// Leaving a demonstration that the command line opened ends the program.
#[test]
fn a_demonstration_on_its_own_is_left_for_the_shell() {
    let (mut state, screen) = shown(80, 24, 4, &KEYS);
    state.begin_at(Screen::Hash(Box::new(screen)));
    let effects = update(&mut state, Message::Key(Key::Esc));
    assert!(state.shared.quitting);
    assert!(effects.iter().any(|request| request.effect == Effect::Quit));
}

/// Every cell that is drawn was there for the asking: no panic and nothing torn at any size, with any key.
#[test]
fn whole_at_any_size_with_any_key() {
    let long = "k".repeat(2048);
    let odd = [
        ("👩‍👩‍👧 family", 5),
        ("e\u{301}\u{301}tude", 1 << 62),
        ("\u{1b}[2J\u{7}", 1 << 63),
        (long.as_str(), u64::MAX),
    ];
    for partitions in [1, 2, 3, 7, 16, 64] {
        for (columns, rows) in [
            (60, 18),
            (61, 19),
            (80, 24),
            (100, 30),
            (120, 40),
            (200, 60),
            (300, 20),
        ] {
            let (mut state, mut screen) = shown(columns, rows, partitions, &odd);
            screen.guesses.insert(0, Guess::DontKnow);
            let script = screen.script.clone().unwrap();
            let mut positions = Vec::new();
            for stop in 0..=script.timeline().moments() {
                screen.clock.playhead.seek(script.timeline(), stop, None);
                positions.push(screen.clock);
            }
            for clock in positions {
                screen.clock = clock;
                state.screens.push(Screen::Hash(Box::new(std::mem::replace(
                    &mut screen,
                    HashScreen::new(HashDemo {
                        id: String::new(),
                        table: String::new(),
                        attribute: String::new(),
                        key_type: String::new(),
                        partitions,
                        keys: Vec::new(),
                        place: Place::default(),
                    }),
                ))));
                let text = snapshot::text(&drawn(&state, Depth::True));
                assert!(!text.contains('\u{1b}'));
                let Some(Screen::Hash(back)) = state.screens.pop() else {
                    unreachable!()
                };
                screen = *back;
            }
        }
    }
}
