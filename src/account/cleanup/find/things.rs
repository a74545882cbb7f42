//! Looks for what a deployment of the workshop makes beside its table, one kind after the other.
//!
//! A kind that can't be listed, because the credentials may not or because the server has no such service, is told in
//! [`Found::unseen`]; the others are looked for all the same.
//! Invariant: whatever of a kind carries our tags or stands in the ledger is found, or the kind is in [`Found::unseen`], or the thing in
//! [`Found::unreadable`].

use std::collections::BTreeSet;

use super::super::group::{LOGS, OURS};
use super::{Detail, Found, Report, Thing, Unseen};
use crate::account::guard::words::DENIED;
use crate::account::ledger::{Entry, Kind};
use crate::account::service::{self, Answer, Call, Reply, Services};
use crate::target::guard::Watch;

/// Pages of one list: at 50 on a page, more than an account has of anything here by its quotas.
const PAGES: usize = 1_000;

/// Looks for one kind.
pub(super) async fn find(
    services: &Services,
    kind: Kind,
    entries: &[Entry],
    report: Report<'_>,
    found: &mut Found,
) {
    let listed = match list(services, kind).await {
        Ok(listed) => listed,
        Err(unseen) => return found.unseen.push(unseen),
    };
    found.counted.insert(kind, listed.len());
    let of_kind = || entries.iter().filter(|entry| entry.kind == kind);
    let names: BTreeSet<&str> = of_kind().map(|entry| entry.name.as_str()).collect();
    let mut keys: BTreeSet<&str> = names.clone();
    if kind == Kind::Api {
        // Known by their ids; a name is none, and all APIs with one were listed.
        keys = of_kind()
            .filter_map(|entry| entry.identity()?.id.as_deref())
            .collect();
    }
    let may_be_ours = |thing: &service::Thing| {
        // Tags that the list has already are looked at; where it has none, the name says whether to look closer.
        thing.origin().run.is_some()
            || names.contains(thing.name.as_str())
            || keys.contains(thing.key())
            || (thing.tags.is_none() && is_a_name_of_ours(kind, &thing.name))
    };
    let candidates: Vec<&service::Thing> = listed.iter().filter(|one| may_be_ours(one)).collect();
    // The list may be behind: what was made a moment ago can be missing from it.
    let seen: BTreeSet<&str> = candidates.iter().map(|one| one.key()).collect();
    let unlisted: Vec<&str> = keys.difference(&seen).copied().collect();
    let total = candidates.len() + unlisted.len();
    for (done, candidate) in candidates.into_iter().enumerate() {
        report(kind, done, total);
        if candidate.tags.is_some() {
            found.things.push(thing(candidate.clone()));
            continue;
        }
        match services.look(kind, candidate.key(), Watch::nobody()).await {
            Ok(Some(looked)) => add(looked, found),
            Ok(None) => {}
            // Its id may be proof enough.
            Err(answer) => {
                let unseen = unseen(kind, &answer);
                if unseen.denied {
                    found.unreadable.insert((kind, candidate.name.clone()));
                } else {
                    found.unseen.push(unseen);
                }
                found.things.push(thing(candidate.clone()));
            }
        }
    }
    for key in unlisted {
        match services.look(kind, key, Watch::nobody()).await {
            Ok(Some(looked)) => add(looked, found),
            Ok(None) => {}
            Err(answer) => return found.unseen.push(unseen(kind, &answer)),
        }
    }
    report(kind, total, total);
}

/// A thing that was looked at. Lambda answers without tags, and says nothing, where they may not be read.
fn add(looked: service::Thing, found: &mut Found) {
    if looked.tags.is_none() {
        found.unreadable.insert((looked.kind, looked.name.clone()));
    }
    found.things.push(thing(looked));
}

fn is_a_name_of_ours(kind: Kind, name: &str) -> bool {
    match kind {
        // Whatever has our path has a name that we gave, or somebody who wanted it to look so.
        Kind::Role => true,
        Kind::LogGroup => name.starts_with(&format!("{LOGS}{OURS}")),
        Kind::Table | Kind::Function | Kind::Api => name.starts_with(OURS),
    }
}

/// Everything of a kind, page by page.
async fn list(services: &Services, kind: Kind) -> Result<Vec<service::Thing>, Unseen> {
    let mut all = Vec::new();
    let mut next: Option<String> = None;
    for _ in 0..PAGES {
        let next_page = next.take();
        let call = match kind {
            Kind::Api => Call::GetApis { next: next_page },
            Kind::Function => Call::ListFunctions { next: next_page },
            Kind::Role => Call::ListRoles { next: next_page },
            Kind::LogGroup => Call::DescribeLogGroups {
                prefix: format!("{LOGS}{OURS}"),
                next: next_page,
            },
            // Those are a target's.
            Kind::Table => return Ok(all),
        };
        let answer = services.send(&call, Watch::nobody()).await;
        let Some(Reply::Things(page)) = answer.reply else {
            return Err(unseen(kind, &answer));
        };
        all.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(all);
        }
    }
    Err(Unseen {
        kind,
        denied: false,
        why: format!("the list did not end after {PAGES} pages"),
    })
}

fn unseen(kind: Kind, answer: &Answer) -> Unseen {
    Unseen {
        kind,
        denied: answer
            .exchange()
            .error_code()
            .is_some_and(|code| DENIED.contains(&code)),
        why: answer.trouble(),
    }
}

fn thing(one: service::Thing) -> Thing {
    let origin = one.origin();
    let detail = match one.kind {
        Kind::Api => Detail::Api {
            url: one.endpoint().map(str::to_owned),
        },
        Kind::Function => Detail::Function {
            runtime: one.function().and_then(|detail| detail.runtime.clone()),
        },
        Kind::LogGroup => Detail::LogGroup,
        Kind::Role | Kind::Table => Detail::Role,
    };
    Thing {
        kind: one.kind,
        name: one.name,
        id: one.identity.id,
        origin,
        detail,
    }
}
