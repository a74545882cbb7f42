//! `workshop id=…`: the learner's own handlers, in a folder that the page names before anything is written.

use super::super::error::Problems;
use super::super::markdown::Fence;
use super::super::model::Activity;
use super::Opening;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    super::must_be_empty(fence, problems);
    let place = opening.place.clone();
    opening
        .id(problems)
        .map(|id| Activity::Workshop { id, place })
}
