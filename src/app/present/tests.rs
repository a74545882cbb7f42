//! The whole lesson gone through with two keys of a remote control, and demonstrations that only show end states.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::*;
use crate::app::effect::{Answer, Effect, EffectRequest, HashReport};
use crate::app::hash::HashScreen;
use crate::app::key::{Action, Key};
use crate::app::race::RaceScreen;
use crate::app::race::run::{Page, RaceReport, RaceRun, SideReport};
use crate::app::screen::Screen;
use crate::app::tests::{report, state};
use crate::app::{Message, Moment, State, update};
use crate::lesson::model::Activity;
use crate::scene::hash::Record;
use crate::scene::hash::tests::traces;
use crate::scene::race::tests::pages;
use crate::scene::traffic::tests::hot;
use crate::simulator::trace::Trace;
use crate::target::price;

/// What a table would have answered.
fn answer(effect: &Effect) -> Option<Answer> {
    let keys = [("Beeba", 0x9f3c_21d4_77ab_0e15), ("Rex", 0xe1 << 56)];
    let side = |traces: Vec<Trace>| SideReport {
        request: "{}".to_owned(),
        rounds: traces
            .into_iter()
            .map(|trace| {
                vec![Page {
                    read: trace.read,
                    price: price::read_units(trace.read),
                    elapsed: Duration::ZERO,
                    trace,
                }]
            })
            .collect(),
        refusal: None,
    };
    match effect {
        Effect::RunStep { step, .. } => Some(report(&step.request.operation, "{}", Vec::new())),
        Effect::RunHash(_) => Some(Answer::Hash(Box::new(HashReport {
            record: Record::of(&traces(4, &keys))?,
            other: None,
            refused: Vec::new(),
            measured: None,
        }))),
        Effect::RunRace(_) => {
            let query = pages("Query", &[50, 50], &[&[(1, 4, 3, &[4, 5, 6])]]);
            let scan = pages(
                "Scan",
                &[50, 50],
                &[&[(0, 0, 50, &[])], &[(1, 0, 50, &[4, 5, 6])]],
            );
            Some(Answer::Race(Box::new(RaceReport {
                left: side(query),
                right: side(scan),
            })))
        }
        Effect::RunTraffic(_) => Some(Answer::Traffic(Box::new(hot(3, 3)))),
        _ => None,
    }
}

/// One message, and everything that follows from it until nothing is asked for and nothing moves.
fn send(state: &mut State, message: Message) {
    let mut asked: VecDeque<EffectRequest> = update(state, message).into();
    loop {
        while let Some(request) = asked.pop_front() {
            if let Some(answer) = answer(&request.effect) {
                asked.extend(update(state, Message::Answer(request.id, answer)));
            }
        }
        if !state.moving() {
            return;
        }
        let running = state.shared.now.running + Duration::from_millis(100);
        let tick = Message::Tick(Moment { running, wall: 0 });
        asked.extend(update(state, tick));
    }
}

/// Presses a key until a notice says these words; the pages and demonstrations that were on top meanwhile.
fn until(state: &mut State, key: Key, words: &str) -> (BTreeSet<(usize, usize)>, BTreeSet<String>) {
    let (mut shown, mut opened) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..2_000 {
        match state.top() {
            Screen::Lesson(page) => {
                shown.insert((page.section, page.page));
            }
            other => {
                opened.insert(other.component().title(&state.shared).text);
            }
        }
        send(state, Message::Key(key));
        let said = state.shared.notice.as_ref();
        if said.is_some_and(|notice| notice.text.contains(words)) {
            return (shown, opened);
        }
    }
    panic!("2,000 times {key:?} was not enough");
}

#[test]
fn page_down_goes_through_the_whole_lesson_and_page_up_comes_back() {
    let mut state = state(80, 24);
    state.shared.wall.projector = true;
    state.shared.wall.presents = true;
    let first = Screen::lesson(0, 0, &state.shared);
    state.shared.restart(first);
    send(&mut state, Message::Now(Moment::default()));
    let (shown, opened) = until(&mut state, Key::PageDown, "last page");
    let sections = &state.shared.lesson().sections;
    let all: BTreeSet<(usize, usize)> = sections
        .iter()
        .enumerate()
        .flat_map(|(index, section)| (0..section.pages.len()).map(move |page| (index, page)))
        .collect();
    assert_eq!(shown, all);
    assert_eq!(
        opened.into_iter().collect::<Vec<_>>(),
        ["Query or scan", "Traffic", "Where an item lives"]
    );
    // Every question was revealed, every step was sent.
    let progress = state.shared.progress();
    for page in sections.iter().flat_map(|section| &section.pages) {
        if let Some(predict) = &page.predict {
            assert!(progress.answers.contains_key(&predict.id), "{}", predict.id);
        }
        if let Some(Activity::Step(step)) = &page.activity {
            assert!(
                state.shared.runs.reports.contains_key(&step.id),
                "{}",
                step.id
            );
        }
    }
    let (back, _) = until(&mut state, Key::PageUp, "first page");
    assert_eq!(back, all);
}

#[test]
fn a_slide_says_where_the_class_is_and_what_comes_next() {
    let mut state = state(80, 24);
    state.shared.wall.projector = true;
    let page = Screen::lesson(4, 1, &state.shared);
    state.shared.restart(page);
    send(&mut state, Message::Now(Moment::default()));
    let before = slide::slide(&state);
    assert!(before.section.starts_with("5 · "), "{before:?}");
    assert_eq!(
        (before.page, before.onward.as_str()),
        (2, "sends CreateTable")
    );
    assert!(!before.notes.is_empty() && !before.next.is_empty());
    assert!(before.section_minutes.is_some_and(|minutes| minutes > 0));
    // Time alone is nothing to tell.
    let later = Moment {
        running: Duration::from_mins(3),
        wall: 180_000,
    };
    send(&mut state, Message::Now(later));
    assert_eq!(slide::slide(&state), before);
    send(&mut state, Message::Key(Key::PageDown));
    assert_eq!(slide::slide(&state).onward, "turns the page");
    send(&mut state, Message::Key(Key::Char('.')));
    assert!(slide::slide(&state).showing.contains("blank"));
}

/// A demonstration with its data, outside of a lesson.
fn demonstration(screen: Screen) -> State {
    let mut state = state(80, 24);
    state.shared.reduced_motion = true;
    state.begin_at(screen);
    let (columns, rows) = (80, 24);
    send(&mut state, Message::Resize { columns, rows });
    assert!(state.top().moments().is_some());
    state
}

#[test]
fn with_reduced_motion_nothing_is_ever_on_its_way() {
    let lesson = state(80, 24);
    let mut demos = BTreeMap::new();
    for page in lesson
        .shared
        .lesson()
        .sections
        .iter()
        .flat_map(|section| &section.pages)
    {
        match page.activity.clone() {
            Some(Activity::Hash(demo)) => {
                demos.insert("hash", Screen::Hash(Box::new(HashScreen::new(demo))));
            }
            Some(Activity::Race(demo)) => {
                let run = RaceRun::of(demo, 0);
                demos.insert("race", Screen::Race(Box::new(RaceScreen::new(run))));
            }
            _ => {}
        }
    }
    assert_eq!(demos.len(), 2);
    for (name, screen) in demos {
        let mut state = demonstration(screen);
        let moments = state.top().moments().expect("a picture");
        let can = |state: &State, action| {
            let actions = state.top().component().actions(&state.shared);
            actions.contains(&action)
        };
        while !can(&state, Action::DontKnow) {
            update(&mut state, Message::Key(Key::Right));
        }
        update(&mut state, Message::Key(Key::Char('0')));
        if can(&state, Action::Pause) {
            update(&mut state, Message::Key(Key::Char(' ')));
        }
        update(&mut state, Message::Key(Key::Home));
        // Step by step: each press is a whole step, at once.
        for step in 1..=moments {
            update(&mut state, Message::Key(Key::Right));
            assert!(!state.moving(), "{name} {step}");
            let position = state.top().position().expect("a demonstration");
            assert_eq!(
                (position.done(), position.progress()),
                (step, None),
                "{name}"
            );
        }
        // Played, it jumps from one end state to the next.
        update(&mut state, Message::Key(Key::Home));
        update(&mut state, Message::Key(Key::Char(' ')));
        while state.moving() {
            let running = state.shared.now.running + Duration::from_millis(17);
            update(&mut state, Message::Tick(Moment { running, wall: 0 }));
            let position = state.top().position().expect("a demonstration");
            assert_eq!(position.progress(), None, "{name}");
        }
        let position = state.top().position().expect("a demonstration");
        assert_eq!(position.done(), moments, "{name}");
    }
}
