//! The screen of what is ours, driven as a learner drives it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Found;
use crate::account::cleanup::words::Told;
use crate::account::ledger::Kind;
use crate::app::account::{Reckoner, Reckoning};
use crate::app::effect::{Answer, Effect, EffectRequest, RequestId};
use crate::app::key::Key;
use crate::app::screen::Screen;
use crate::app::tests::at_step;
use crate::app::{Message, State, update};
use crate::target::exchange::{Happening, Picodollars, Place};
use crate::ui::draw_buffer;
use crate::ui::snapshot::{styled, text};
use crate::ui::theme::{Depth, Theme};

struct Free;

impl Reckoning for Free {
    fn most(&self, _operation: &str, _body: &[u8]) -> Picodollars {
        Picodollars(0)
    }

    fn as_sent(&self, _operation: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        Ok(body.to_vec())
    }
}

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

fn told(name: &str, words: &str, ours: bool) -> Told {
    Told {
        kind: Kind::Table,
        name: name.to_owned(),
        key: name.to_owned(),
        deployment: None,
        words: words.to_owned(),
        ours,
    }
}

fn found(ours: &[&str]) -> Found {
    let mut lines: Vec<Told> = ours
        .iter()
        .map(|name| {
            let words = "ACTIVE, 5 items, made 2026-11-26 03:56, cost so far at most $0.00000294; its id is in the ledger";
            told(name, words, true)
        })
        .collect();
    let words = "stays: made by arn:aws:iam::123456789012:user/ana with dynatour, in a run that this computer does not know. If it is yours all the same: dynatour cleanup --run 0123456789abcdef";
    lines.push(told("walks", words, false));
    Found {
        place: place(),
        told: lines,
        counted: "12 tables".to_owned(),
        unlooked: vec!["1 table whose tags these credentials may not read: not touched".to_owned()],
        may_be_more: false,
        cost: Picodollars(2_940_000 * ours.len() as u64),
    }
}

fn deleted(kind: Kind, name: &str, why: Option<&str>) -> Answer {
    Answer::Deleted {
        kind,
        name: name.to_owned(),
        key: name.to_owned(),
        why: why.map(str::to_owned),
    }
}

/// On the screen, which has asked for the look.
fn opened() -> (State, RequestId) {
    let mut state = at_step("create-pets", 80, 24);
    let names = BTreeMap::new();
    let reckoner = Reckoner(Arc::new(Free));
    state.shared.enter_account(place(), reckoner, &names);
    let asked = press(&mut state, &[Key::Char('C')]);
    let [EffectRequest { id, effect }] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(*effect, Effect::LookForOurs);
    (state, *id)
}

fn press(state: &mut State, keys: &[Key]) -> Vec<EffectRequest> {
    let presses = keys.iter().map(|key| update(state, Message::Key(*key)));
    presses.flatten().collect()
}

fn kinds(word: &str) -> Vec<Key> {
    word.chars().map(Key::Char).collect()
}

fn answer(state: &mut State, id: RequestId, answer: Answer) {
    update(state, Message::Answer(id, answer));
}

fn drawn(state: &State) -> Buffer {
    let theme = Theme {
        depth: Depth::True,
        background: state.shared.background,
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    draw_buffer(state, theme, &mut buffer);
    buffer
}

#[test]
fn only_the_word_yes_deletes_and_only_what_was_listed() {
    let (mut state, id) = opened();
    let ours = Answer::Ours(Box::new(found(&["pets", "visits"])));
    answer(&mut state, id, ours);
    for word in ["", "y", "Yes", "no", "yes please", "q", "S"] {
        let mut keys = kinds(word);
        keys.push(Key::Enter);
        assert_eq!(press(&mut state, &keys), [], "{word}");
        assert!(matches!(state.top(), Screen::Cleanup(_)), "{word}");
    }
    let mut keys = kinds("yes");
    keys.push(Key::Enter);
    let asked = press(&mut state, &keys);
    let things = ["pets", "visits"]
        .map(|name| (Kind::Table, name.to_owned()))
        .to_vec();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].effect, Effect::DeleteOurs { things });
    // While it is under way, another yes asks for nothing.
    assert_eq!(press(&mut state, &keys), []);
}

#[test]
fn nothing_of_ours_has_no_field_and_esc_leaves() {
    let (mut state, id) = opened();
    answer(&mut state, id, Answer::Ours(Box::new(found(&[]))));
    assert_eq!(press(&mut state, &kinds("yes")), []);
    let again = press(&mut state, &[Key::Char('r')]);
    assert_eq!(again[0].effect, Effect::LookForOurs);
    // A late answer to the first look is nobody's.
    answer(&mut state, id, Answer::Ours(Box::new(found(&["pets"]))));
    let cancelled = press(&mut state, &[Key::Esc]);
    assert_eq!(cancelled[0].effect, Effect::Cancel(again[0].id));
    assert!(matches!(state.top(), Screen::Lesson(_)));
}

#[test]
fn looking_listing_deleting_and_what_came_of_it() {
    let (mut state, id) = opened();
    let looking = Answer::Working {
        done: 5,
        total: 12,
        what: "table".to_owned(),
    };
    answer(&mut state, id, looking);
    assert!(text(&drawn(&state)).contains("5 of 12 tables looked at"));
    let ours = Answer::Ours(Box::new(found(&["pets", "visits"])));
    answer(&mut state, id, ours);
    press(&mut state, &kinds("ye"));
    insta::assert_snapshot!("listed", styled(&drawn(&state)));
    let asked = press(&mut state, &[Key::Char('s'), Key::Enter]);
    let id = asked[0].id;
    let gone = deleted(Kind::Table, "pets", None);
    answer(&mut state, id, gone);
    let waiting = Answer::Happening(Happening::Waiting {
        table: "visits".to_owned(),
        status: "DELETING".to_owned(),
        for_: std::time::Duration::from_secs(4),
    });
    answer(&mut state, id, waiting);
    insta::assert_snapshot!("deleting", styled(&drawn(&state)));
    let why = "it is still DELETING after 300 seconds";
    let left = deleted(Kind::Table, "visits", Some(why));
    answer(&mut state, id, left);
    let ours = Answer::Ours(Box::new(found(&["visits"])));
    answer(&mut state, id, ours);
    insta::assert_snapshot!("deleted", styled(&drawn(&state)));
}

#[test]
fn a_look_that_failed_says_why_and_can_be_repeated() {
    let (mut state, id) = opened();
    let why = "ListTables: AccessDeniedException: not authorized\u{1b}[2J".to_owned();
    answer(&mut state, id, Answer::Failed { why });
    let shown = text(&drawn(&state));
    assert!(shown.contains("AccessDeniedException"), "{shown}");
    assert!(!shown.contains('\u{1b}'));
    assert_eq!(
        press(&mut state, &[Key::Char('r')])[0].effect,
        Effect::LookForOurs
    );
}
