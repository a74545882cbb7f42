//! Marks set by hand: a checklist's items, and the goals' second mark.
//!
//! Invariant: a mark that a step has set stays.

use crate::app::lesson::{LessonScreen, Work, ticks};
use crate::app::state::Shared;
use crate::learner::progress::Change;
use crate::lesson::model::Activity;

impl LessonScreen {
    /// Entries of the page's list.
    pub(super) fn entries(&self, shared: &Shared) -> usize {
        match self.activity(shared) {
            Some(Activity::Checklist(list)) => list.items.len(),
            Some(Activity::Goals { .. }) => shared.lesson().goals.len(),
            Some(Activity::Workshop { .. }) => super::bench::CHOICES,
            _ => 0,
        }
    }

    pub(super) fn toggle(&mut self, shared: &mut Shared) {
        let Work::List { cursor } = self.work else {
            return;
        };
        let change = match self.activity(shared) {
            Some(Activity::Checklist(list)) => {
                let change = ticks::toggle(list, cursor, shared.progress());
                if change.is_none() {
                    shared.say("A step has ticked this; it stays.");
                }
                change
            }
            Some(Activity::Goals { .. }) => return self.toggle_lambda(shared),
            _ => None,
        };
        if let Some(change) = change {
            shared.save(change);
        }
        if let Some(Activity::Checklist(list)) = self.activity(shared)
            && ticks::finished(list, shared.progress())
        {
            let id = list.id.clone();
            shared.save(Change::Done(id));
        }
    }

    pub(super) fn toggle_lambda(&mut self, shared: &mut Shared) {
        let Work::List { cursor } = self.work else {
            return;
        };
        let Some(goal) = shared.lesson().goals.get(cursor) else {
            return;
        };
        if !goal.lambda {
            return shared.say("Only goals with a second mark are done from Lambda, too.");
        }
        let goal = goal.id.clone();
        let on = !shared.progress().from_lambda.contains(&goal);
        shared.save(Change::FromLambda { goal, on });
    }
}
