//! The layout for a wall held by snapshots, counted for words, measured for contrast, and whole at any size.

use std::time::Duration;

use ratatui::style::Color;

use super::*;
use crate::app::effect::{Answer, Effect, HashReport};
use crate::app::hash::HashScreen;
use crate::app::key::{Action, Key};
use crate::app::race::RaceScreen;
use crate::app::race::run::{Page, RaceReport, RaceRun, SideReport};
use crate::app::screen::Component as _;
use crate::app::state::Glyphs;
use crate::app::traffic::{TrafficScreen, demo};
use crate::app::{Message, Moment, State, update};
use crate::lesson::key::{HashFunction, HashTable, KeyText, KeyType};
use crate::lesson::model::{DemoKeys, HashDemo, Place, RaceDemo};
use crate::scene::hash::Record;
use crate::scene::hash::tests::traces;
use crate::scene::race::tests::pages;
use crate::scene::traffic::tests::{even, hot};
use crate::simulator::trace::{PartitionId, Trace};
use crate::target::price;
use crate::ui::serve::tests::{begun, class, pass, send};
use crate::ui::snapshot::{self, state};

const KEYS: [(&str, u64); 4] = [
    ("Beeba", 0x9f3c_21d4_77ab_0e15),
    ("Rex", 0xe100_0000_0000_0001),
    ("user#1234567890", 0x4c00_1234_0000_0002),
    ("猫", 0x8700_0000_0000_0003),
];

/// Where an item lives, in this layout.
fn hash(columns: u16, rows: u16, partitions: u32) -> State {
    let mut state = state(columns, rows);
    let mut screen = HashScreen::new(HashDemo {
        id: "together".to_owned(),
        table: HashTable {
            name: "neighbors".to_owned(),
            attribute: "pet".to_owned(),
            key_type: KeyType::S,
            sort_key: None,
            partitions,
            function: HashFunction::default(),
        },
        keys: DemoKeys::Listed(KEYS.map(|(key, _)| KeyText::of(key)).to_vec()),
        place: Place::default(),
    });
    screen.shown(&mut state.shared);
    let report = HashReport {
        record: Record::of(&traces(partitions, &KEYS)).expect("traces of a table"),
        other: Record::of(&traces(2, &KEYS)),
        refused: Vec::new(),
        measured: None,
    };
    let ids = state.shared.take_effects();
    let answer = Answer::Hash(Box::new(report));
    assert!(screen.answer(ids[0].id, &answer, &mut state.shared));
    state.shared.wall.projector = true;
    state.screens.push(Screen::Hash(Box::new(screen)));
    state
}

/// Query or scan, in this layout.
fn race(columns: u16, rows: u16) -> State {
    let mut state = state(columns, rows);
    let mut demo = RaceDemo {
        id: "one-question-two-ways".to_owned(),
        questions: Vec::new(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions: 4,
        items: 10_000,
        per_key: 3,
        key: "Rachel".to_owned(),
        round_trip: 5,
        place: Place::default(),
    };
    demo.questions = vec![demo.question("Which pets live with Rachel?")];
    let mut screen = RaceScreen::new(RaceRun::of(demo, 0));
    screen.shown(&mut state.shared);
    let held = [2410, 2644, 2533, 2413];
    let query = pages("Query", &held, &[&[(1, 402, 3, &[402, 403, 404])]]);
    let scan = pages(
        "Scan",
        &held,
        &[
            &[(0, 0, 2410, &[]), (1, 0, 1717, &[402, 403, 404])],
            &[(1, 1717, 927, &[]), (2, 0, 2533, &[]), (3, 0, 667, &[])],
            &[(3, 667, 1746, &[])],
        ],
    );
    let side = |traces: Vec<Trace>| {
        let page = |trace: Trace| Page {
            read: trace.read,
            price: price::read_units(trace.read),
            elapsed: Duration::from_millis(2),
            trace,
        };
        SideReport {
            request: "{}".to_owned(),
            rounds: traces.into_iter().map(|trace| vec![page(trace)]).collect(),
            refusal: None,
        }
    };
    let report = RaceReport {
        left: side(query),
        right: side(scan),
    };
    let ids = state.shared.take_effects();
    let answer = Answer::Race(Box::new(report));
    assert!(screen.answer(ids[0].id, &answer, &mut state.shared));
    state.shared.wall.projector = true;
    state.screens.push(Screen::Race(Box::new(screen)));
    state
}

/// Traffic on a hot key, in this layout.
fn traffic(columns: u16, rows: u16) -> State {
    let mut state = state(columns, rows);
    let mut screen = TrafficScreen::new(demo("orders"));
    screen.shown(&mut state.shared);
    let ids = state.shared.take_effects();
    let answer = Answer::Traffic(Box::new(hot(6, 6)));
    assert!(screen.answer(ids[0].id, &answer, &mut state.shared));
    state.shared.wall.projector = true;
    state.screens.push(Screen::Traffic(Box::new(screen)));
    state
}

/// The same beside a better key.
fn fixed(columns: u16, rows: u16) -> State {
    let mut state = traffic(columns, rows);
    update(&mut state, Message::Key(Key::Char('0')));
    let (Some(Screen::Traffic(screen)), shared) = (state.screens.last_mut(), &mut state.shared)
    else {
        unreachable!("traffic is on top");
    };
    screen.act(Action::FixIt, shared);
    screen.act(Action::Choose(4), shared);
    let asked = shared.take_effects();
    let run = asked
        .iter()
        .rfind(|request| matches!(request.effect, Effect::RunTraffic(_)))
        .expect("the same traffic is sent again");
    let answer = Answer::Traffic(Box::new(even(12)));
    assert!(screen.answer(run.id, &answer, shared));
    state
}

fn drawn_with(state: &State, depth: Depth) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    let theme = Theme {
        depth,
        background: state.shared.background,
    };
    crate::ui::draw_buffer(state, theme, &mut buffer);
    buffer
}

fn drawn(state: &State) -> Buffer {
    drawn_with(state, Depth::TwoFiftySix)
}

/// Presses a remote control's key so often, each time until nothing moves any more.
fn press(state: &mut State, key: Key, times: usize) {
    for _ in 0..times {
        update(state, Message::Key(key));
        for _ in 0..40 {
            let running = state.shared.now.running + Duration::from_millis(50);
            let moment = Moment { running, wall: 0 };
            if state.moving() {
                update(state, Message::Tick(moment));
            }
        }
    }
}

fn at(mut state: State, steps: usize) -> State {
    press(&mut state, Key::PageDown, steps);
    state
}

#[test]
fn the_question_for_the_room() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(hash(80, 24, 4), 1))));
}

#[test]
fn a_key_in_its_partition() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(hash(80, 24, 4), 6))));
}

#[test]
fn a_key_in_its_partition_at_120_by_40() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(hash(120, 40, 4), 6))));
}

#[test]
fn a_key_in_its_partition_at_200_by_60() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(hash(200, 60, 4), 6))));
}

#[test]
fn both_costs_before_anything_is_read() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&race(80, 24))));
}

#[test]
fn both_costs_at_the_end() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(race(80, 24), 3))));
}

#[test]
fn both_costs_at_120_by_40() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(race(120, 40), 2))));
}

#[test]
fn both_costs_at_200_by_60() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(race(200, 60), 3))));
}

#[test]
fn what_was_refused_on_a_hot_key() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(traffic(80, 24), 9))));
}

#[test]
fn what_was_refused_before_and_after_a_better_key() {
    insta::assert_snapshot!(snapshot::styled(&drawn(&at(fixed(120, 40), 13))));
    insta::assert_snapshot!(snapshot::text(&drawn(&at(fixed(80, 24), 13))));
}

#[test]
fn figures_in_ascii_are_large_as_well() {
    for (name, mut state) in [
        ("hash_in_ascii", at(hash(80, 24, 4), 6)),
        ("race_in_ascii", at(race(80, 24), 3)),
        ("traffic_in_ascii", at(traffic(80, 24), 9)),
    ] {
        state.shared.glyphs = Glyphs::Ascii;
        let shown = snapshot::text(&drawn(&state));
        assert!(shown.is_ascii(), "{shown}");
        insta::assert_snapshot!(name, shown);
    }
}

/// Rows that hold a letter or a digit: figures are made of blocks.
fn rows_of_words(buffer: &Buffer) -> usize {
    let text = snapshot::text(buffer);
    text.lines()
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .count()
}

#[test]
fn there_are_seven_lines_of_words_at_most_at_every_moment() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let states = [
            (hash(columns, rows, 4), 12),
            (race(columns, rows), 4),
            (traffic(columns, rows), 13),
            (fixed(columns, rows), 13),
        ];
        for (mut state, steps) in states {
            for step in 0..=steps {
                let buffer = drawn(&state);
                let count = rows_of_words(&buffer);
                let text = snapshot::text(&buffer);
                assert!(count <= 7, "{count} at step {step}:\n{text}");
                press(&mut state, Key::PageDown, 1);
            }
        }
    }
}

#[test]
fn a_remote_control_goes_all_the_way_and_back_and_never_out() {
    for mut state in [hash(80, 24, 4), race(80, 24)] {
        let before = state.screens.len();
        state.shared.wall.presents = true;
        press(&mut state, Key::PageDown, 1);
        let first = state.top().moments();
        assert!(first.is_some());
        while !state
            .top()
            .component()
            .actions(&state.shared)
            .contains(&Action::Next)
        {
            press(&mut state, Key::PageDown, 1);
        }
        press(&mut state, Key::F(5), 1);
        press(&mut state, Key::Esc, 1);
        while !state.top().at_start() {
            press(&mut state, Key::PageUp, 1);
        }
        assert_eq!(state.screens.len(), before);
        // Back once more is the page that the demonstration was opened from.
        press(&mut state, Key::PageUp, 1);
        assert_eq!(state.screens.len(), before - 1);
        assert!(!state.shared.quitting);
    }
}

#[test]
fn a_blank_screen_shows_nothing_until_a_key_that_does_nothing_else() {
    let mut state = at(hash(80, 24, 4), 2);
    let before = snapshot::text(&drawn(&state));
    update(&mut state, Message::Key(Key::Char('.')));
    assert_eq!(snapshot::text(&drawn(&state)).trim(), "");
    assert_eq!(drawn(&state)[(40, 12)].bg, Color::Indexed(16));
    update(&mut state, Message::Key(Key::PageDown));
    assert_eq!(snapshot::text(&drawn(&state)), before);
}

/// How light a colour is, as the rules for readable web pages (WCAG 2.2) count it.
fn luminance(colour: Color) -> f64 {
    let Color::Rgb(red, green, blue) = colour else {
        panic!("{colour} is no colour of 24 bits");
    };
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
}

fn ratio(one: Color, other: Color) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_high_on_dark_and_on_light() {
    for background in [Background::Dark, Background::Light] {
        for state in [
            at(hash(120, 40, 4), 6),
            at(race(120, 40), 3),
            at(traffic(120, 40), 13),
        ] {
            let mut state = state;
            state.shared.background = background;
            for cell in &drawn_with(&state, Depth::True).content {
                if cell.symbol() == " " {
                    continue;
                }
                let ratio = ratio(cell.fg, cell.bg);
                // Large letters, and the glyphs and lines of a picture, may have a little less than words.
                let words = cell.symbol().chars().all(char::is_alphanumeric);
                let least = if words { 4.5 } else { 3.0 };
                assert!(
                    ratio >= least,
                    "{} on {} is {ratio:.1}: {:?}, {background:?}",
                    cell.fg,
                    cell.bg,
                    cell.symbol()
                );
            }
        }
        let theme = Theme {
            depth: Depth::True,
            background,
        };
        let ground = match background {
            Background::Dark => Color::Rgb(0, 0, 0),
            Background::Light => Color::Rgb(255, 255, 255),
        };
        for number in 0..8 {
            let hue = theme.partition(PartitionId(number)).fg;
            let ratio = ratio(hue.expect("a hue"), ground);
            assert!(ratio >= 3.0, "P{number} {background:?}: {ratio:.1}");
        }
    }
}

#[test]
fn without_colour_nothing_is_lost_and_nothing_is_coloured() {
    for state in [at(hash(80, 24, 4), 6), at(race(80, 24), 3)] {
        let plain = drawn_with(&state, Depth::None);
        assert_eq!(
            snapshot::text(&plain),
            snapshot::text(&drawn_with(&state, Depth::True))
        );
        let uncoloured =
            |cell: &ratatui::buffer::Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
        assert!(plain.content.iter().all(uncoloured));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

    #[test]
    fn whole_at_any_size(columns in 60u16..220, rows in 18u16..70, partitions in 1u32..40, steps in 0usize..20, ascii: bool) {
        for mut state in [hash(columns, rows, partitions), race(columns, rows), fixed(columns, rows)] {
            state.shared.glyphs = Glyphs::new(ascii);
            press(&mut state, Key::PageDown, steps);
            let text = snapshot::text(&drawn(&state));
            // The last line always has its time, and the line above the footer may hold words but never a figure's end.
            let last = text.lines().last().unwrap_or_default();
            proptest::prop_assert!(last.ends_with("min so far"), "{}", text);
        }
    }
}

/// A server's clients, in this layout.
fn serve(columns: u16, rows: u16, code: Option<&str>, at_work: bool) -> State {
    let mut state = begun(columns, rows, code);
    state.shared.wall.projector = true;
    if at_work {
        send(&mut state, class(), 10_000);
        pass(&mut state, 10_500);
    }
    state
}

#[test]
fn a_class_of_clients() {
    for (columns, rows) in [(60, 18), (80, 24), (120, 40), (200, 60)] {
        let name = |what: &str| format!("serve_{what}_{columns}x{rows}");
        let waiting = snapshot::styled(&drawn(&serve(columns, rows, Some("K7QX"), false)));
        insta::assert_snapshot!(name("waiting"), waiting);
        let working = snapshot::styled(&drawn(&serve(columns, rows, Some("K7QX"), true)));
        insta::assert_snapshot!(name("working"), working);
    }
    let alone = snapshot::styled(&drawn(&serve(80, 24, None, true)));
    insta::assert_snapshot!("serve_alone_80x24", alone);
}
