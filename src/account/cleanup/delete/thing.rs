//! Deletes an API, a function, a role or a log group.
//!
//! ```text
//!   role       ListRolePolicies ─→ DeleteRolePolicy, each ─→ DeleteRole ─→ GetRole …
//!   API        DeleteApi, with its routes, integrations and stage ───────→ GetApi …          until the service does not know it
//!   function   DeleteFunction ───────────────────────────────────────────→ GetFunction …
//!   log group  DeleteLogGroup ───────────────────────────────────────────→ DescribeLogGroups …
//!                 │ busy, or no answer: looked at, and asked again a few times
//!                 └ made a moment ago, and "there is none": looked at for a minute, since not everybody knows of it yet
//! ```
//!
//! Invariant: a request is sent again only after a look that found the thing still there.

use std::time::Duration;

use super::super::find::Thing;
use super::super::plan::UNSEEN;
use super::NotDeleted;
use crate::account::ledger::Kind;
use crate::account::service::{Answer, Call, Reply, Services};
use crate::target::exchange::Happening;
use crate::target::guard::Watch;

/// How often a deletion is asked for, where the service is busy with the thing, it was too fast for it, or no answer came: some two
/// minutes in all. What stands in a role's way is not waited for so long, since it may be somebody's and stay.
const TRIES: u32 = 64;
const TRIES_IN_CONFLICT: u32 = 8;
/// How often a thing is looked at after it was deleted, with waits that double from the first to the longest: some two minutes in all.
const POLLS: u32 = 64;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What is said of a thing that was deleted and is still to be seen.
const GOING: &str = "being deleted";
/// And of one that was made a moment ago and is not to be seen by everybody.
const UNHEARD_OF: &str = "not known everywhere yet";

/// Deletes a thing of ours and waits until it is gone.
pub async fn delete(
    services: &Services,
    thing: &Thing,
    is_new: bool,
    watch: Watch<'_>,
) -> Result<(), NotDeleted> {
    let (Some(call), Some(_)) = (deletion(thing), question(thing)) else {
        return Err(NotDeleted::Refused(format!(
            "a {} is deleted otherwise",
            thing.kind
        )));
    };
    let mut wait = FIRST_WAIT;
    let mut waited = Duration::ZERO;
    for asked in 1..=TRIES {
        let answer = ask(services, &call, watch).await;
        if answer.reply.is_some() {
            // Whoever was asked may not have heard of it yet, and others have: it was just seen.
            let is_unheard_of = is_new && asked == 1 && answer.exchange().already_done;
            if is_unheard_of && turns_up(services, thing, watch).await? {
                continue;
            }
            return until_gone(services, thing, watch).await;
        }
        let most = if is_in_conflict(&answer) {
            TRIES_IN_CONFLICT
        } else {
            TRIES
        };
        if !is_worth_another(&answer) || asked >= most {
            return Err(refused(&answer));
        }
        pause(services, thing, "busy", wait, waited, watch).await?;
        waited += wait;
        wait = (wait * 2).min(LONGEST_WAIT);
        if answer.exchange().unsettled && is_gone(services, thing, watch).await? {
            return Ok(());
        }
    }
    Err(NotDeleted::Slow {
        status: "busy".to_owned(),
        waited,
    })
}

/// What deletes it; `None` for a table.
fn deletion(thing: &Thing) -> Option<Call> {
    let name = thing.name.clone();
    Some(match thing.kind {
        Kind::Api => Call::DeleteApi {
            id: thing.key().to_owned(),
        },
        Kind::Function => Call::DeleteFunction { name },
        Kind::Role => Call::DeleteRole { name },
        Kind::LogGroup => Call::DeleteLogGroup { name },
        Kind::Table => return None,
    })
}

/// What asks whether it is there; `None` for a table.
fn question(thing: &Thing) -> Option<Call> {
    let name = thing.name.clone();
    Some(match thing.kind {
        Kind::Api => Call::GetApi {
            id: thing.key().to_owned(),
        },
        Kind::Function => Call::GetFunction { name },
        Kind::Role => Call::GetRole { name },
        Kind::LogGroup => Call::DescribeLogGroups {
            prefix: name,
            next: None,
        },
        Kind::Table => return None,
    })
}

/// Asks for the deletion once. A role's policies go first; what stands in the way of them is the answer.
async fn ask(services: &Services, call: &Call, watch: Watch<'_>) -> Answer {
    if let Call::DeleteRole { name } = call
        && let Some(answer) = without_policies(services, name, watch).await
    {
        return answer;
    }
    services.send(call, watch).await
}

/// Takes a role's inline policies away. `None` where there are none any more, or no such role.
async fn without_policies(services: &Services, role: &str, watch: Watch<'_>) -> Option<Answer> {
    /// More than a role can have: their sizes together are limited to 10,240 characters.
    const MOST: usize = 100;
    for _ in 0..MOST {
        let list = Call::ListRolePolicies {
            role: role.to_owned(),
            next: None,
        };
        let answer = services.send(&list, watch).await;
        if answer.is_missing() {
            return None;
        }
        let Some(Reply::Names(page)) = &answer.reply else {
            return Some(answer);
        };
        if page.items.is_empty() {
            return None;
        }
        for policy in page.items.clone() {
            let delete = Call::DeleteRolePolicy {
                role: role.to_owned(),
                policy,
            };
            let answer = services.send(&delete, watch).await;
            if answer.reply.is_none() && !answer.is_missing() {
                return Some(answer);
            }
        }
        page.next.as_ref()?;
    }
    None
}

/// Whether what stands in the way may go by itself: IAM is slow to see that policies are gone, Lambda and `CloudWatch` Logs may be at
/// work on the thing, and a request without an answer may not have arrived.
fn is_worth_another(answer: &Answer) -> bool {
    let exchange = answer.exchange();
    exchange.unsettled
        || exchange.outcome.is_throttled()
        || is_in_conflict(answer)
        || matches!(
            exchange.error_code(),
            Some(
                "ConcurrentModification"
                    | "ConcurrentModificationException"
                    | "ConflictException"
                    | "OperationAbortedException"
                    | "ResourceConflictException"
            )
        )
}

/// Whether a role has something that has to go before it.
fn is_in_conflict(answer: &Answer) -> bool {
    matches!(
        answer.exchange().error_code(),
        Some("DeleteConflict" | "DeleteConflictException")
    )
}

/// Looks at what is new and is said not to be there, until it is to be seen or would be by everybody.
async fn turns_up(
    services: &Services,
    thing: &Thing,
    watch: Watch<'_>,
) -> Result<bool, NotDeleted> {
    let mut wait = FIRST_WAIT;
    let mut waited = Duration::ZERO;
    while waited < Duration::from_millis(UNSEEN) {
        pause(services, thing, UNHEARD_OF, wait, waited, watch).await?;
        waited += wait;
        wait = (wait * 2).min(LONGEST_WAIT);
        if !is_gone(services, thing, watch).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn until_gone(
    services: &Services,
    thing: &Thing,
    watch: Watch<'_>,
) -> Result<(), NotDeleted> {
    let mut wait = FIRST_WAIT;
    let mut waited = Duration::ZERO;
    for _ in 0..POLLS {
        if is_gone(services, thing, watch).await? {
            return Ok(());
        }
        pause(services, thing, GOING, wait, waited, watch).await?;
        waited += wait;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    Err(NotDeleted::Slow {
        status: GOING.to_owned(),
        waited,
    })
}

/// Looks once, and so that the ledger learns of it.
async fn is_gone(services: &Services, thing: &Thing, watch: Watch<'_>) -> Result<bool, NotDeleted> {
    // Only log groups come in pages, in the order of their names, so that the one asked for is the first that begins with its name.
    let Some(call) = question(thing) else {
        return Ok(false);
    };
    let answer = services.send(&call, watch).await;
    if answer.is_missing() {
        return Ok(true);
    }
    match &answer.reply {
        Some(Reply::Things(page)) => Ok(!page.items.iter().any(|group| group.name == thing.name)),
        // Another one of the name is not this one.
        Some(Reply::Thing(there)) => {
            Ok(thing.id.is_some() && there.identity.id.is_some() && there.identity.id != thing.id)
        }
        Some(_) => Ok(false),
        None => Err(refused(&answer)),
    }
}

async fn pause(
    services: &Services,
    thing: &Thing,
    status: &str,
    wait: Duration,
    waited: Duration,
    watch: Watch<'_>,
) -> Result<(), NotDeleted> {
    (watch.tell)(Happening::Waiting {
        table: thing.name.clone(),
        status: status.to_owned(),
        for_: waited,
    });
    if services.wait(wait, watch).await {
        Ok(())
    } else {
        Err(NotDeleted::Left {
            status: status.to_owned(),
        })
    }
}

fn refused(answer: &Answer) -> NotDeleted {
    let mut words = answer.trouble();
    if is_in_conflict(answer) {
        words.push_str(" Somebody has added something to this role that dynatour does not: take it away (aws iam list-attached-role-policies, list-instance-profiles-for-role), and run the same command again.");
    }
    NotDeleted::Refused(words)
}
