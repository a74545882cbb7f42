//! Makes what a plan says, part by part, and keeps what is there.
//!
//! ```text
//!   for each part, in its order:   looked for ─ not there ──────────────────→ made
//!                                      ├─ ours, and as planned ──────────────→ kept
//!                                      ├─ ours, and otherwise (code, rights) → changed
//!                                      └─ not ours, or an answer that stands between → Stopped; what was made stays
//! ```
//!
//! Invariant: calls go out one after the other, and nobody who has left is waited for.

mod api;
mod function;
mod group;
mod role;
mod table;

use std::time::Duration;

use super::address::Address;
use super::part::Part;
use super::plan::Plan;
use super::progress::{Deployed, Progress, Stage, Stopped};
use crate::account::door::Entered;
use crate::account::service::{Answer, Call, Reply, Thing};
use crate::printable;
use crate::target::exchange::{Exchange, Happening, Outcome};
use crate::target::guard::Watch;
use crate::workshop::goal::Goal;

/// Waits between two looks at something that is not ready: short ones first, three minutes in all.
const WAITS: [Duration; 64] = {
    let mut waits = [Duration::from_secs(3); 64];
    waits[0] = Duration::from_millis(250);
    waits[1] = Duration::from_millis(500);
    waits[2] = Duration::from_secs(1);
    waits[3] = Duration::from_secs(2);
    waits
};

/// Pages that are read of what an API has: it has three of each.
const PAGES: usize = 20;

/// Makes it, or goes on with it, or brings it up to date. Whoever waits is told of everything, and can leave between calls.
///
/// # Errors
/// What stands between, in words.
pub async fn deploy(
    entered: &Entered,
    plan: &Plan,
    left: &(dyn Fn() -> bool + Send + Sync),
    tell: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Deployed, Stopped> {
    let happening = |happening: Happening| tell(Progress::Happening(happening));
    let mut work = Work {
        entered,
        plan,
        watch: Watch {
            tell: &happening,
            left,
        },
        tell,
        part: Part::Table,
        changed: Vec::new(),
        new_roles: Vec::new(),
    };
    match work.all().await {
        Ok(address) => Ok(Deployed {
            name: plan.name.clone(),
            address,
            changed: work.changed,
        }),
        Err(End::Left) => Err(Stopped {
            part: work.part,
            why: "You left before it was all there. What was made is in the list of what is ours: deploy again to go on, or delete it with dynatour cleanup.".to_owned(),
            left: true,
        }),
        Err(End::Stopped(why)) => Err(Stopped {
            part: work.part,
            why,
            left: false,
        }),
    }
}

/// Why it does not go on.
enum End {
    Left,
    /// In words.
    Stopped(String),
}

impl End {
    /// What is there is not as it was made.
    fn changed(what: &str) -> Self {
        Self::Stopped(format!(
            "{what}, so somebody has changed it. Delete the deployment with dynatour cleanup, then deploy again."
        ))
    }
}

impl From<String> for End {
    fn from(why: String) -> Self {
        Self::Stopped(why)
    }
}

/// What goes on.
struct Work<'a> {
    entered: &'a Entered,
    plan: &'a Plan,
    watch: Watch<'a>,
    tell: &'a (dyn Fn(Progress) + Send + Sync),
    /// What is being made.
    part: Part,
    changed: Vec<Part>,
    /// Those whose role was made now.
    new_roles: Vec<Goal>,
}

impl Work<'_> {
    async fn all(&mut self) -> Result<Address, End> {
        self.table().await?;
        for goal in Goal::ALL {
            self.begin(Part::LogGroup(goal))?;
            self.log_group(goal).await?;
        }
        let mut roles = Vec::new();
        for goal in Goal::ALL {
            self.begin(Part::Role(goal))?;
            roles.push(self.role(goal).await?);
        }
        let mut functions = Vec::new();
        for (goal, role) in Goal::ALL.into_iter().zip(roles) {
            self.begin(Part::Function(goal))?;
            functions.push(self.function(goal, &role).await?);
        }
        self.api(&functions).await
    }

    fn begin(&mut self, part: Part) -> Result<(), End> {
        self.part = part;
        if (self.watch.left)() {
            return Err(End::Left);
        }
        (self.tell)(Progress::Part(part, Stage::Begun));
        Ok(())
    }

    fn end(&mut self, stage: Stage) {
        if matches!(stage, Stage::Made | Stage::Changed) {
            self.changed.push(self.part);
        }
        (self.tell)(Progress::Part(self.part, stage));
    }

    /// A call that is told of, whatever comes of it.
    async fn answer(&self, call: &Call) -> Result<Answer, End> {
        if (self.watch.left)() {
            return Err(End::Left);
        }
        let answer = self.entered.services.send(call, self.watch).await;
        (self.tell)(Progress::Called(Box::new(answer.called.clone())));
        Ok(answer)
    }

    /// A call that has to be done.
    async fn call(&self, call: &Call) -> Result<Reply, End> {
        let answer = self.answer(call).await?;
        match answer.reply {
            Some(reply) => Ok(reply),
            None => Err(self.stopped(&answer)),
        }
    }

    /// A call that is made again for as long as the service says that it is too early: what was just made is not to be seen
    /// everywhere at once, and services refuse what comes while an earlier change goes on.
    async fn patiently(&self, call: &Call, name: &str, was_made: bool) -> Result<Reply, End> {
        let mut so_far = Duration::ZERO;
        for wait in WAITS {
            let answer = self.answer(call).await?;
            match answer.reply {
                Some(reply) => return Ok(reply),
                None if is_too_early(&answer, was_made) => {
                    let status = "what it needs is not to be seen yet";
                    self.not_ready(name, status, &mut so_far, wait).await?;
                }
                None => return Err(self.stopped(&answer)),
            }
        }
        Err(End::Stopped(format!(
            "{name} could not be brought about in three minutes. Deploy again: it goes on with what is there."
        )))
    }

    /// The same, for a call whose answer is a thing.
    async fn thing(&self, call: &Call) -> Result<Thing, End> {
        let answer = self.answer(call).await?;
        match answer.reply {
            Some(Reply::Thing(thing)) => Ok(*thing),
            _ => Err(self.stopped(&answer)),
        }
    }

    /// A thing that must be ours where it is there; `None` where it is not.
    async fn found(&self, call: &Call) -> Result<Option<Thing>, End> {
        let answer = self.answer(call).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        let Some(Reply::Thing(thing)) = answer.reply else {
            return Err(self.stopped(&answer));
        };
        self.entered.services.owned(&thing).await?;
        Ok(Some(*thing))
    }

    /// Waits before another look at something.
    async fn not_ready(
        &self,
        what: &str,
        status: &str,
        so_far: &mut Duration,
        wait: Duration,
    ) -> Result<(), End> {
        (self.watch.tell)(Happening::Waiting {
            table: what.to_owned(),
            status: printable::line(status).into_owned(),
            for_: *so_far,
        });
        if !self.entered.services.wait(wait, self.watch).await {
            return Err(End::Left);
        }
        *so_far += wait;
        Ok(())
    }

    /// An answer that stands between. Somebody who left meanwhile is told that alone.
    fn stopped(&self, answer: &Answer) -> End {
        if (self.watch.left)() {
            return End::Left;
        }
        End::Stopped(answer.trouble())
    }

    /// The same for a request to the table.
    fn stopped_at_table(&self, exchange: &Exchange) -> End {
        if (self.watch.left)() {
            return End::Left;
        }
        End::Stopped(table::trouble(exchange))
    }
}

/// Whether an answer says that a call came too early. A thing that is missing is one that will be seen only if it was made just now.
fn is_too_early(answer: &Answer, was_made: bool) -> bool {
    let Outcome::ServiceError { code, message } = &answer.exchange().outcome else {
        let said = match &answer.exchange().outcome {
            Outcome::NotSent { why } => why.as_str(),
            _ => "",
        };
        return was_made && said.contains("is not to be seen");
    };
    let message = message.to_ascii_lowercase();
    match code.as_str() {
        // Another change of the same thing goes on.
        "OperationAbortedException"
        | "ConcurrentModification"
        | "ConcurrentModificationException" => true,
        "ConflictException" => message.contains("try again"),
        "ResourceConflictException" => message.contains("in progress"),
        _ => was_made && answer.is_missing(),
    }
}
