//! `quiz id=…`: several questions in a row.

use super::super::error::Problems;
use super::super::markdown::Fence;
use super::super::model::{Activity, Quiz};
use super::{Opening, is_id, predict, refuse_id};

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a quiz", problems)?;
    let entries = fields.tables("questions", "a question", problems);
    let span = fields.span.clone();
    fields.finish(problems);
    if entries.is_empty() {
        problems.report(
            &span,
            "a quiz without questions",
            "add at least one table under [[questions]]",
        );
        return None;
    }
    let questions: Vec<_> = entries
        .into_iter()
        .map(|mut entry| {
            let place = problems.place(&entry.span);
            let id = entry.spanned_text("id", problems).and_then(|(id, span)| {
                if is_id(&id) {
                    return Some(id);
                }
                refuse_id(&id, &span, problems);
                None
            });
            predict::from_fields(entry, id, place, problems)
        })
        .collect();
    Some(Activity::Quiz(Quiz {
        id: id?,
        questions: questions.into_iter().collect::<Option<_>>()?,
        place: opening.place.clone(),
    }))
}
