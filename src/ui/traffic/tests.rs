//! The picture held by snapshots, whole at any size, and what its keys do.

use std::time::Duration;

use super::*;
use crate::app::effect::{Answer, Effect, EffectRequest, RequestId};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Screen};
use crate::app::state::Background;
use crate::app::traffic::demo;
use crate::app::{Message, State, update};
use crate::lesson::traffic::{Access, Spread};
use crate::scene::traffic::tests::{drained, even, hot};
use crate::ui::draw_buffer;
use crate::ui::snapshot::{self, state};
use crate::ui::theme::Depth;

fn start(columns: u16, rows: u16) -> (State, TrafficScreen) {
    let mut state = state(columns, rows);
    let mut screen = TrafficScreen::new(demo("orders"));
    screen.shown(&mut state.shared);
    (state, screen)
}

/// Gives the last run that was asked for its record.
fn give(state: &mut State, screen: &mut TrafficScreen, record: Record) -> Vec<EffectRequest> {
    let effects = state.shared.take_effects();
    let asked = effects
        .iter()
        .rfind(|request| matches!(request.effect, Effect::RunTraffic(_)))
        .expect("a run was asked for");
    assert!(screen.answer(
        asked.id,
        &Answer::Traffic(Box::new(record)),
        &mut state.shared
    ));
    effects
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

fn words(mut state: State, screen: TrafficScreen) -> String {
    state.screens.push(Screen::Traffic(Box::new(screen)));
    snapshot::text(&drawn(&state, Depth::None))
}

/// A hot status for five minutes, split, and five minutes of relief.
fn at(columns: u16, rows: u16, slice: usize) -> String {
    let (mut state, mut screen) = start(columns, rows);
    give(&mut state, &mut screen, hot(60, 60));
    screen.guess = Some(Guess::Choice(2));
    let shown = screen.shown.as_ref().expect("the record has come");
    screen
        .clock
        .playhead
        .seek(shown.script.timeline(), slice, None);
    state.screens.push(Screen::Traffic(Box::new(screen)));
    snapshot::styled(&drawn(&state, Depth::TwoFiftySix))
}

/// The same beside a better key.
fn fixed(columns: u16, rows: u16, slice: usize) -> String {
    let (mut state, mut screen) = start(columns, rows);
    give(&mut state, &mut screen, hot(60, 60));
    screen.act(Action::DontKnow, &mut state.shared);
    screen.act(Action::FixIt, &mut state.shared);
    screen.act(Action::Choose(4), &mut state.shared);
    give(&mut state, &mut screen, even(120));
    screen.guess = Some(Guess::Choice(0));
    let shown = screen.shown.as_ref().expect("the record has come");
    screen
        .clock
        .playhead
        .seek(shown.script.timeline(), slice, None);
    state.screens.push(Screen::Traffic(Box::new(screen)));
    snapshot::styled(&drawn(&state, Depth::TwoFiftySix))
}

#[test]
fn before_the_first_request() {
    insta::assert_snapshot!("start_80x24", at(80, 24, 0));
    insta::assert_snapshot!("start_120x40", at(120, 40, 0));
    insta::assert_snapshot!("start_200x60", at(200, 60, 0));
}

#[test]
fn a_quarter_of_the_way() {
    insta::assert_snapshot!("quarter_80x24", at(80, 24, 30));
    insta::assert_snapshot!("quarter_120x40", at(120, 40, 30));
    insta::assert_snapshot!("quarter_200x60", at(200, 60, 30));
}

#[test]
fn half_of_the_way() {
    insta::assert_snapshot!("half_80x24", at(80, 24, 60));
    insta::assert_snapshot!("half_120x40", at(120, 40, 60));
    insta::assert_snapshot!("half_200x60", at(200, 60, 60));
}

#[test]
fn at_the_end() {
    insta::assert_snapshot!("end_80x24", at(80, 24, 120));
    insta::assert_snapshot!("end_120x40", at(120, 40, 120));
    insta::assert_snapshot!("end_200x60", at(200, 60, 120));
}

#[test]
fn before_and_after_side_by_side() {
    insta::assert_snapshot!("fixed_80x24", fixed(80, 24, 120));
    insta::assert_snapshot!("fixed_120x40", fixed(120, 40, 60));
    insta::assert_snapshot!("fixed_200x60", fixed(200, 60, 120));
}

#[test]
fn provisioned_capacity_and_its_reserve() {
    let (mut state, mut screen) = start(80, 24);
    screen.act(Action::EditCapacity, &mut state.shared);
    screen.paste("1000", &mut state.shared);
    screen.act(Action::SubmitLine, &mut state.shared);
    give(&mut state, &mut screen, drained());
    screen.act(Action::Choose(3), &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    insta::assert_snapshot!(words(state, screen));
}

#[test]
fn the_prediction_comes_first() {
    let (mut state, mut screen) = start(80, 24);
    give(&mut state, &mut screen, hot(4, 4));
    for action in [Action::StepForward, Action::Play, Action::LastFrame] {
        screen.act(action, &mut state.shared);
        assert_eq!(screen.position().done(), 0);
        assert!(!screen.moving());
    }
    screen.act(Action::Choose(2), &mut state.shared);
    assert!(screen.moving());
    // What was committed is not changed any more.
    screen.act(Action::Choose(4), &mut state.shared);
    assert_eq!(screen.guess, Some(Guess::Choice(1)));
    let text = words(state, screen);
    assert!(text.contains("You said “up to 10 %”"), "{text}");
}

/// Where rows are few, the figures make room for what is asked.
#[test]
fn a_question_has_room_on_a_small_terminal() {
    let (mut state, mut screen) = start(80, 22);
    give(&mut state, &mut screen, hot(60, 60));
    state.screens.push(Screen::Traffic(Box::new(screen)));
    insta::assert_snapshot!(
        "asked_80x22",
        snapshot::styled(&drawn(&state, Depth::TwoFiftySix))
    );
    for key in ['1', 'f'] {
        update(&mut state, Message::Key(Key::Char(key)));
        update(&mut state, Message::Key(Key::End));
    }
    insta::assert_snapshot!(
        "another_key_asked_80x22",
        snapshot::styled(&drawn(&state, Depth::TwoFiftySix))
    );
}

#[test]
fn what_is_typed_wrong_leaves_the_picture() {
    let (mut state, mut screen) = start(80, 24);
    give(&mut state, &mut screen, hot(4, 4));
    let shown = screen.shown.clone();
    for (action, typed) in [
        (Action::EditRate, "0"),
        (Action::EditRate, "1000000"),
        (Action::EditRate, "many"),
        (Action::EditCapacity, "-1"),
    ] {
        screen.act(action, &mut state.shared);
        assert!(screen.writing());
        screen.key(Key::Ctrl('u'), &mut state.shared);
        screen.paste(typed, &mut state.shared);
        screen.act(Action::SubmitLine, &mut state.shared);
        assert!(
            screen
                .problem
                .as_ref()
                .is_some_and(|why| why.contains(typed))
        );
        assert_eq!(screen.shown, shown);
        assert!(state.shared.take_effects().is_empty(), "nothing is sent");
    }
    let text = words(state, screen);
    assert!(text.contains("Give a whole"), "{text}");
}

#[test]
fn settings_are_sent_and_begin_from_what_is_on_its_way() {
    let (mut state, mut screen) = start(80, 24);
    screen.act(Action::Spread, &mut state.shared);
    screen.act(Action::ReadsWrites, &mut state.shared);
    let effects = state.shared.take_effects();
    let run = match &effects.last().expect("a run was asked for").effect {
        Effect::RunTraffic(run) => run.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((run.load.access, run.load.rate), (Access::Reads, 6_000));
    assert_eq!(run.load.spread, Spread::Skewed);
    let cancelled = effects
        .iter()
        .filter(|request| matches!(request.effect, Effect::Cancel(_)));
    assert_eq!(cancelled.count(), 2, "what nobody waits for any more");
    screen.act(Action::EditCapacity, &mut state.shared);
    screen.paste("900", &mut state.shared);
    screen.act(Action::SubmitLine, &mut state.shared);
    assert_eq!(screen.run().load.provisioned, Some(900));
}

#[test]
fn only_the_same_traffic_stands_beside() {
    let (mut state, mut screen) = start(80, 24);
    give(&mut state, &mut screen, hot(4, 4));
    screen.act(Action::FixIt, &mut state.shared);
    assert!(screen.actions(&state.shared).contains(&Action::Choose(5)));
    screen.act(Action::Choose(4), &mut state.shared);
    give(&mut state, &mut screen, even(8));
    let beside = |screen: &TrafficScreen| screen.shown.as_ref().and_then(|shown| shown.before);
    assert_eq!(beside(&screen), Some(Design::Status));
    assert!(screen.asking(), "the second run is predicted, too");
    // Another key for the right side: what was before stays.
    screen.act(Action::KeyDesign, &mut state.shared);
    screen.act(Action::Choose(5), &mut state.shared);
    give(&mut state, &mut screen, even(8));
    assert_eq!(beside(&screen), Some(Design::Status));
    // Another load is another traffic.
    screen.act(Action::Spread, &mut state.shared);
    give(&mut state, &mut screen, even(8));
    assert_eq!(beside(&screen), None);
}

#[test]
fn what_the_page_has_asked_is_not_asked_again() {
    let (mut state, screen) = start(80, 24);
    let mut screen = TrafficScreen::new(screen.demo).predicted();
    screen.shown(&mut state.shared);
    give(&mut state, &mut screen, hot(60, 60));
    assert!(!screen.asking());
    screen.act(Action::StepForward, &mut state.shared);
    assert!(screen.moving());
    screen.act(Action::Spread, &mut state.shared);
    assert!(
        !screen.asking(),
        "the picture that was there stays as it is"
    );
    give(&mut state, &mut screen, even(8));
    assert!(screen.asking(), "another traffic is another question");
}

#[test]
fn a_run_can_be_stopped_and_an_old_answer_is_nobody_s() {
    let (mut state, mut screen) = start(80, 24);
    give(&mut state, &mut screen, hot(4, 4));
    let shown = screen.shown.clone();
    screen.act(Action::Spread, &mut state.shared);
    let asked = state.shared.take_effects();
    let id = asked.last().expect("a run was asked for").id;
    let working = Answer::Working {
        done: 30,
        total: 120,
        what: String::new(),
    };
    assert!(screen.answer(id, &working, &mut state.shared));
    screen.act(Action::Back, &mut state.shared);
    assert!(screen.work.is_none());
    assert!(!screen.answer(id, &Answer::Traffic(Box::new(even(2))), &mut state.shared));
    assert!(!screen.answer(RequestId(999), &working, &mut state.shared));
    assert_eq!(screen.shown, shown);
}

#[test]
fn a_refusal_leaves_the_picture_and_says_why() {
    let (mut state, mut screen) = start(80, 24);
    give(&mut state, &mut screen, hot(4, 4));
    screen.act(Action::Spread, &mut state.shared);
    let asked = state.shared.take_effects();
    let id = asked.last().expect("a run was asked for").id;
    let failed = Answer::Failed {
        why: "no table\u{1b}[2J".to_owned(),
    };
    assert!(screen.answer(id, &failed, &mut state.shared));
    let text = words(state, screen);
    assert!(
        text.contains("no table") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(text.contains("P0"), "the picture is still there");
}

#[test]
fn nothing_wakes_up_while_nothing_moves() {
    let (mut state, mut screen) = start(80, 24);
    give(&mut state, &mut screen, hot(10, 10));
    state.screens.push(Screen::Traffic(Box::new(screen)));
    assert!(!state.moving(), "a prediction is waited for");
    update(&mut state, Message::Key(Key::Char('3')));
    assert!(state.moving(), "it plays");
    for _ in 0..200 {
        state.shared.now.running += Duration::from_millis(33);
        let now = state.shared.now;
        update(&mut state, Message::Tick(now));
    }
    assert!(!state.moving(), "it has ended");
}

#[test]
fn whole_at_any_size() {
    for (columns, rows) in [
        (60, 18),
        (61, 19),
        (80, 24),
        (100, 30),
        (120, 40),
        (200, 60),
        (300, 20),
        (60, 90),
    ] {
        for beside in [false, true] {
            let (mut state, mut screen) = start(columns, rows);
            give(&mut state, &mut screen, hot(6, 6));
            if beside {
                screen.act(Action::FixIt, &mut state.shared);
                screen.act(Action::Choose(2), &mut state.shared);
                give(&mut state, &mut screen, drained());
            }
            screen.act(Action::Choose(4), &mut state.shared);
            screen.act(Action::LastFrame, &mut state.shared);
            let text = words(state, screen);
            for word in ["P0", "P1", "×", "refused", "You said"] {
                assert!(
                    text.contains(word),
                    "{columns}×{rows}: no {word} in\n{text}"
                );
            }
        }
    }
}
