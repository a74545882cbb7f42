//! The workshop's screen, told what a workshop tells.

use std::path::PathBuf;

use super::*;
use crate::app::effect::EffectRequest;
use crate::app::effect::workshop::{Outgoing, Reason, Told, Trial, Tried};
use crate::app::key::Key;
use crate::app::state::Glyphs;
use crate::app::{Message, State, update};
use crate::scene::workshop::tests as ways;
use crate::ui::snapshot::{draw_plain, draw_styled, state};

pub(crate) fn begin() -> Begin {
    Begin {
        folder: PathBuf::from("/home/ana/pets"),
        language: Some(Language::Node),
        port: None,
        allowance: crate::workshop::lambda::Allowance::default(),
    }
}

/// A workshop that was opened, and the id of its stay.
pub(crate) fn opened(columns: u16, rows: u16) -> (State, RequestId) {
    let mut state = state(columns, rows);
    state.shared.reduced_motion = true;
    state.begin_at(Screen::Workshop(Box::new(WorkshopScreen::new(begin()))));
    let effects = update(&mut state, Message::Resize { columns, rows });
    let stay = effects
        .iter()
        .find(|one| matches!(one.effect, Effect::OpenWorkshop(_)));
    let stay = stay
        .map(|one| one.id)
        .expect("it is opened when it is shown");
    (state, stay)
}

pub(crate) fn tell(state: &mut State, stay: RequestId, told: Told) {
    let answer = Answer::Workshop(Box::new(told));
    update(state, Message::Answer(stay, answer));
}

fn press(state: &mut State, key: Key) -> Vec<EffectRequest> {
    update(state, Message::Key(key))
}

pub(crate) fn ready(state: &mut State, stay: RequestId) {
    tell(
        state,
        stay,
        Told::Folder {
            path: "/home/ana/pets".to_owned(),
            language: Language::Node,
            written: vec![
                "get-pets.mjs",
                "get-pet.mjs",
                "post-pet.mjs",
                "README.md",
                "package.json",
            ],
        },
    );
    let machine = Told::Machine {
        version: "20.19".to_owned(),
        sdk: "3.940.0".to_owned(),
    };
    tell(state, stay, machine);
    let address = "http://127.0.0.1:3000".to_owned();
    tell(state, stay, Told::Listening { address });
}

fn reason() -> Reason {
    Reason {
        name: "an id that does not exist",
        words: "GET /pets/999 was answered 200. There is no such pet, so the client must be told: 404 Not Found."
            .to_owned(),
        hints: [
            "What does GetItem answer when there is no item?",
            "Without an item its answer has no member Item.",
            "if (!Item) return { statusCode: 404 };",
        ],
    }
}

pub(crate) fn tried(goal: Goal, reason: Option<Reason>) -> Told {
    let title = match goal {
        Goal::GetAll => [
            "GET /pets: the pets of the street",
            "GET /pets: more pets than one page of a scan",
        ],
        Goal::GetOne => ["GET /pets/2: Rex", "GET /pets/999: nobody"],
        Goal::Post => [
            "POST /pets: Luna, a new pet",
            "POST /pets: a pet without an id",
        ],
    };
    let trial = |title| Trial {
        title,
        way: ways::right(),
    };
    Told::Tried(Box::new(Tried {
        goal,
        trials: title.map(trial).to_vec(),
        reason,
    }))
}

pub(crate) fn all_tried(state: &mut State, stay: RequestId, one: Option<Reason>) {
    for goal in Goal::ALL {
        tell(state, stay, Told::Trying(goal));
    }
    tell(state, stay, tried(Goal::GetAll, None));
    tell(state, stay, tried(Goal::GetOne, one));
    tell(state, stay, tried(Goal::Post, None));
}

fn screen(state: &State) -> &WorkshopScreen {
    let found = state.screens.iter().find_map(|screen| match screen {
        Screen::Workshop(screen) => Some(screen.as_ref()),
        _ => None,
    });
    found.expect("the workshop is there")
}

#[test]
fn it_says_what_is_not_right_yet_and_helps_a_little_at_a_time() {
    let (mut state, stay) = opened(80, 24);
    insta::assert_snapshot!("begun", draw_styled(&state));
    ready(&mut state, stay);
    all_tried(&mut state, stay, Some(reason()));
    assert_eq!(screen(&state).goal, Goal::GetOne, "the first that is open");
    insta::assert_snapshot!("not_yet", draw_styled(&state));
    press(&mut state, Key::Char('s'));
    assert!(
        matches!(state.top(), Screen::Workshop(_)),
        "first the hints"
    );
    for number in 1..=3 {
        press(&mut state, Key::Char('i'));
        assert_eq!(screen(&state).bench.goal(Goal::GetOne).hints, number);
    }
    press(&mut state, Key::Char('i'));
    insta::assert_snapshot!("three_hints", draw_styled(&state));
    press(&mut state, Key::Char('s'));
    assert!(matches!(state.top(), Screen::Reading(_)));
    assert!(draw_plain(&state).contains("A solution of get-pet.mjs"));
}

#[test]
fn hints_of_the_same_mistake_go_on_and_of_another_begin_anew() {
    let (mut state, stay) = opened(80, 24);
    ready(&mut state, stay);
    all_tried(&mut state, stay, Some(reason()));
    press(&mut state, Key::Char('i'));
    let hints = |state: &State| screen(state).bench.goal(Goal::GetOne).hints;
    tell(&mut state, stay, tried(Goal::GetOne, Some(reason())));
    assert_eq!(hints(&state), 1);
    let other = Reason {
        name: "a missing status code",
        ..reason()
    };
    tell(&mut state, stay, tried(Goal::GetOne, Some(other)));
    assert_eq!(hints(&state), 0);
}

#[test]
fn the_trial_that_failed_opens_as_a_picture_with_the_reason() {
    let (mut state, stay) = opened(80, 24);
    ready(&mut state, stay);
    all_tried(&mut state, stay, Some(reason()));
    press(&mut state, Key::Enter);
    let Screen::Way(way) = state.top() else {
        panic!("a way is on top");
    };
    assert!(way.remark.is_some());
    press(&mut state, Key::End);
    assert!(draw_plain(&state).contains("Not yet: an id that does not exist."));
    press(&mut state, Key::Enter);
    assert!(matches!(state.top(), Screen::Reading(_)));
    insta::assert_snapshot!("answer_in_full", draw_styled(&state));
    press(&mut state, Key::Esc);
    press(&mut state, Key::Esc);
    press(&mut state, Key::Up);
    press(&mut state, Key::Enter);
    let Screen::Way(way) = state.top() else {
        panic!("a way is on top");
    };
    assert!(way.remark.is_none(), "the first trial was right");
}

#[test]
fn requests_are_listed_the_newest_first_and_the_cursor_stays_on_its_own() {
    let (mut state, stay) = opened(120, 40);
    ready(&mut state, stay);
    all_tried(&mut state, stay, None);
    tell(&mut state, stay, Told::Came(Box::new(ways::no_route())));
    for _ in 0..5 {
        press(&mut state, Key::Down);
    }
    tell(&mut state, stay, Told::Came(Box::new(ways::right())));
    tell(&mut state, stay, Told::Missed(12));
    let (way, _) = screen(&state).chosen().unwrap();
    assert_eq!(&*way.sent.target, "/cats");
    insta::assert_snapshot!("all_reached_120", draw_styled(&state));
}

#[test]
fn a_request_is_written_and_sent_and_its_way_opens() {
    let (mut state, stay) = opened(80, 24);
    press(&mut state, Key::Char('e'));
    assert!(
        matches!(state.top(), Screen::Workshop(_)),
        "nothing listens yet"
    );
    ready(&mut state, stay);
    all_tried(&mut state, stay, Some(reason()));
    press(&mut state, Key::Char('e'));
    press(&mut state, Key::Char('7'));
    insta::assert_snapshot!("sending", draw_styled(&state));
    let effects = press(&mut state, Key::Enter);
    let [EffectRequest { id, effect }] = effects.as_slice() else {
        panic!("one effect, not {effects:?}");
    };
    let order = Order::Send(Outgoing {
        method: "GET".to_owned(),
        path: "/pets/27".to_owned(),
        body: String::new(),
    });
    let expected = Effect::InWorkshop {
        workshop: stay,
        order,
    };
    assert_eq!(*effect, expected);
    // Nobody sends the same twice by pressing Enter twice.
    assert!(press(&mut state, Key::Enter).is_empty());
    let answer = Answer::Way(Box::new(ways::right()));
    update(&mut state, Message::Answer(*id, answer));
    assert!(matches!(state.top(), Screen::Way(_)));
    assert_eq!(screen(&state).bench.came.len(), 1);
}

#[test]
fn a_body_is_sent_as_it_stands() {
    let (mut state, stay) = opened(80, 24);
    ready(&mut state, stay);
    press(&mut state, Key::Char('e'));
    press(&mut state, Key::Up);
    press(&mut state, Key::Ctrl('u'));
    update(&mut state, Message::Paste("{\n  \"id\": 4".to_owned()));
    let effects = press(&mut state, Key::Enter);
    let sent = effects.iter().find_map(|one| match &one.effect {
        Effect::InWorkshop {
            order: Order::Send(outgoing),
            ..
        } => Some(outgoing.clone()),
        _ => None,
    });
    let sent = sent.unwrap();
    assert_eq!(
        (sent.method.as_str(), sent.body.as_str()),
        ("POST", "{   \"id\": 4")
    );
    let failed = Answer::Failed {
        why: "the workshop has ended".to_owned(),
    };
    update(&mut state, Message::Answer(effects[0].id, failed));
    assert!(draw_plain(&state).contains("the workshop has ended"));
}

#[test]
fn without_an_interpreter_it_is_for_reading_and_says_what_installs_it() {
    let (mut state, stay) = opened(80, 24);
    tell(
        &mut state,
        stay,
        Told::Missing {
            why: "AWS's SDK is missing: @aws-sdk/client-dynamodb. Install it in another terminal, once, with a network:".to_owned(),
            commands: vec!["cd /home/ana/pets".to_owned(), "npm install".to_owned()],
        },
    );
    insta::assert_snapshot!("missing", draw_styled(&state));
    press(&mut state, Key::Char('s'));
    assert!(matches!(state.top(), Screen::Reading(_)));
    press(&mut state, Key::Esc);
    let effects = press(&mut state, Key::Char('r'));
    let looks = |one: &EffectRequest| {
        matches!(
            one.effect,
            Effect::InWorkshop {
                order: Order::LookAgain,
                ..
            }
        )
    };
    assert!(effects.iter().any(looks));
    tell(&mut state, stay, Told::StillMissing);
    assert!(draw_plain(&state).contains("not there yet"));
    ready(&mut state, stay);
    assert!(!draw_plain(&state).contains("npm install"));
}

#[test]
fn what_is_refused_is_said_and_leaving_ends_it() {
    let (mut state, stay) = opened(80, 24);
    let why =
        "/home/ana/pets holds other files, and nothing is written there. Name an empty folder.";
    let failed = Answer::Failed {
        why: why.to_owned(),
    };
    update(&mut state, Message::Answer(stay, failed));
    assert!(draw_plain(&state).contains("holds other files"));
    let (mut state, stay) = opened(80, 24);
    let effects = press(&mut state, Key::Char('q'));
    assert!(
        effects.iter().any(|one| one.effect == Effect::Cancel(stay)),
        "{effects:?}"
    );
}

#[test]
fn only_what_is_right_goes_to_aws() {
    let (mut state, stay) = opened(80, 24);
    ready(&mut state, stay);
    all_tried(&mut state, stay, Some(reason()));
    press(&mut state, Key::Char('D'));
    assert!(matches!(state.top(), Screen::Workshop(_)));
    assert!(draw_plain(&state).contains("Still open: get-pet.mjs"));
}

#[test]
fn it_is_whole_in_ascii_and_at_the_smallest_size() {
    for (columns, rows) in [(60, 18), (80, 24), (120, 40)] {
        let (mut state, stay) = opened(columns, rows);
        state.shared.glyphs = Glyphs::Ascii;
        ready(&mut state, stay);
        all_tried(&mut state, stay, Some(reason()));
        let text = draw_plain(&state);
        assert!(text.is_ascii(), "{text}");
        assert!(
            text.contains("GET /pets/{id}") && text.contains("An id that does not exist"),
            "{text}"
        );
    }
}
