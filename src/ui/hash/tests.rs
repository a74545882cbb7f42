//! The picture held by snapshots, and whole at any size with any key.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::app::demo::Guess;
use crate::app::effect::{Answer, Effect, HashReport, Measured, Refused};
use crate::app::hash::Question;
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Screen};
use crate::app::state::{Background, Mouse};
use crate::app::{Message, State, update};
use crate::lesson::key::{HashFunction, HashTable, KeyText, KeyType};
use crate::lesson::model::{DemoKeys, HashDemo, Place};
use crate::scene::hash::tests::{sorted_traces, traces};
use crate::scene::hash::{Record, Stage};
use crate::simulator::trace::{CapacityUnits, Trace};
use crate::target::exchange::TargetName;
use crate::ui::draw_buffer;
use crate::ui::snapshot::{self, state};
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

fn demo(partitions: u32) -> HashDemo {
    HashDemo {
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
    }
}

fn report(traces: &[Trace], other: &[Trace]) -> HashReport {
    HashReport {
        record: Record::of(traces).unwrap(),
        other: Record::of(other),
        refused: Vec::new(),
        measured: None,
    }
}

/// The second table of a picture.
fn owners(mut traces: Vec<Trace>) -> Vec<Trace> {
    for trace in &mut traces {
        trace.table = "owners".into();
    }
    traces
}

/// Hands over what was asked for last.
fn answer(screen: &mut HashScreen, state: &mut State, report: HashReport) {
    let asked = state.shared.take_effects();
    let id = asked
        .iter()
        .rev()
        .find(|request| matches!(request.effect, Effect::RunHash(_)))
        .unwrap()
        .id;
    assert!(screen.answer(id, &Answer::Hash(Box::new(report)), &mut state.shared));
}

/// The demonstration as it begins.
fn shown(columns: u16, rows: u16, partitions: u32, keys: &[(&str, u64)]) -> (State, HashScreen) {
    let mut state = state(columns, rows);
    let mut screen = HashScreen::new(demo(partitions));
    screen.shown(&mut state.shared);
    let other = owners(traces(2, keys));
    answer(
        &mut screen,
        &mut state,
        report(&traces(partitions, keys), &other),
    );
    (state, screen)
}

fn seek(screen: &mut HashScreen, stop: usize) {
    let script = screen.script().unwrap().clone();
    screen.clock.playhead.seek(script.timeline(), stop, None);
}

fn at(columns: u16, rows: u16, stop: usize) -> Buffer {
    let (mut state, mut screen) = shown(columns, rows, 4, &KEYS);
    screen.guesses.insert(0, Guess::Choice(1));
    seek(&mut screen, stop);
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

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
/// Start, a quarter, half and end of eight keys with six moments each.
const STOPS: [(&str, usize); 4] = [("start", 0), ("quarter", 12), ("half", 28), ("end", 48)];

#[test]
fn the_way_of_eight_keys() {
    for (columns, rows) in SIZES {
        for (name, stop) in STOPS {
            let name = format!("{columns}x{rows}_{name}");
            insta::assert_snapshot!(name, snapshot::styled(&at(columns, rows, stop)));
        }
    }
}

/// An item falls into a gap of its own; what is there already makes room.
#[test]
fn nothing_is_hidden_by_an_item_that_falls() {
    for (columns, rows) in SIZES {
        let (mut state, mut screen) = shown(columns, rows, 4, &KEYS);
        screen.guesses.insert(0, Guess::DontKnow);
        let before = screen.script().unwrap().stop(7, Stage::Lands).unwrap() - 1;
        seek(&mut screen, before);
        screen.act(Action::StepForward, &mut state.shared);
        let mut falling = 0;
        let mut told = BTreeSet::new();
        for _ in 0..100 {
            state.shared.now.running += Duration::from_millis(10);
            screen.tick(&mut state.shared);
            let frame = screen.script().unwrap().frame(screen.position());
            falling += usize::from(frame.journey.is_some_and(|journey| journey.falls()));
            let empty = HashScreen::new(demo(4));
            let held = std::mem::replace(&mut screen, empty);
            state.screens.push(Screen::Hash(Box::new(held)));
            let text = snapshot::text(&drawn(&state, Depth::None));
            told.insert(text.matches("Luno").count());
            let Some(Screen::Hash(back)) = state.screens.pop() else {
                unreachable!()
            };
            screen = *back;
        }
        assert!(falling > 5, "{falling}");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(!told.contains(&0));
        assert!(screen.at_end());
    }
}

/// The list of puts tells of the one that is on its way only what has happened.
#[test]
fn a_put_is_told_as_it_goes() {
    let row = |stage| {
        let (mut state, mut screen) = shown(120, 40, 4, &KEYS);
        screen.guesses.insert(0, Guess::DontKnow);
        let stop = screen.script().unwrap().stop(1, stage).unwrap();
        seek(&mut screen, stop);
        state.screens.push(Screen::Hash(Box::new(screen)));
        let text = snapshot::text(&drawn(&state, Depth::None));
        let row = text.lines().rfind(|line| line.contains("\"Rex\"")).unwrap();
        let cells: Vec<char> = row.chars().take(80).collect();
        cells.iter().collect::<String>().trim().to_owned()
    };
    assert_eq!(row(Stage::Key), "▸   2  \"Rex\"");
    assert!(row(Stage::Hash).ends_with("e100 0000 0000 0001"));
    assert!(row(Stage::Place).ends_with("87.9 %"));
    assert!(row(Stage::Owner).starts_with('▸'));
    assert!(row(Stage::Owner).ends_with("◆ P3"));
    assert!(row(Stage::Lands).starts_with("2  \"Rex\""));
}

#[test]
fn two_tables_side_by_side() {
    for (columns, rows) in SIZES {
        let (mut state, mut screen) = shown(columns, rows, 4, &KEYS);
        screen.guesses.insert(0, Guess::Choice(1));
        screen.act(Action::OtherTable, &mut state.shared);
        seek(&mut screen, 48);
        state.screens.push(Screen::Hash(Box::new(screen)));
        let name = format!("{columns}x{rows}_two_tables");
        insta::assert_snapshot!(name, snapshot::styled(&drawn(&state, Depth::TwoFiftySix)));
    }
}

/// A table with a sort key in the middle of a key's way.
#[test]
fn an_item_collection() {
    const RACHEL: u64 = 0x9f3c_21d4_77ab_0e15;
    let keys = [
        ("Rachel", RACHEL, Some("kitten")),
        ("Mike", 0x1c00_0000_0000_0001, Some("Rex")),
        ("Rachel", RACHEL, Some("Beeba")),
        ("Phoebe", 0x4c00_0000_0000_0001, Some("Luna")),
        ("Rachel", RACHEL, Some("Milo")),
    ];
    for (columns, rows) in SIZES {
        let mut state = state(columns, rows);
        let mut author = demo(4);
        author.table.sort_key = Some("name".to_owned());
        let mut screen = HashScreen::new(author);
        screen.shown(&mut state.shared);
        let other = owners(sorted_traces(2, &keys));
        answer(
            &mut screen,
            &mut state,
            report(&sorted_traces(4, &keys), &other),
        );
        screen.guesses.insert(0, Guess::DontKnow);
        let stop = screen.script().unwrap().stop(4, Stage::Order).unwrap();
        seek(&mut screen, stop);
        state.screens.push(Screen::Hash(Box::new(screen)));
        let name = format!("{columns}x{rows}_collection");
        insta::assert_snapshot!(name, snapshot::styled(&drawn(&state, Depth::TwoFiftySix)));
    }
}

/// Many keys of a preset: the question first, then the figures beside what was said.
#[test]
fn a_preset_s_spread() {
    let names: Vec<String> = (0..600).map(|number| format!("user-{number:04}")).collect();
    let keys: Vec<(&str, u64)> = names
        .iter()
        .zip(1u64..)
        .map(|(name, number)| (name.as_str(), number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    for (columns, rows) in SIZES {
        let (mut state, mut screen) = shown(columns, rows, 4, &KEYS);
        for action in [Action::Presets, Action::Open] {
            screen.act(action, &mut state.shared);
        }
        let other = owners(traces(2, &keys));
        answer(&mut screen, &mut state, report(&traces(4, &keys), &other));
        assert_eq!(screen.question(), Some(Question::Spread));
        state.screens.push(Screen::Hash(Box::new(screen)));
        let name = format!("{columns}x{rows}_spread_asked");
        insta::assert_snapshot!(name, snapshot::text(&drawn(&state, Depth::None)));
        update(&mut state, Message::Key(Key::Char('2')));
        update(&mut state, Message::Key(Key::End));
        let name = format!("{columns}x{rows}_spread_seen");
        insta::assert_snapshot!(name, snapshot::styled(&drawn(&state, Depth::TwoFiftySix)));
    }
}

#[test]
fn the_presets_to_choose_from() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    screen.act(Action::Presets, &mut state.shared);
    for _ in 0..3 {
        screen.act(Action::Down, &mut state.shared);
    }
    state.screens.push(Screen::Hash(Box::new(screen)));
    insta::assert_snapshot!(snapshot::text(&drawn(&state, Depth::None)));
}

/// On a server: modelled, with what was measured.
#[test]
fn a_modelled_picture() {
    let mut measured = Measured {
        server: "127.0.0.1:8000".to_owned(),
        puts: 8,
        written: CapacityUnits::whole(8),
        scanned: 8,
        pages: 1,
        read: CapacityUnits::from_halves(1),
        order: KEYS.map(|(key, _)| KeyText::of(key)).to_vec(),
        follows: Some(HashFunction::Md5),
        throttled: 0,
        left_out: 0,
        trouble: None,
    };
    for (columns, rows) in SIZES {
        let mut state = state(columns, rows);
        state.shared.target = TargetName::Endpoint("127.0.0.1:8000".to_owned());
        let mut screen = HashScreen::new(demo(4));
        screen.shown(&mut state.shared);
        let done = report(&traces(4, &KEYS), &[]);
        let done = HashReport {
            record: done.record.modelled(),
            measured: Some(measured.clone()),
            ..done
        };
        answer(&mut screen, &mut state, done);
        screen.guesses.insert(0, Guess::DontKnow);
        seek(&mut screen, 48);
        state.screens.push(Screen::Hash(Box::new(screen)));
        let name = format!("{columns}x{rows}_modelled");
        insta::assert_snapshot!(name, snapshot::text(&drawn(&state, Depth::None)));
        measured.follows = None;
    }
}

/// Each input that the learner changes is asked for as it should be, and another answer than the last one is dropped.
#[test]
fn every_input_can_be_changed() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    let mut changed = |action: Action| {
        screen.act(action, &mut state.shared);
        let asked = state.shared.take_effects().pop().unwrap().effect;
        let Effect::RunHash(run) = asked else {
            panic!("{asked:?}");
        };
        run
    };
    assert_eq!(changed(Action::MorePartitions).table.partitions, 5);
    assert_eq!(changed(Action::FewerPartitions).table.partitions, 3);
    assert_eq!(changed(Action::KeyType).table.key_type, KeyType::N);
    assert_eq!(
        changed(Action::HashFunction).table.function,
        HashFunction::Md5
    );
    let sorted = changed(Action::SortKey);
    assert_eq!(sorted.table.sort_key.as_deref(), Some("nr"));
    assert_eq!(sorted.keys[1], KeyText::of("Rex").with_sort("00002"));
    let other = sorted.other.unwrap();
    assert_eq!(
        (other.sort_key, other.partitions),
        (sorted.table.sort_key, 2)
    );
    assert_eq!(changed(Action::StartOver).keys.len(), KEYS.len());
    let old = crate::app::effect::RequestId(1);
    let answer = Answer::Hash(Box::new(report(&traces(5, &KEYS), &[])));
    assert!(!screen.answer(old, &answer, &mut state.shared));
}

/// A sort key that was taken away comes back with its values.
#[test]
fn a_sort_key_comes_back() {
    let mut state = state(80, 24);
    let mut author = demo(4);
    author.table.sort_key = Some("name".to_owned());
    author.keys = DemoKeys::Listed(vec![KeyText::of("Rachel").with_sort("Beeba")]);
    let mut screen = HashScreen::new(author);
    screen.shown(&mut state.shared);
    let keys = [("Rachel", 9, Some("Beeba"))];
    answer(
        &mut screen,
        &mut state,
        report(&sorted_traces(4, &keys), &[]),
    );
    screen.act(Action::SortKey, &mut state.shared);
    answer(
        &mut screen,
        &mut state,
        report(&traces(4, &[("Rachel", 9)]), &[]),
    );
    assert_eq!(screen.table().sort_key, None);
    screen.act(Action::SortKey, &mut state.shared);
    let asked = state.shared.take_effects().pop().unwrap().effect;
    let Effect::RunHash(run) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(run.table.sort_key.as_deref(), Some("name"));
    assert_eq!(run.keys, [KeyText::of("Rachel").with_sort("Beeba")]);
}

/// So many keys that are no numbers.
fn not_numbers(keys: usize) -> Vec<Refused> {
    let why = "ValidationException: no number".to_owned();
    let refused = (0..keys).map(|index| Refused {
        index,
        why: why.clone(),
    });
    refused.collect()
}

#[test]
fn where_no_key_fits_it_says_what_brings_keys_back() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    screen.act(Action::KeyType, &mut state.shared);
    let mut none = report(&traces(4, &[]), &[]);
    none.refused = not_numbers(KEYS.len());
    answer(&mut screen, &mut state, none);
    assert_eq!(
        screen.problem.as_deref(),
        Some(
            "8 keys were left out. ValidationException: no number. e types another, z brings the first ones back."
        )
    );
}

/// Where the type was changed, keys that don't fit any more are left out and counted.
#[test]
fn keys_that_do_not_fit_another_type_are_left_out() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    screen.act(Action::KeyType, &mut state.shared);
    let mut done = report(&traces(4, &[("7", 9)]), &[]);
    done.refused = not_numbers(KEYS.len() - 1);
    answer(&mut screen, &mut state, done);
    let problem = screen.problem.clone().unwrap();
    assert_eq!(
        problem,
        "7 keys were left out. ValidationException: no number"
    );
    let script = screen.script().unwrap();
    assert_eq!(script.keys().len(), 1);
    assert!(screen.at_end());
    // They come back with their type, and a new key is told from those that were left out.
    screen.paste("8\n9", &mut state.shared);
    let mut done = report(&traces(4, &[("7", 9), ("8", 1), ("9", 2)]), &[]);
    done.refused = not_numbers(KEYS.len() - 1);
    answer(&mut screen, &mut state, done);
    assert_eq!(screen.problem, None);
    assert_eq!(screen.script().unwrap().keys().len(), 3);
    assert_eq!(screen.question(), None, "the key is still on its way");
    for _ in 0..20 {
        state.shared.now.running += Duration::from_millis(50);
        screen.tick(&mut state.shared);
    }
    assert_eq!(screen.question(), Some(Question::Owner(1)));
    screen.act(Action::StartOver, &mut state.shared);
    let asked = state.shared.take_effects().pop().unwrap().effect;
    let Effect::RunHash(run) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(
        (run.table.key_type, run.keys.len()),
        (KeyType::S, KEYS.len())
    );
}

/// The preset that has no key leaves everything as it was, in the service's words.
#[test]
fn an_item_without_a_key_leaves_the_picture() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    let before = screen.picture.clone();
    for action in [
        Action::Presets,
        Action::Bottom,
        Action::Larger,
        Action::Open,
    ] {
        screen.act(action, &mut state.shared);
    }
    let run = screen.work.clone().unwrap();
    assert_eq!(run.total, 1, "there is only one way to have no key");
    let mut done = report(&traces(4, &[]), &[]);
    let why = "ValidationException: Missing the key name in the item".to_owned();
    done.refused.push(Refused {
        index: 0,
        why: why.clone(),
    });
    answer(&mut screen, &mut state, done);
    assert_eq!(screen.problem, Some(why));
    assert_eq!(screen.picture, before);
}

/// The number of items of a preset is chosen in the pop-up, which a click outside closes.
#[test]
fn a_preset_has_as_many_items_as_one_wants() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    let sizes: Vec<u64> = [
        Action::Smaller,
        Action::Smaller,
        Action::Smaller,
        Action::Larger,
    ]
    .into_iter()
    .map(|action| {
        screen
            .picker
            .is_none()
            .then(|| screen.act(Action::Presets, &mut state.shared));
        screen.act(action, &mut state.shared);
        screen.picker.unwrap().items()
    })
    .collect();
    assert_eq!(sizes, [100, 10, 10, 100]);
    let outside = Mouse::Click { column: 0, row: 3 };
    screen.mouse(outside, &mut state.shared);
    assert!(screen.picker.is_none() && screen.work.is_none());
}

/// On a paused picture Esc stops what is on its way, and says so.
#[test]
fn work_on_its_way_can_be_stopped() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    screen.act(Action::MorePartitions, &mut state.shared);
    let asked = state.shared.take_effects().pop().unwrap();
    let before = screen.picture.clone();
    let progress = Answer::Working {
        done: 3,
        total: 8,
        what: "items put".to_owned(),
    };
    assert!(screen.answer(asked.id, &progress, &mut state.shared));
    screen.act(Action::Back, &mut state.shared);
    let stopped = state.shared.take_effects().pop().unwrap().effect;
    assert_eq!(stopped, Effect::Cancel(asked.id));
    let late = Answer::Hash(Box::new(report(&traces(5, &KEYS), &[])));
    assert!(!screen.answer(asked.id, &late, &mut state.shared));
    assert_eq!(screen.picture, before);
}

#[test]
fn pasted_lines_are_keys_up_to_a_limit() {
    let (mut state, screen) = shown(80, 24, 4, &KEYS);
    state.screens.push(Screen::Hash(Box::new(screen)));
    let paste = |state: &mut State, lines: usize| {
        let text: Vec<String> = (0..lines).map(|line| format!("key-{line}")).collect();
        update(state, Message::Paste(text.join("\n")))
    };
    let before = drawn(&state, Depth::None);
    assert!(paste(&mut state, 100_000).is_empty());
    let text = snapshot::text(&drawn(&state, Depth::None));
    assert!(text.contains("holds 10,000 keys at most"), "{text}");
    assert!(text.contains("The 100,000"), "{text}");
    let boxes = |text: &str| {
        text.lines()
            .skip(6)
            .take(10)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        boxes(&text),
        boxes(&snapshot::text(&before)),
        "the picture stays"
    );
    let asked = paste(&mut state, 5_000);
    let Effect::RunHash(run) = &asked[0].effect else {
        panic!("{asked:?}");
    };
    assert_eq!(run.keys.len(), KEYS.len() + 5_000);
}

#[test]
fn the_prediction_comes_first() {
    let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
    screen.act(Action::StepForward, &mut state.shared);
    for _ in 0..20 {
        state.shared.now.running += Duration::from_millis(50);
        screen.tick(&mut state.shared);
    }
    assert_eq!(screen.question(), Some(Question::Owner(0)));
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
    let before = screen.picture.clone();
    state.screens.push(Screen::Hash(Box::new(screen)));
    update(&mut state, Message::Key(Key::Char('e')));
    let asked = update(&mut state, Message::Key(Key::Enter));
    let Some(Screen::Hash(screen)) = state.screens.last_mut() else {
        panic!("the demonstration stays");
    };
    let mut done = report(&traces(4, &KEYS), &[]);
    done.refused.push(Refused {
        index: KEYS.len(),
        why: "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pet".to_owned(),
    });
    let answer = Answer::Hash(Box::new(done));
    assert!(screen.answer(asked[0].id, &answer, &mut state.shared));
    assert_eq!(screen.picture, before);
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
    let done = report(&traces(4, &KEYS), &[]);
    let answer = Answer::Hash(Box::new(done));
    update(&mut state, Message::Answer(asked[0].id, answer));
    update(&mut state, Message::Key(Key::Right));
    let Screen::Hash(screen) = state.top() else {
        panic!("the demonstration is shown");
    };
    assert_eq!(screen.question(), Some(Question::Owner(0)));
    assert!(!state.moving());
}

/// Leaving a demonstration that the command line opened ends the program.
#[test]
fn a_demonstration_on_its_own_ends_with_q_alone() {
    let (mut state, screen) = shown(80, 24, 4, &KEYS);
    state.begin_at(Screen::Hash(Box::new(screen)));
    // Esc leaves fields and choices; one too many must not throw away the keys that a class has typed.
    update(&mut state, Message::Key(Key::Esc));
    assert!(!state.shared.quitting);
    let said = state
        .shared
        .notice
        .as_ref()
        .map(|notice| notice.text.as_str());
    assert!(said.is_some_and(|said| said.contains("q ends")), "{said:?}");
    let effects = update(&mut state, Message::Key(Key::Char('q')));
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
            for beside in [false, true] {
                screen.beside = beside;
                let moments = screen.script().unwrap().timeline().moments();
                for stop in 0..=moments {
                    seek(&mut screen, stop);
                    let empty = HashScreen::new(demo(partitions));
                    let held = std::mem::replace(&mut screen, empty);
                    state.screens.push(Screen::Hash(Box::new(held)));
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
}
