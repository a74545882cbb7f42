//! `request OPERATION id=…`: one DynamoDB request in the API's own form.

use super::super::error::Problems;
use super::super::json;
use super::super::markdown::Fence;
use super::super::model::{Expect, OPERATIONS, Request, Simulation, Step};
use super::super::nearest::offer;
use super::super::source::{Excerpt, Span};
use super::Opening;

pub(super) fn read(opening: &mut Opening, fence: &Fence, problems: &mut Problems) -> Option<Step> {
    let operation = if let Some((name, span)) = opening.word() {
        operation(&name, &span, problems)
    } else {
        problems.report(
            &opening.span,
            "`request` names no operation",
            "write it right after, as in ```request PutItem id=put-rachel",
        );
        None
    };
    let id = opening.id(problems);
    let body = json::read_object(&fence.body, "the request", problems);
    Some(Step {
        id: id?,
        request: Request {
            operation: operation?,
            body: body?,
        },
        expect: Expect::default(),
        simulation: Simulation::default(),
        place: opening.place.clone(),
    })
}

/// One of the operations a lesson may use.
pub(super) fn operation(name: &str, span: &Span, problems: &mut Problems) -> Option<String> {
    if OPERATIONS.contains(&name) {
        return Some(name.to_owned());
    }
    problems.report(
        span,
        format!("unknown operation `{name}`"),
        offer(name, &OPERATIONS),
    );
    None
}

/// A request whose JSON stands in a TOML string.
pub(super) fn from_text(
    operation: Option<&String>,
    text: Option<&Excerpt>,
    what: &str,
    problems: &mut Problems,
) -> Option<Request> {
    let body = json::read_object(text?, what, problems)?;
    Some(Request {
        operation: operation?.clone(),
        body,
    })
}
