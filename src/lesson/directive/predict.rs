//! `predict id=…`: a question that is answered before the result is shown.

use super::super::error::Problems;
use super::super::fields::Fields;
use super::super::markdown::Fence;
use super::super::model::{Place, Predict};
use super::Opening;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Predict> {
    let id = opening.id(problems);
    let fields = super::fields(fence, "a predict question", problems)?;
    from_fields(fields, id, opening.place.clone(), problems)
}

/// The question's own keys; `id` comes from wherever the question has it.
pub(super) fn from_fields(
    mut fields: Fields,
    id: Option<String>,
    place: Place,
    problems: &mut Problems,
) -> Option<Predict> {
    let question = fields.text("question", problems);
    let choices = fields.texts("choices", problems);
    let last = choices.as_ref().map_or(4, Vec::len);
    let answer = fields.count("answer", 1..=last.max(1) as u64, problems);
    let because = fields.text("because", problems);
    let span = fields.span.clone();
    fields.finish(problems);
    let choices = choices?;
    if !(2..=4).contains(&choices.len()) {
        problems.report(
            &span,
            format!("a question has 2 to 4 choices, not {}", choices.len()),
            "`I don't know` is always one more, and need not be written",
        );
        return None;
    }
    for (at, (choice, span)) in choices.iter().enumerate() {
        if choices[..at].iter().any(|(earlier, _)| earlier == choice) {
            problems.report(span, "this choice stands there twice", "change one of them");
            return None;
        }
    }
    Some(Predict {
        id: id?,
        question: question?,
        choices: choices.into_iter().map(|(choice, _)| choice).collect(),
        answer: usize::try_from(answer?).ok()? - 1,
        because: because?,
        place,
    })
}
