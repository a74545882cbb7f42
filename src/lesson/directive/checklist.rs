//! `checklist id=…`: things done outside the program, ticked by hand or by a step.

use super::super::error::Problems;
use super::super::markdown::Fence;
use super::super::model::{CheckItem, Checklist};
use super::super::source::Span;
use super::{Opening, is_id, refuse_id};

/// The checklist, and each step it names with its place.
pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<(Checklist, Vec<(String, Span)>)> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a checklist", problems)?;
    let entries = fields.tables("items", "an item of a checklist", problems);
    let span = fields.span.clone();
    fields.finish(problems);
    if entries.is_empty() {
        problems.report(
            &span,
            "a checklist without items",
            "add at least one table under [[items]]",
        );
        return None;
    }
    let mut items: Vec<CheckItem> = Vec::new();
    let mut references = Vec::new();
    let mut whole = true;
    for mut entry in entries {
        let item_id = entry.spanned_text("id", problems);
        let text = entry.text("text", problems);
        let step = entry.optional_text("step", problems);
        entry.finish(problems);
        let (Some((item_id, id_span)), Some(text)) = (item_id, text) else {
            whole = false;
            continue;
        };
        if !is_id(&item_id) {
            refuse_id(&item_id, &id_span, problems);
        } else if items.iter().any(|item| item.id == item_id) {
            problems.report(
                &id_span,
                format!("two items of this checklist are called `{item_id}`"),
                "give each its own id",
            );
        }
        references.extend(step.clone());
        items.push(CheckItem {
            id: item_id,
            text,
            step: step.map(|(step, _)| step),
        });
    }
    let list = Checklist {
        id: id?,
        items,
        place: opening.place.clone(),
    };
    whole.then_some((list, references))
}
