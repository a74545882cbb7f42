//! `dynatour cleanup`: everything of ours on an account, found, shown, deleted after a typed yes, and seen to be gone.
//!
//! ```text
//!   look at who ─→ for each region: find, sort ─→ show ─→ yes ─→ delete, one by one ─→ see that it is gone ─→ the ledger says so
//!                                                  └─ --dry-run ends here
//! ```
//!
//! Invariant: nothing is deleted that was not shown, and what was not seen to be gone is said to be there.

mod progress;
mod words;

use std::collections::BTreeSet;
use std::io::{BufRead, Write};

use super::account::{self, findings};
use super::arguments::{Cleanup, Common};
use super::failure::Failure;
use super::{DONE, left, session};
use crate::account::cleanup::find::FindError;
use crate::account::cleanup::region::{Looked, Region};
use crate::account::cleanup::words::{STRANGERS, cost_of_all, may_have_cost_more, these, title};
use crate::account::door::{Aim, Door, Entered};
use crate::account::ledger::{self, Ledger};
use crate::account::preflight::{Finding, Preflight, Verdict};
use crate::account::region::REGIONS;
use crate::account::tag::RunId;
use crate::printable;
use crate::target::exchange::{Picodollars, Place};
use crate::target::guard::Watch;
use progress::Progress;
use words::{nothing, show};

/// Something of ours is still there, or could not be looked for.
const LEFT: u8 = 1;

pub fn cleanup(arguments: &Cleanup, common: &Common) -> Result<u8, Failure> {
    session::block_on(clean(arguments, common))?
}

async fn clean(arguments: &Cleanup, common: &Common) -> Result<u8, Failure> {
    let mut out = std::io::stdout();
    let wish = account::wish(common).await?;
    let door = account::door(common, &wish)?;
    let preflight = look_at_account(&door, common).await?;
    let place = preflight.place.clone().ok_or_else(nobody)?;
    let ledger = door.ledger().ok_or_else(nobody)?;

    let named: BTreeSet<RunId> = arguments.run.iter().copied().collect();
    let mut found: Vec<(Region, Looked)> = Vec::new();
    let mut failed = 0;
    for name in regions(&ledger, &place, arguments.all_regions)? {
        let entered = door.enter_in(&preflight, &name).await;
        let Entered {
            target,
            services,
            session,
            ..
        } = entered.map_err(Failure::Words)?;
        let region = Region::new(target, services, session);
        let progress = Progress::new(region.place());
        let report = |kind, done, of| progress.tell(kind, done, of);
        let looked = region.look(&named, &report).await;
        progress.end();
        match looked {
            Ok(looked) => found.push((region, looked)),
            // Where credentials are good but not here, the account does not use the region.
            Err(FindError::NotEnabled) if name != place.region => {}
            Err(error) => {
                failed += 1;
                let why = printable::line(&error.to_string()).into_owned();
                writeln!(
                    out,
                    "\n{} could not be looked through: {why}",
                    region.place()
                )?;
            }
        }
    }

    let visited = found.iter().map(|(_, looked)| looked.place.region.clone());
    let visited: BTreeSet<String> = visited.collect();
    let mut roles: BTreeSet<Option<String>> = BTreeSet::new();
    for (_, looked) in &mut found {
        // Every region sees the roles of all: each is told of in its own, or once.
        looked
            .plan
            .elsewhere
            .retain(|one| !visited.contains(&one.region) && roles.insert(one.thing.id.clone()));
    }
    let looked: Vec<&Looked> = found.iter().map(|(_, looked)| looked).collect();
    show(&mut out, &looked)?;
    let certain = failed == 0 && looked.iter().all(|looked| looked.is_certain());
    let ours: usize = looked.iter().map(|looked| looked.plan.ours.len()).sum();
    if ours == 0 {
        writeln!(out, "\n{}", nothing(&looked))?;
    } else {
        let cost: Picodollars = looked.iter().map(|looked| cost_of_all(looked)).sum();
        let cost = cost.rounded_up();
        writeln!(out, "\nAll of it has cost {cost} so far, at most.")?;
        if looked.iter().any(|looked| may_have_cost_more(looked)) {
            writeln!(out, "{STRANGERS}.")?;
        }
    }
    if arguments.dry_run {
        writeln!(out, "Nothing was deleted: --dry-run only looks.")?;
        return Ok(if failed == 0 { DONE } else { LEFT });
    }
    let mut left = 0;
    if ours > 0 {
        // Nothing is deleted under a lesson that is going on.
        for (region, _) in found
            .iter()
            .filter(|(_, looked)| !looked.plan.ours.is_empty())
        {
            door.claim(region.place()).map_err(Failure::Words)?;
        }
        if !common.account.yes {
            let kinds = looked
                .iter()
                .flat_map(|looked| &looked.plan.ours)
                .map(|ours| ours.thing.kind);
            ask(kinds, &mut std::io::stdin().lock(), &mut out)?;
        }
        left = delete_all(&mut out, &found).await?;
        writeln!(out, "\n{}", end(ours, left))?;
    }
    for (region, looked) in &found {
        region.settle(&looked.plan).await.map_err(Failure::Words)?;
    }
    Ok(if certain && left == 0 { DONE } else { LEFT })
}

/// How it ended, of so many things.
fn end(ours: usize, left: usize) -> String {
    match (ours, left) {
        (1, 0) => "It is gone: the service no longer knows it.".to_owned(),
        (_, 0) => "All of it is gone: the services no longer know any of it.".to_owned(),
        _ => format!(
            "{} still there, or may be; what to do stands above. The same command can be run again at any time.",
            if left == 1 {
                "1 thing is".to_owned()
            } else {
                format!("{left} things are")
            }
        ),
    }
}

/// Whose account it is. Where that can't be found out, the ledger's own list is said, so that nobody forgets it.
async fn look_at_account(door: &Door, common: &Common) -> Result<Preflight, Failure> {
    let report = |finding: Finding| {
        // Standard error may be closed; what stops is said once more at the end.
        if finding.verdict != Verdict::Good {
            let _ = findings::write(&mut std::io::stderr(), &finding);
        }
    };
    let preflight = door.preflight(Aim::default(), &report).await;
    if preflight.may_start() {
        return Ok(preflight);
    }
    left::say(common, None);
    Err(Failure::Words(
        "what stops is said above. Nothing was looked for and nothing was deleted".to_owned(),
    ))
}

fn nobody() -> Failure {
    Failure::Words("it could not be found out whose account this is".to_owned())
}

/// The region in hand first, then those where the ledger has something, then all others if they are asked for.
fn regions(ledger: &Ledger, place: &Place, all: bool) -> Result<Vec<String>, Failure> {
    let mut regions = vec![place.region.clone()];
    let entries = ledger
        .left()
        .map_err(|error| Failure::Words(error.to_string()))?;
    let here = entries.into_iter().filter(|entry| {
        entry.place.account == place.account && entry.place.endpoint == place.endpoint
    });
    regions.extend(here.map(|entry| entry.place.region));
    if all {
        let partition = crate::account::region::region(&place.region)
            .map(|region| region.partition)
            .ok();
        let others = REGIONS
            .iter()
            .filter(|region| partition.is_none_or(|partition| region.partition == partition));
        regions.extend(others.map(|region| region.name.to_owned()));
    }
    let mut seen = BTreeSet::new();
    regions.retain(|region| seen.insert(region.clone()));
    Ok(regions)
}

/// Asks for the word. Anything else ends.
fn ask(
    kinds: impl Iterator<Item = ledger::Kind>,
    typed: &mut impl BufRead,
    said: &mut impl Write,
) -> Result<(), Failure> {
    let these = these(kinds);
    write!(said, "Delete {these}? There is no way back. Type yes: ")?;
    said.flush()?;
    account::yes::is_typed(typed).then_some(()).ok_or_else(|| {
        Failure::Words(
            "that was not yes, so nothing was deleted. Without somebody to type it: --yes"
                .to_owned(),
        )
    })
}

/// Deletes one after the other. Returns how many are not known to be gone.
async fn delete_all(out: &mut impl Write, found: &[(Region, Looked)]) -> Result<usize, Failure> {
    let mut left = 0;
    for (region, looked) in found {
        for ours in &looked.plan.ours {
            let title = title(ours.thing.kind, &ours.thing.name);
            write!(out, "  {}  ", printable::line(&title))?;
            out.flush()?;
            let waiting = Progress::new(region.place());
            let watch = Watch {
                tell: &|happening| waiting.happens(&happening),
                left: &|| false,
            };
            let deleted = region.delete(ours, watch).await;
            waiting.end();
            match deleted {
                Ok(()) => writeln!(out, "deleted")?,
                Err(why) => {
                    left += 1;
                    writeln!(out, "NOT deleted: {}", printable::line(&why.to_string()))?;
                }
            }
        }
    }
    Ok(left)
}
