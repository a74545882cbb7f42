//! `exercise id=…`: a request the learner writes, with hints, a solution and what it must show.

use super::super::error::Problems;
use super::super::fields::Fields;
use super::super::markdown::Fence;
use super::super::model::{Activity, Exercise, Expect, Request, Simulation};
use super::{Opening, expect, request};

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "an exercise", problems)?;
    let goal = fields.text("goal", problems);
    let operation = operation(&mut fields, problems);
    let start = fields.excerpt("start", problems);
    let start = request::from_text(operation.as_ref(), start.as_ref(), "the start", problems);
    let solution = fields.excerpt("solution", problems);
    let solution = request::from_text(
        operation.as_ref(),
        solution.as_ref(),
        "the solution",
        problems,
    );
    let hints = fields.texts("hints", problems);
    if hints.as_ref().is_some_and(Vec::is_empty) {
        problems.report(
            &fields.span,
            "an exercise without a hint",
            "give at least one in `hints`; three that lead on from each other are best",
        );
    }
    let expect = match fields.table("expect", "the [expect] table", problems) {
        Some(entry) => expect::from_fields(entry, problems),
        None => Some(Expect::default()),
    };
    let verify: Vec<_> = fields
        .tables("verify", "a [[verify]] request", problems)
        .into_iter()
        .map(|entry| verify(entry, problems))
        .collect();
    fields.finish(problems);
    Some(Activity::Exercise(Exercise {
        id: id?,
        goal: goal?,
        start: start?,
        hints: hints?.into_iter().map(|(hint, _)| hint).collect(),
        solution: solution?,
        expect: expect?,
        verify: verify.into_iter().collect::<Option<_>>()?,
        simulation: Simulation::default(),
        place: opening.place.clone(),
    }))
}

fn operation(fields: &mut Fields, problems: &mut Problems) -> Option<String> {
    let (name, span) = fields.spanned_text("operation", problems)?;
    request::operation(&name, &span, problems)
}

fn verify(mut fields: Fields, problems: &mut Problems) -> Option<(Request, Expect)> {
    let operation = operation(&mut fields, problems);
    let text = fields.excerpt("request", problems);
    let request = request::from_text(operation.as_ref(), text.as_ref(), "the request", problems);
    let expect = match fields.table("expect", "the [verify.expect] table", problems) {
        Some(entry) => expect::from_fields(entry, problems),
        None => Some(Expect::default()),
    };
    fields.finish(problems);
    Some((request?, expect?))
}
