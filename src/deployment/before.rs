//! What is asked before a plan is shown: whether a deployment stands that the ledger does not know, and what the functions of one that
//! is gone on with may take now.
//!
//! A ledger that is lost, or was set aside, would otherwise let a second public URL be made beside the first without a word. Tags name
//! the caller, and a class may share one user of one account; so what carries this caller's tags may be this learner's from before,
//! or a classmate's, and nothing proves which.
//!
//! | an API of a deployment, tags of this very caller, not in the ledger | |
//! |---|---|
//! | a ledger was set aside after it was made, and lies there still | refused: that file very likely has it |
//! | otherwise (a new computer, a lost state directory, a classmate) | said on the plan, which is asked about |
//! | the ledger has another deployment, which is gone on with | nothing: no second one is begun |
//!
//! It is never gone on with: that would change what may be somebody else's. Only APIs are looked for, since nothing else is public;
//! whatever else is left of such a deployment `dynatour cleanup` finds by its tags.
//! Invariant: only questions are sent.

use std::sync::Arc;

use super::handler::Handler;
use super::name::Name;
use super::plan::Plan;
use crate::account::door::Entered;
use crate::account::ledger::{Aside, Entry, Kind, LedgerError};
use crate::account::service::{Detail, FunctionDetail, Thing};
use crate::account::session::Session;
use crate::printable;
use crate::target::exchange::Place;
use crate::target::guard::Watch;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;

/// How far AWS's clock and this one's may be apart, in milliseconds: what signatures allow.
const APART: u64 = 15 * 60 * 1000;

/// A deployment that the ledger does not know, made with these credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    pub name: Name,
    /// Where it is served, printable.
    pub url: String,
    /// Milliseconds since 1970, where that is told.
    made: Option<u64>,
}

impl Plan {
    /// The plan of taking these handlers where a session is.
    ///
    /// # Errors
    /// In words: a ledger that can't be read, an answer that stands between, and a deployment that must not get a second one beside it.
    pub async fn new(
        entered: &Entered,
        language: Language,
        handlers: [Handler; 3],
        allowance: Allowance,
    ) -> Result<Self, String> {
        let session = Arc::clone(&entered.session);
        let books = tokio::task::spawn_blocking(move || books(&session)).await;
        let (entries, aside) = books
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let session = &entered.session;
        let place = session.place().clone();
        if let Some(there) = Name::left(&entries) {
            let plan = Self::named(place, there, true, language, handlers, allowance)?;
            let now = now(entered, &plan).await;
            return Ok(Self { now, ..plan });
        }
        let apis = entered.services.apis(Watch::nobody()).await;
        let apis = apis.map_err(|answer| {
            format!(
                "whether a deployment of yours stands there already could not be found out. {}",
                entered.services.why(&answer)
            )
        })?;
        let unknown = unknown(&apis, &entries, session.by());
        if let Some(why) = refused(&place, &unknown, &aside) {
            return Err(why);
        }
        let name = Name::of_run(session.run());
        let plan = Self::named(place, name, false, language, handlers, allowance)?;
        Ok(Self { unknown, ..plan })
    }

    /// What has to be known of deployments that stand there besides, if there are any.
    #[must_use]
    pub fn besides(&self) -> Option<String> {
        let stand = in_words(&self.unknown)?;
        Some(format!(
            "{stand} already, made with these credentials, and the list on this computer does not have it: it is yours from another computer or another list, or somebody's who shares the credentials. If it is yours, delete it with dynatour cleanup first; going on makes a second public URL beside it."
        ))
    }
}

/// What functions that are there may take now. Where that can't be seen nothing is said of it: whoever brings them up to date looks
/// again, and stops there.
async fn now(entered: &Entered, plan: &Plan) -> [Option<Allowance>; 3] {
    let mut now = [None; 3];
    for goal in Goal::ALL {
        let name = plan.name.function(goal);
        let found = entered
            .services
            .look(Kind::Function, &name, Watch::nobody());
        let found = found.await.ok().flatten();
        now[goal.index()] = found.as_ref().and_then(Thing::function).and_then(allowed);
    }
    now
}

/// What a function may take, as far as its service tells.
fn allowed(function: &FunctionDetail) -> Option<Allowance> {
    Some(Allowance {
        timeout: function.timeout?.try_into().ok()?,
        memory: function.memory?.try_into().ok()?,
    })
}

/// What the ledger has of a session's place, and what was set aside of it.
fn books(session: &Session) -> Result<(Vec<Entry>, Vec<Aside>), LedgerError> {
    let ledger = session.ledger();
    Ok((ledger.left_in(session.place())?, ledger.aside()))
}

/// Deployments among APIs that this caller's tags are on and that no entry is of.
fn unknown(apis: &[Thing], entries: &[Entry], by: &str) -> Vec<Unknown> {
    let is_known = |api: &Thing| {
        let id = api.identity.id.as_deref();
        entries
            .iter()
            .any(|entry| entry.kind == Kind::Api && entry.is(id))
    };
    let of_caller = |api: &&Thing| {
        let origin = api.origin();
        origin.run.is_some() && origin.by.as_deref() == Some(by) && !is_known(api)
    };
    apis.iter()
        .filter(of_caller)
        .filter_map(|api| {
            let made = match &api.detail {
                Detail::Api { made, .. } => *made,
                _ => None,
            };
            let url = api.endpoint().unwrap_or("an address that is not told");
            Some(Unknown {
                name: Name::of_part(Kind::Api, &api.name)?,
                url: printable::line(url).into_owned(),
                made,
            })
        })
        .collect()
}

/// Why none is begun beside these.
fn refused(place: &Place, unknown: &[Unknown], aside: &[Aside]) -> Option<String> {
    let aside = aside.last()?;
    let is_listed = |one: &&Unknown| {
        one.made
            .is_none_or(|made| made <= aside.at.saturating_add(APART))
    };
    let listed: Vec<Unknown> = unknown.iter().filter(is_listed).cloned().collect();
    let stand = in_words(&listed)?;
    let file = aside.path.display().to_string();
    Some(format!(
        "{stand} in {place}, made with these credentials before the list of what was made was set aside, so it is most likely yours, and a second public URL is not made beside it. To find it by its tags and delete it: dynatour cleanup; then do this again. If it is somebody's who shares the credentials, move {} out of the way instead",
        printable::line(&file)
    ))
}

/// `dynatour-1a2b3c4d (https://…) stands`
fn in_words(unknown: &[Unknown]) -> Option<String> {
    let (first, more) = unknown.split_first()?;
    let Unknown { name, url, .. } = first;
    Some(match more.len() {
        0 => format!("{name} ({url}) stands"),
        more => format!("{name} ({url}) and {more} more stand"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ledger::Identity;
    use crate::account::tag::{self, RunId};

    const ME: &str = "arn:aws:iam::123456789012:user/rachel";

    fn api(id: &str, name: &str, by: &str, made: Option<u64>) -> Thing {
        let run = RunId::from_number(0x1a2b_3c4d_0000_0001);
        let tags = tag::pairs(run, by).map(|(key, value)| (key.to_owned(), value));
        Thing {
            kind: Kind::Api,
            name: name.to_owned(),
            identity: Identity {
                id: Some(id.to_owned()),
                arn: String::new(),
            },
            tags: Some(tags.to_vec()),
            detail: Detail::Api {
                endpoint: Some(format!("https://{id}.example")),
                made,
            },
        }
    }

    fn place() -> Place {
        Place {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: None,
        }
    }

    #[test]
    fn only_deployments_of_this_very_caller_are_told_of() {
        let mut untagged = api("a4", "dynatour-1a2b3c4d", ME, None);
        untagged.tags = Some(Vec::new());
        let apis = [
            api("a1", "dynatour-1a2b3c4d", ME, Some(7)),
            api("a2", "dynatour-1a2b3c4d", "arn:aws:iam::1:user/paul", None),
            api("a3", "payroll", ME, None),
            untagged,
        ];
        let found = unknown(&apis, &[], ME);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].url.as_str(), found[0].made),
            ("https://a1.example", Some(7))
        );
    }

    #[test]
    fn none_is_begun_beside_what_a_list_that_was_set_aside_may_have() {
        let directory = tempfile::tempdir().unwrap();
        let set_aside = 10 * APART;
        let name = format!("ledger.redb.damaged-{set_aside}");
        std::fs::write(directory.path().join(&name), "damaged").unwrap();
        let ledger = crate::account::ledger::Ledger::open(directory.path(), 0).unwrap();
        let aside = ledger.0.aside();
        let of = |made| unknown(&[api("a1", "dynatour-1a2b3c4d", ME, made)], &[], ME);
        for made in [None, Some(0), Some(set_aside), Some(set_aside + APART)] {
            let why = refused(&place(), &of(made), &aside).unwrap();
            for said in ["dynatour-1a2b3c4d", "https://a1.example", "cleanup", &name] {
                assert!(why.contains(said), "{why}");
            }
        }
        // A classmate's, made since; and nobody's list was set aside.
        assert_eq!(
            refused(&place(), &of(Some(set_aside + APART + 1)), &aside),
            None
        );
        assert_eq!(refused(&place(), &of(None), &[]), None);
        assert_eq!(refused(&place(), &[], &aside), None);
    }
}
