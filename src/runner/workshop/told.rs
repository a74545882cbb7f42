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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_says_is_printable() {
        let hostile = "\u{1b}[2J\u{7}red";
        let sdk = hostile.to_owned();
        let version = crate::workshop::language::Version {
            major: 22,
            minor: 1,
        };
        let machine = told(Event::Machine(Machine { version, sdk }), Language::Node);
        let Some(Told::Machine { version, sdk }) = machine else {
            panic!("{machine:?}");
        };
        assert_eq!(version, "22.1");
        assert!(!sdk.contains('\u{1b}') && sdk.contains("red"), "{sdk:?}");

        let missing = Missing::Sdk {
            language: Language::Node,
            package: "@aws-sdk/client-dynamodb",
            folder: format!("/home/{hostile}/pets"),
        };
        let told = told(Event::Missing(missing), Language::Node);
        let Some(Told::Missing { why, commands }) = told else {
            panic!("{told:?}");
        };
        assert!(why.contains("@aws-sdk/client-dynamodb"), "{why}");
        assert!(!commands.is_empty());
        let all = commands.join("\n") + &why;
        assert!(!all.contains(['\u{1b}', '\u{7}']), "{all:?}");
    }

    #[test]
    fn what_a_screen_sees_by_itself_is_not_told() {
        assert_eq!(told(Event::Settled, Language::Node), None);
        assert_eq!(
            told(Event::Missed(3), Language::Node),
            Some(Told::Missed(3))
        );
    }
}
