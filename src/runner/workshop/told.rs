//! What happens in a workshop, as its screen is told it.
//!
//! Invariant: what a handler, a client or a machine said is printable before it leaves here.

use super::way::way;
use super::work::Event;
use crate::app::effect::workshop::{Reason, Told, Trial, Tried};
use crate::printable;
use crate::workshop::check::Verdict;
use crate::workshop::folder::Folder;
use crate::workshop::language::Language;
use crate::workshop::machine::{Machine, Missing};

pub(super) fn folder(folder: &Folder) -> Told {
    Told::Folder {
        path: printable::line(&folder.path.display().to_string()).into_owned(),
        language: folder.language,
        written: folder.written.clone(),
    }
}

/// Nothing for what a screen sees by itself.
pub(super) fn told(event: Event, language: Language) -> Option<Told> {
    Some(match event {
        Event::Machine(Machine { version, sdk }) => Told::Machine {
            version: version.to_string(),
            sdk: printable::line(&sdk).into_owned(),
        },
        Event::Missing(missing) => self::missing(&missing),
        Event::StillMissing => Told::StillMissing,
        Event::Listening(address) => Told::Listening {
            address: format!("http://{address}"),
        },
        Event::Trying(goal) => Told::Trying(goal),
        Event::Tried(verdict) => Told::Tried(Box::new(tried(*verdict, language))),
        Event::Settled => return None,
        Event::Came(came) => {
            let (request, passage) = *came;
            let took = passage.took;
            Told::Came(Box::new(way(&request, passage, Some(took))))
        }
        Event::Missed(count) => Told::Missed(count),
    })
}

fn missing(missing: &Missing) -> Told {
    let printable = |text: String| printable::line(&text).into_owned();
    Told::Missing {
        why: printable(missing.to_string()),
        commands: missing.commands().into_iter().map(printable).collect(),
    }
}

fn tried(verdict: Verdict, language: Language) -> Tried {
    let goal = verdict.goal;
    Tried {
        goal,
        trials: verdict
            .tried
            .into_iter()
            .map(|(trial, passage)| {
                let took = passage.took;
                Trial {
                    title: trial.title(),
                    way: way(&trial.request(), passage, Some(took)),
                }
            })
            .collect(),
        reason: verdict.reason.map(|reason| Reason {
            name: reason.check.name,
            words: printable::block(&reason.words),
            hints: (reason.check.hints)(goal, language),
        }),
    }
}
