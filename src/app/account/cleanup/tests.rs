//! The screen of what is ours, driven as a learner drives it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::buffer::Buffer;

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
use crate::ui::snapshot::{draw, styled, text};
use crate::ui::theme::Depth;

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
    draw(state, Depth::True)
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

/// Everything that a deployment makes, beside a table of the lessons, in the order in which a look tells it.
fn deployment() -> Found {
    const NAME: &str = "dynatour-1a2b3c4d";
    let mut lines = found(&["pets"]).told;
    let mut add = |kind, name: String, key: &str, words: &str| {
        let key = if key.is_empty() {
            name.clone()
        } else {
            key.to_owned()
        };
        lines.push(Told {
            kind,
            key,
            deployment: Some(NAME.to_owned()),
            ..told(&name, words, true)
        });
    };
    let id = "its id is in the ledger";
    let cost = "our requests at most $0.000149";
    let url = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
    add(
        Kind::Api,
        NAME.to_owned(),
        "a1b2c3d4e5",
        &format!("{url}, made 2026-11-26 03:56; {id}"),
    );
    let functions = ["get-pets", "get-pet", "post-pet"].map(|one| format!("{NAME}-{one}"));
    let tag = "its tags say that you made it, in run 1a2b3c4d00000000";
    for name in &functions {
        add(
            Kind::Function,
            name.clone(),
            "",
            &format!("nodejs24.x, {cost}; {tag}"),
        );
    }
    for name in &functions {
        add(Kind::Role, name.clone(), "", id);
    }
    for name in &functions {
        add(Kind::LogGroup, format!("/aws/lambda/{name}"), "", id);
    }
    let table = "ACTIVE, 3 items, made 2026-11-26 03:56, cost so far at most $0.00000188";
    add(
        Kind::Table,
        format!("{NAME}-pets"),
        "",
        &format!("{table}; {id}"),
    );
    Found {
        told: lines,
        counted: "12 tables, 3 log groups, 3 roles, 4 functions and 1 API".to_owned(),
        unlooked: Vec::new(),
        may_be_more: true,
        ..found(&["pets"])
    }
}

#[test]
fn a_deployment_is_listed_under_its_name_and_deleted_in_its_order() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let (mut state, id) = opened();
        update(&mut state, Message::Resize { columns, rows });
        answer(&mut state, id, Answer::Ours(Box::new(deployment())));
        insta::assert_snapshot!(format!("deployment_{columns}"), styled(&drawn(&state)));
        press(&mut state, &kinds("yes"));
        insta::assert_snapshot!(
            format!("deployment_asked_{columns}"),
            styled(&drawn(&state))
        );
        let asked = press(&mut state, &[Key::Enter]);
        let [
            EffectRequest {
                id,
                effect: Effect::DeleteOurs { things },
            },
        ] = asked.as_slice()
        else {
            panic!("{asked:?}");
        };
        let order: Vec<Kind> = things.iter().map(|(kind, _)| *kind).collect();
        assert!(order.is_sorted_by_key(|kind| Kind::DELETED.iter().position(|one| one == kind)));
        assert_eq!(things.len(), 12);
        // An API is asked for by its id.
        assert_eq!(things[0], (Kind::Api, "a1b2c3d4e5".to_owned()));
        let api = Answer::Deleted {
            kind: Kind::Api,
            name: "dynatour-1a2b3c4d".to_owned(),
            key: "a1b2c3d4e5".to_owned(),
            why: None,
        };
        answer(&mut state, *id, api);
        let function = "dynatour-1a2b3c4d-get-pets";
        let busy = Answer::Happening(Happening::Waiting {
            table: function.to_owned(),
            status: "busy".to_owned(),
            for_: std::time::Duration::from_secs(1),
        });
        answer(&mut state, *id, busy);
        insta::assert_snapshot!(
            format!("deployment_deleting_{columns}"),
            styled(&drawn(&state))
        );
        // A function and a role of one name are two things.
        answer(&mut state, *id, deleted(Kind::Function, function, None));
        let shown = text(&drawn(&state));
        assert!(shown.contains(&format!("role {function}")), "{shown}");
        // Of many that are gone only how many is said, and what is under way stays in sight.
        for (kind, key) in things.iter().skip(2).take(6) {
            answer(&mut state, *id, deleted(*kind, key, None));
        }
        let why = "it is in use";
        let (kind, key) = &things[8];
        answer(&mut state, *id, deleted(*kind, key, Some(why)));
        insta::assert_snapshot!(
            format!("deployment_many_gone_{columns}"),
            styled(&drawn(&state))
        );
    }
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
