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
use super::{DONE, clock, left, session};
use crate::account::cleanup::delete::delete;
use crate::account::cleanup::find::{FindError, find};
use crate::account::cleanup::plan::{Known, Missing, Ours, Plan, Proof};
use crate::account::door::{Door, Entered};
use crate::account::ledger::{Entry, Ledger, LedgerError};
use crate::account::preflight::{Finding, Preflight, Verdict};
use crate::account::region::REGIONS;
use crate::account::tag::RunId;
use crate::printable;
use crate::target::choice::{AccountWish, Choice, Kind, Wish, choose};
use crate::target::exchange::{Picodollars, Place};
use crate::target::guard::Watch;
use progress::Progress;
use words::{nothing, show};

/// Something of ours is still there, or could not be looked for.
const LEFT: u8 = 1;

pub fn cleanup(arguments: &Cleanup, common: &Common) -> Result<u8, Failure> {
    session::block_on(clean(arguments, common))?
}

/// A region that was looked through.
struct Looked {
    entered: Entered,
    plan: Plan,
    /// All of the region's tables, whoever's they are.
    tables: usize,
    unreadable: usize,
    /// Tables that are being made or deleted, so that it can't be known yet whose they are.
    busy: usize,
}

impl Looked {
    /// Things that may be ours, and may be there: not known to be either.
    fn open(&self) -> usize {
        let missing = self.plan.missing.iter();
        self.busy + missing.filter(|one| one.may_be_there()).count()
    }
}

async fn clean(arguments: &Cleanup, common: &Common) -> Result<u8, Failure> {
    let mut out = std::io::stdout();
    let wish = wish(common).await?;
    let door = account::door(common, &wish)?;
    let preflight = look_at_account(&door, common).await?;
    let place = preflight.place.clone().ok_or_else(nobody)?;
    let ledger = door.ledger().ok_or_else(nobody)?;

    let mut looked = Vec::new();
    let mut failed = 0;
    for region in regions(&ledger, &place, arguments.all_regions)? {
        let chosen = region == place.region;
        let entered = door
            .enter_in(&preflight, &region)
            .await
            .map_err(Failure::Words)?;
        match look(entered, arguments, &ledger).await {
            Ok(region) => looked.push(region),
            // Where credentials are good but not here, the account does not use the region.
            Err(FindError::NotEnabled) if !chosen => {}
            Err(error) => {
                failed += 1;
                let where_ = Place {
                    region,
                    ..place.clone()
                };
                writeln!(
                    out,
                    "\n{where_} could not be looked through: {}",
                    printable::line(&error.to_string())
                )?;
            }
        }
    }

    let mut spent = Picodollars(0);
    for region in &looked {
        spent = spent + show(&mut out, region)?;
    }
    let ours: usize = looked.iter().map(|region| region.plan.ours.len()).sum();
    let open: usize = looked.iter().map(Looked::open).sum();
    let undone = |left: usize| {
        if left + failed + open == 0 {
            DONE
        } else {
            LEFT
        }
    };
    if ours == 0 {
        if !arguments.dry_run {
            settle(&looked, &ledger)?;
        }
        writeln!(out, "\n{}", nothing(&looked))?;
        return Ok(undone(0));
    }
    writeln!(out, "\nAll of it has cost {spent} so far, at most.")?;
    if arguments.dry_run {
        writeln!(out, "Nothing was deleted: --dry-run only looks.")?;
        return Ok(undone(0));
    }
    if !common.account.yes {
        ask(ours, &mut std::io::stdin().lock(), &mut out)?;
    }
    let left = delete_all(&mut out, &looked, &ledger).await?;
    settle(&looked, &ledger)?;
    if left == 0 {
        writeln!(
            out,
            "\nAll of it is gone: the service no longer knows {}.",
            if ours == 1 { "it" } else { "any of them" }
        )?;
    } else {
        writeln!(
            out,
            "\n{} still there; what to do stands above. The same command can be run again at any time.",
            if left == 1 {
                "1 table is".to_owned()
            } else {
                format!("{left} tables are")
            }
        )?;
    }
    Ok(undone(left))
}

/// An account, also without --target aws: nothing else is cleaned up.
async fn wish(common: &Common) -> Result<AccountWish, Failure> {
    let wish = Wish {
        kind: Some(Kind::Aws),
        ..common.wish()
    };
    match choose(&wish, |name| std::env::var(name).ok()).await? {
        Choice::Account(wish) => Ok(wish),
        Choice::Simulated { .. } | Choice::Endpoint(_) => Err(nobody()),
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
    let preflight = door.preflight(&[], &report).await;
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
    let entries = ledger.left().map_err(|error| failed(&error))?;
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

async fn look(entered: Entered, arguments: &Cleanup, ledger: &Ledger) -> Result<Looked, FindError> {
    let trouble = |error: LedgerError| FindError::Unanswered(error.to_string());
    let entries = ledger.left_in(&entered.place).map_err(trouble)?;
    let runs: BTreeSet<RunId> = ledger
        .entries()
        .map_err(trouble)?
        .iter()
        .map(|entry| entry.run)
        .collect();
    let names = entries.iter().map(|entry| entry.name.clone()).collect();
    let progress = Progress::new(&entered.place);
    let found = find(&entered.target, &entered.place, &names, &|done, of| {
        progress.tell(done, of);
    })
    .await;
    progress.end();
    let found = found?;
    let known = Known {
        entries: &entries,
        runs: &runs,
        unreadable: &found.unreadable,
        named: &arguments.run.iter().copied().collect(),
        me: entered.session.by(),
        now: clock::now().millis(),
    };
    Ok(Looked {
        plan: Plan::of(&found.tables, known),
        tables: found.looked_at,
        unreadable: found.unreadable.len(),
        busy: found.busy.len(),
        entered,
    })
}

/// Asks for the word. Anything else ends.
fn ask(tables: usize, typed: &mut impl BufRead, said: &mut impl Write) -> Result<(), Failure> {
    let these = if tables == 1 {
        "this table".to_owned()
    } else {
        format!("these {tables} tables")
    };
    write!(
        said,
        "Delete {these} with everything in it? There is no way back. Type yes: "
    )?;
    said.flush()?;
    account::yes::is_typed(typed).then_some(()).ok_or_else(|| {
        Failure::Words(
            "that was not yes, so nothing was deleted. Without somebody to type it: --yes"
                .to_owned(),
        )
    })
}

/// Deletes one after the other. Returns how many are not known to be gone.
async fn delete_all(
    out: &mut impl Write,
    looked: &[Looked],
    ledger: &Ledger,
) -> Result<usize, Failure> {
    let mut left = 0;
    for region in looked {
        let Looked { entered, plan, .. } = region;
        for Ours { table, proof, .. } in &plan.ours {
            // The guard lets nothing through that it can't prove to be ours itself.
            if let Proof::Maker(run) | Proof::Named(run) = proof {
                entered.session.count_as_ours(*run);
            }
            write!(out, "  {}  ", printable::line(&table.name))?;
            out.flush()?;
            let waiting = Progress::new(&entered.place);
            let watch = Watch {
                tell: &|happening| waiting.happens(&happening),
                left: &|| false,
            };
            let deleted = delete(&entered.target, &table.name, watch).await;
            waiting.end();
            match deleted {
                Ok(()) => {
                    write_down(ledger, &entered.place, &table.name)
                        .map_err(|error| failed(&error))?;
                    writeln!(out, "deleted")?;
                }
                Err(why) => {
                    left += 1;
                    writeln!(out, "NOT deleted: {}", printable::line(&why.to_string()))?;
                }
            }
        }
    }
    Ok(left)
}

/// The service knows no table of that name any more, so every one of the ledger is gone; what may still turn up stays.
fn write_down(ledger: &Ledger, place: &Place, name: &str) -> Result<(), LedgerError> {
    let now = clock::now().millis();
    for entry in ledger.left_in(place)? {
        if entry.name == name && entry.identity().is_some() {
            ledger.gone(entry.id, now)?;
        }
    }
    Ok(())
}

/// Writes down what is known to be gone without our doing.
fn settle(looked: &[Looked], ledger: &Ledger) -> Result<(), Failure> {
    let now = clock::now().millis();
    for missing in looked.iter().flat_map(|region| &region.plan.missing) {
        if let Missing::Gone(Entry { id, .. }) | Missing::Replaced(Entry { id, .. }) = missing {
            ledger.gone(*id, now).map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}

fn failed(error: &LedgerError) -> Failure {
    Failure::Words(error.to_string())
}
