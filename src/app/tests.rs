//! The whole app driven as a learner drives it, on the lesson inside the binary.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use crate::app::effect::{
    Answer, Effect, EffectRequest, Failure, RequestId, ResetReport, SectionReport, StepReport,
};
use crate::app::key::{GLOBAL, KEYS, Key};
use crate::app::lesson::Work;
use crate::app::lesson::page::fits;
use crate::app::paper::Line;
use crate::app::screen::Screen;
use crate::app::state::{Background, Standing, Start};
use crate::app::{Message, Moment, Mouse, State, update};
use crate::learner::progress::{Change, Given};
use crate::lesson::model::{Activity, Lesson};
use crate::lesson::{glossary, library};
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::{self, Exchange, Outcome, Picodollars, TargetName};

fn lessons() -> Vec<Lesson> {
    library::read(&library::built_in()).expect("the lessons inside can be read")
}

/// At home, in a terminal of a size.
pub(crate) fn state(columns: u16, rows: u16) -> State {
    State::new(Start {
        lessons: lessons(),
        lesson: 0,
        progress: BTreeMap::new(),
        glossary: glossary::built_in(),
        target: TargetName::Simulated,
        standing: Standing::default(),
        background: Background::Dark,
        reduced_motion: false,
        columns,
        rows,
    })
}

/// On the page with this step.
pub(crate) fn at_step(id: &str, columns: u16, rows: u16) -> State {
    let mut state = state(columns, rows);
    let (section, page) = place(&state, id);
    let screen = Screen::lesson(section, page, &state.shared);
    state.shared.push(screen);
    update(&mut state, Message::Now(Moment::default()));
    state
}

fn place(state: &State, id: &str) -> (usize, usize) {
    for (section, here) in state.shared.lesson().sections.iter().enumerate() {
        for (page, found) in here.pages.iter().enumerate() {
            if found
                .activity
                .as_ref()
                .is_some_and(|activity| activity.id() == id)
            {
                return (section, page);
            }
        }
    }
    panic!("the lesson has no activity {id}");
}

fn press(state: &mut State, key: Key) -> Vec<EffectRequest> {
    update(state, Message::Key(key))
}

fn runs(effects: &[EffectRequest]) -> Vec<RequestId> {
    let run = |request: &&EffectRequest| matches!(request.effect, Effect::RunStep { .. });
    effects
        .iter()
        .filter(run)
        .map(|request| request.id)
        .collect()
}

pub(crate) fn report(operation: &str, body: &str, failures: Vec<Failure>) -> Answer {
    let message = |start: &str, body: &str| exchange::Message {
        start: start.to_owned(),
        headers: vec![(
            "content-type".to_owned(),
            "application/x-amz-json-1.0".to_owned(),
        )],
        body: body.as_bytes().to_vec(),
    };
    Answer::Step(Box::new(StepReport {
        exchange: Exchange {
            target: TargetName::Simulated,
            operation: operation.to_owned(),
            request: message("POST /", "{}"),
            response: Some(message("200", body)),
            outcome: Outcome::Success,
            request_id: Some("R1".to_owned()),
            read: CapacityUnits::ZERO,
            written: CapacityUnits::whole(1),
            price: Picodollars(625_000),
            elapsed: Duration::from_micros(400),
            trace: None,
            price_is_most: false,
            attempts: Vec::new(),
            unsettled: false,
            remark: None,
            already_done: false,
        },
        failures,
    }))
}

#[test]
fn a_guess_comes_before_the_run() {
    let mut state = at_step("put-mike", 80, 24);
    assert!(runs(&press(&mut state, Key::Enter)).is_empty());
    assert!(
        state.shared.notice.is_some(),
        "the learner is told to guess first"
    );
    let effects = press(&mut state, Key::Char('2'));
    let saved = effects.iter().any(|request| {
        matches!(
            &request.effect,
            Effect::Save {
                change: Change::Answered {
                    given: Given::Choice(1),
                    ..
                },
                ..
            }
        )
    });
    assert!(
        saved,
        "the answer is on its way to the store before anything runs"
    );
    assert_eq!(runs(&press(&mut state, Key::Enter)).len(), 1);
    assert!(
        runs(&press(&mut state, Key::Enter)).is_empty(),
        "a running step is not sent twice"
    );
}

#[test]
fn arrows_choose_as_well_as_numbers() {
    let mut state = at_step("put-mike", 80, 24);
    press(&mut state, Key::Down);
    press(&mut state, Key::Down);
    press(&mut state, Key::Enter);
    assert_eq!(
        state.shared.progress().answers.get("predict-mike"),
        Some(&Given::Choice(1))
    );
}

#[test]
fn a_step_that_did_what_it_says_is_done_and_its_table_is_fetched() {
    let mut state = at_step("put-rachel", 80, 24);
    let id = runs(&press(&mut state, Key::Enter))[0];
    let effects = update(
        &mut state,
        Message::Answer(id, report("PutItem", "{}", Vec::new())),
    );
    assert!(state.shared.progress().done.contains("put-rachel"));
    assert!(
        effects.iter().any(
            |request| matches!(&request.effect, Effect::Grid { table, .. } if table == "people")
        )
    );
}

#[test]
fn a_step_that_failed_is_not_done() {
    let mut state = at_step("put-rachel", 80, 24);
    let id = runs(&press(&mut state, Key::Enter))[0];
    let failure = Failure {
        because: "A small item costs one.".into(),
        saw: "/x was 2".into(),
    };
    update(
        &mut state,
        Message::Answer(id, report("PutItem", "{}", vec![failure])),
    );
    assert!(!state.shared.progress().done.contains("put-rachel"));
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let mut state = at_step("put-rachel", 80, 24);
    let old = runs(&press(&mut state, Key::Enter))[0];
    update(
        &mut state,
        Message::Answer(old, Answer::Failed { why: "no".into() }),
    );
    let new = runs(&press(&mut state, Key::Enter))[0];
    update(
        &mut state,
        Message::Answer(old, report("PutItem", "{}", Vec::new())),
    );
    assert!(!state.shared.progress().done.contains("put-rachel"));
    update(
        &mut state,
        Message::Answer(new, report("PutItem", "{}", Vec::new())),
    );
    assert!(state.shared.progress().done.contains("put-rachel"));
}

#[test]
fn in_a_field_every_printable_key_is_text() {
    let mut state = at_step("put-rachel", 80, 24);
    press(&mut state, Key::Char('n'));
    for key in "q? gm/:".chars() {
        assert!(press(&mut state, Key::Char(key)).is_empty());
    }
    let effects = press(&mut state, Key::Enter);
    let note = effects.iter().find_map(|request| match &request.effect {
        Effect::Save {
            change: Change::Note(note),
            ..
        } => Some(note.clone()),
        _ => None,
    });
    assert_eq!(note.expect("the note is kept at once").text, "q? gm/:");
    assert!(!state.shared.quitting);
}

#[test]
fn what_is_pasted_is_harmless() {
    let mut state = state(80, 24);
    press(&mut state, Key::Char('n'));
    update(&mut state, Message::Paste("a\u{1b}[2J\r\nb".to_owned()));
    let Screen::NoteEntry(entry) = state.top() else {
        panic!("the field is open")
    };
    assert_eq!(entry.field.text(), "a␛[2J b");
}

#[test]
fn quitting_hands_over_what_stands_in_a_field() {
    let mut state = state(80, 24);
    press(&mut state, Key::Char('n'));
    press(&mut state, Key::Char('w'));
    let effects = press(&mut state, Key::Ctrl('c'));
    let kinds: Vec<&Effect> = effects.iter().map(|request| &request.effect).collect();
    assert!(
        matches!(
            kinds[..],
            [
                Effect::Save {
                    change: Change::Note(_),
                    ..
                },
                Effect::Quit
            ]
        ),
        "{kinds:?}"
    );
}

#[test]
fn a_tiny_terminal_waits_and_goes_on() {
    let mut state = at_step("put-rachel", 80, 24);
    update(
        &mut state,
        Message::Resize {
            columns: 40,
            rows: 10,
        },
    );
    assert!(runs(&press(&mut state, Key::Enter)).is_empty());
    update(
        &mut state,
        Message::Resize {
            columns: 80,
            rows: 24,
        },
    );
    assert_eq!(runs(&press(&mut state, Key::Enter)).len(), 1);
}

#[test]
fn an_answer_is_kept_when_its_page_was_left() {
    let mut state = at_step("put-rachel", 80, 24);
    let id = runs(&press(&mut state, Key::Enter))[0];
    press(&mut state, Key::Right);
    press(&mut state, Key::Char('H'));
    let effects = update(
        &mut state,
        Message::Answer(id, report("PutItem", "{}", Vec::new())),
    );
    assert!(state.shared.progress().done.contains("put-rachel"));
    assert!(state.shared.runs.reports.contains_key("put-rachel"));
    let saved = |request: &EffectRequest| matches!(&request.effect, Effect::Save { change: Change::Done(id), .. } if id == "put-rachel");
    assert!(effects.iter().any(saved), "{effects:?}");
}

#[test]
fn a_page_that_was_left_while_its_step_ran_is_still_running_it() {
    let mut state = at_step("put-rachel", 80, 24);
    press(&mut state, Key::Enter);
    press(&mut state, Key::Right);
    press(&mut state, Key::Left);
    assert!(runs(&press(&mut state, Key::Enter)).is_empty());
}

#[test]
fn a_reset_clears_the_marks_also_where_no_store_says_so() {
    for (key, everything) in [(Key::Char('R'), false), (Key::Ctrl('x'), true)] {
        let mut state = at_step("put-mike", 80, 24);
        press(&mut state, Key::Char('3'));
        let run = runs(&press(&mut state, Key::Enter))[0];
        let answer = report("PutItem", "{}", Vec::new());
        update(&mut state, Message::Answer(run, answer));
        if everything {
            press(&mut state, Key::Char('H'));
        }
        press(&mut state, key);
        let reset = press(&mut state, Key::Char('y'));
        assert!(matches!(reset[0].effect, Effect::Reset { .. }), "{reset:?}");
        let archive = ResetReport { archive: None };
        update(
            &mut state,
            Message::Answer(reset[0].id, Answer::Reset(archive)),
        );
        let progress = state.shared.progress();
        assert!(progress.done.is_empty() && progress.answers.is_empty());
        assert!(state.shared.runs.reports.is_empty());
    }
}

#[test]
fn every_page_fits_the_design_size() {
    for section in lessons().iter().flat_map(|lesson| &lesson.sections) {
        for page in &section.pages {
            assert_eq!(fits(page), Ok(()), "{}: {}", section.title, page.title);
        }
    }
}

#[test]
fn a_step_that_found_other_tables_says_what_to_do_instead_of_explaining_a_success() {
    let mut state = at_step("put-rachel", 80, 24);
    let id = runs(&press(&mut state, Key::Enter))[0];
    let failure = Failure {
        because: "This request is meant to be accepted.".into(),
        saw: "outcome: expected success".into(),
    };
    update(
        &mut state,
        Message::Answer(id, report("PutItem", "{}", vec![failure])),
    );
    let shown = crate::ui::snapshot::text(&drawn(&state, 80, 24));
    assert!(shown.contains("R starts the section over"), "{shown}");
    assert!(!shown.contains("The item is in the table."), "{shown}");
}

#[test]
fn in_a_field_f1_is_help() {
    let mut state = at_step("capacity-calculator", 80, 24);
    press(&mut state, Key::Enter);
    press(&mut state, Key::F(1));
    assert!(matches!(state.top(), Screen::Help(_)));
    press(&mut state, Key::Esc);
    press(&mut state, Key::Char('7'));
    let Screen::Lesson(lesson) = state.top() else {
        panic!("the page is back")
    };
    let Work::Calculator(work) = &lesson.work else {
        panic!("a calculator")
    };
    assert_eq!(
        work.text(0),
        "7",
        "the first digit takes the place of what stood there"
    );
}

#[test]
fn a_section_whose_needs_are_missing_is_built_after_a_yes() {
    let mut state = state(80, 24);
    let (section, _) = place(&state, "query-rex");
    press(&mut state, Key::Char(':'));
    for _ in 0..section {
        press(&mut state, Key::Down);
    }
    assert!(press(&mut state, Key::Enter).is_empty());
    let effects = press(&mut state, Key::Char('y'));
    assert!(
        matches!(effects[0].effect, Effect::OpenSection { .. }),
        "{effects:?}"
    );
}

#[test]
fn a_section_is_chosen_by_its_number() {
    let mut state = state(80, 24);
    press(&mut state, Key::Char(':'));
    let at = |state: &State| match state.top() {
        Screen::Sections(screen) => screen.cursor + 1,
        other => panic!("{other:?}"),
    };
    for (digit, number) in [('1', 1), ('2', 12), ('3', 3), ('0', 3), ('1', 1), ('0', 10)] {
        press(&mut state, Key::Char(digit));
        assert_eq!(at(&state), number, "{digit}");
    }
    press(&mut state, Key::Up);
    press(&mut state, Key::Char('2'));
    assert_eq!(
        at(&state),
        2,
        "what was typed before the arrow is forgotten"
    );
    press(&mut state, Key::Enter);
    let Screen::Lesson(lesson) = state.top() else {
        panic!("{:?}", state.top())
    };
    assert_eq!(lesson.section, 1);
    press(&mut state, Key::Esc);
    press(&mut state, Key::Char('1'));
    press(&mut state, Key::Char('4'));
    let Screen::Home(home) = state.top() else {
        panic!("{:?}", state.top())
    };
    assert_eq!(home.selected, 13);
}

#[test]
fn help_names_a_key_on_one_line_of_what_works_here() {
    let mut state = state(80, 24);
    press(&mut state, Key::Char(' '));
    press(&mut state, Key::Char('?'));
    let view = state.top().component().view(&state.shared);
    let lines: Vec<String> = view
        .unwrap()
        .main
        .paper
        .lines
        .iter()
        .map(Line::plain)
        .collect();
    let works = lines
        .iter()
        .take_while(|line| !line.starts_with("Elsewhere"));
    let mut seen: Vec<&str> = Vec::new();
    for line in works.filter(|line| line.starts_with("  ")) {
        let keys = line.get(..18).unwrap_or(line).split_whitespace();
        for key in keys.filter(|key| !key.contains('–')) {
            assert!(!seen.contains(&key), "{key} twice: {line}");
            seen.push(key);
        }
    }
    assert!(seen.contains(&"Ctrl-C"), "{seen:?}");
}

#[test]
fn a_section_that_was_built_opens_where_it_was_left() {
    let mut state = state(80, 24);
    let (section, _) = place(&state, "query-rex");
    for _ in 0..section {
        press(&mut state, Key::Down);
    }
    press(&mut state, Key::Enter);
    let build = press(&mut state, Key::Char('y'))[0].id;
    let ready = SectionReport {
        section: state.shared.lesson().sections[section].id.clone(),
        replayed: 12,
        archive: None,
    };
    update(
        &mut state,
        Message::Answer(build, Answer::SectionReady(ready)),
    );
    press(&mut state, Key::Right);
    press(&mut state, Key::Char('H'));
    press(&mut state, Key::Enter);
    let Screen::Lesson(lesson) = state.top() else {
        panic!("nothing is asked again: {:?}", state.top())
    };
    assert_eq!((lesson.section, lesson.page), (section, 1));
}

#[test]
fn space_goes_through_the_whole_first_section() {
    let mut state = state(80, 24);
    for _ in 0..40 {
        press(&mut state, Key::Char(' '));
        press(&mut state, Key::Right);
    }
    let place = state
        .shared
        .progress()
        .place
        .clone()
        .expect("a page was opened");
    assert_ne!(place.section, state.shared.lesson().sections[0].id);
}

#[test]
fn every_key_of_the_table_does_no_harm_anywhere() {
    for binding in KEYS {
        for &key in binding.keys {
            for id in ["put-mike", "get-rachel", "key-quiz", "capacity-calculator"] {
                let mut state = at_step(id, 80, 24);
                press(&mut state, key);
                press(&mut state, key);
                assert!(!state.screens.is_empty());
            }
        }
    }
    assert!(GLOBAL.len() > 5);
}

#[test]
fn every_page_of_the_lesson_can_be_drawn_and_scrolled() {
    let mut state = state(80, 24);
    let pages: Vec<(usize, usize)> = state
        .shared
        .lesson()
        .sections
        .iter()
        .enumerate()
        .flat_map(|(section, here)| (0..here.pages.len()).map(move |page| (section, page)))
        .collect();
    for (section, page) in pages {
        let screen = Screen::lesson(section, page, &state.shared);
        state.shared.restart(screen);
        update(&mut state, Message::Now(Moment::default()));
        press(&mut state, Key::End);
        drawn(&state, 80, 24);
    }
    assert!(state.shared.lesson().sections.iter().any(|section| {
        section
            .pages
            .iter()
            .any(|page| matches!(page.activity, Some(Activity::Step(_))))
    }));
}

fn drawn(state: &State, columns: u16, rows: u16) -> ratatui::buffer::Buffer {
    let theme = crate::ui::theme::Theme::detect(|_| None);
    let mut buffer =
        ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, columns, rows));
    crate::ui::draw_buffer(state, theme, &mut buffer);
    buffer
}

fn any_message() -> impl Strategy<Value = Message> {
    let keys: Vec<Key> = KEYS
        .iter()
        .flat_map(|binding| binding.keys.iter().copied())
        .collect();
    prop_oneof![
        12 => proptest::sample::select(keys).prop_map(Message::Key),
        2 => any::<char>().prop_map(|character| Message::Key(Key::Char(character))),
        1 => "\\PC{0,12}".prop_map(Message::Paste),
        2 => (0u16..130, 0u16..50).prop_map(|(column, row)| Message::Mouse(Mouse::Click { column, row })),
        1 => any::<bool>().prop_map(|down| Message::Mouse(Mouse::Wheel { down, column: 5, row: 5 })),
        1 => (0u16..210, 0u16..70).prop_map(|(columns, rows)| Message::Resize { columns, rows }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_happens_it_can_be_drawn(
        start in proptest::sample::select(vec!["put-mike", "get-rachel", "key-quiz", "capacity-calculator", "put-rachel"]),
        messages in proptest::collection::vec(any_message(), 0..40),
    ) {
        let mut state = at_step(start, 80, 24);
        for message in messages {
            update(&mut state, message);
            drawn(&state, state.shared.columns, state.shared.rows);
        }
        drawn(&state, 33, 7);
    }
}
