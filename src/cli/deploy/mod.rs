//! `dynatour deploy`: a workshop's handlers taken to an account, or brought up to date there, and called at their public URL.
//!
//! ```text
//!   the folder ─ each handler tried on this machine ─ all right? ─ who and where ─ what, where, for how much ─ yes
//!      ─→ part by part ─→ the URL ─→ three requests, each with its way and its log
//! ```
//!
//! What goes on before the yes is said on standard error, what comes of it on standard output.
//! Invariant: nothing is made, changed or called there before the word yes was typed, or given as --yes.

pub mod arguments;
mod told;
mod words;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::account::{self, findings, yes};
use super::arguments::Common;
use super::failure::Failure;
use super::signals::Signals;
use super::workshop::words as of_workshop;
use super::{DONE, left, session};
use crate::account::door::{Aim, Door, Entered};
use crate::account::preflight::Finding;
use crate::deployment::{Caller, Deployed, Handler, Plan, Request, Stopped, deploy as make};
use crate::printable;
use crate::runner::workshop::work::{surroundings, workplace};
use crate::workshop::check::Workplace;
use crate::workshop::folder::{self, Folder};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;
use arguments::Deploy;
use told::Told;

/// It stands, and a request to it was not answered as it should be; or it was stopped in the middle.
const NOT_ALL: u8 = 1;
/// What a shell reports for a program that was interrupted.
const INTERRUPTED: u8 = 130;

pub fn deploy(arguments: &Deploy, common: &Common) -> Result<u8, Failure> {
    session::block_on(run(arguments, common))?
}

async fn run(arguments: &Deploy, common: &Common) -> Result<u8, Failure> {
    let wish = account::wish(common).await?;
    let folder = open(arguments.dir.as_deref())?;
    let allowance = arguments.allowed.allowance();
    let handlers = checked(&folder, allowance).await?;
    let door = account::door(common, &wish)?;
    let entered = enter(&door).await?;
    let plan = Plan::new(&entered, folder.language, handlers, allowance).await;
    let plan = plan.map_err(Failure::Words)?;
    say(&words::plan(&plan, entered.session.spending().ceiling));
    agree(common, &entered, &plan, arguments.no_requests)?;

    let left = Arc::new(AtomicBool::new(false));
    listen(Arc::clone(&left))?;
    let is_left = || left.load(Ordering::Relaxed);
    let told = Told::new(arguments.json);
    let tell = |progress| told.progress(&plan, &progress);
    let made = make(&entered, &plan, &is_left, &tell).await;
    let code = match made {
        Ok(deployed) => {
            let requests = !arguments.no_requests;
            call(&entered, plan, deployed, requests, &is_left, &told).await
        }
        Err(stopped) => Ok(stopped_at(&plan, &stopped)),
    };
    // Whoever closed standard output is told what was spent and what stands all the same.
    let spending = entered.session.spending();
    session::say(&format!(
        "this session has spent {} of {}",
        spending.spent, spending.ceiling
    ));
    left::say(common, Some(&entered.place));
    told.end()?;
    code
}

/// The workshop's folder, which is read and never written to.
fn open(dir: Option<&Path>) -> Result<Folder, Failure> {
    let opened = if let Some(dir) = dir {
        folder::open(dir)
    } else {
        let usual = Language::ALL.map(Language::folder).map(PathBuf::from);
        let here = std::iter::once(PathBuf::from("."));
        let places: Vec<PathBuf> = here.chain(usual).collect();
        let found = places.iter().find(|place| folder::is_workshop(place));
        folder::open(found.unwrap_or(&places[0]))
    };
    opened.map_err(|error| Failure::Words(error.to_string()))
}

/// The three handlers, each tried on this machine and right.
async fn checked(folder: &Folder, allowance: Allowance) -> Result<[Handler; 3], Failure> {
    say(&format!(
        "The workshop in {} at {}. Each handler is tried on this machine first.\n",
        folder.language.title(),
        printable::line(&folder.path.display().to_string())
    ));
    let outside = session::outside(PathBuf::new());
    let surroundings = surroundings(&outside)?;
    let installed = workplace(folder, &surroundings, &outside.memory, allowance);
    let (place, _) = installed
        .await
        .map_err(|missing| Failure::Words(of_workshop::missing(&missing)))?;
    let [all, one, post] = Goal::ALL;
    Ok([
        check(&place, all).await?,
        check(&place, one).await?,
        check(&place, post).await?,
    ])
}

async fn check(place: &Workplace, goal: Goal) -> Result<Handler, Failure> {
    let file = goal.file(place.language);
    let path = place.folder.join(file);
    let read = || {
        Handler::read(&path)
            .map_err(|error| Failure::Words(format!("{} can't be read: {error}", path.display())))
    };
    let source = read()?;
    let verdict = Box::pin(place.check(goal)).await;
    if read()? != source {
        return Err(Failure::Words(format!(
            "{file} was saved while it was tried, so it is not known whether it is right. Nothing was sent. Do it again"
        )));
    }
    if verdict.reason.is_some() {
        say(&of_workshop::verdict(&verdict, place.language));
    }
    let handler = Handler::checked(file, source, &verdict);
    let handler = handler
        .map_err(|error| Failure::Words(printable::line(&error.to_string()).into_owned()))?;
    say(&format!("  right  {file}  {}\n", goal.route_key()));
    Ok(handler)
}

/// Looks at the account, and goes in.
async fn enter(door: &Door) -> Result<Entered, Failure> {
    say("\n");
    let report = |finding: Finding| {
        // Standard error may be closed; what stops is said once more at the end.
        let _ = findings::write(&mut std::io::stderr(), &finding);
    };
    let aim = Aim {
        lessons: &[],
        deployment: true,
    };
    let preflight = door.preflight(aim, &report).await;
    if !preflight.may_start() {
        return Err(Failure::Words(
            "what stops is said above. Nothing was created, changed or called there".to_owned(),
        ));
    }
    door.enter(&preflight).await.map_err(Failure::Words)
}

/// The ceiling holds it, and somebody said yes.
fn agree(
    common: &Common,
    entered: &Entered,
    plan: &Plan,
    no_requests: bool,
) -> Result<(), Failure> {
    let ceiling = entered.session.spending().ceiling;
    let most = if no_requests {
        plan.cost.making
    } else {
        plan.cost.all()
    };
    if most > ceiling {
        return Err(Failure::Words(format!(
            "it may cost {most}, which is more than the ceiling of {ceiling}: it would stop in the middle. Nothing was created. To allow it: --max-cost"
        )));
    }
    if common.account.yes {
        return Ok(());
    }
    say("  Type yes to go on: ");
    if yes::is_typed(&mut std::io::stdin().lock()) {
        return Ok(());
    }
    say("\n");
    Err(Failure::Words(
        "that was not yes, so nothing was created. Without somebody to type it: --yes".to_owned(),
    ))
}

/// From here on, a signal ends the work between two calls.
fn listen(left: Arc<AtomicBool>) -> Result<(), Failure> {
    let mut signals = Signals::new()
        .map_err(|error| Failure::Words(format!("signals can't be heard: {error}")))?;
    tokio::spawn(async move {
        signals.any().await;
        left.store(true, Ordering::Relaxed);
        say("\nEnding after the call that is under way.\n");
    });
    Ok(())
}

/// Where it is served, and a request to each route, as a workshop's checks send them.
async fn call(
    entered: &Entered,
    plan: Plan,
    deployed: Deployed,
    requests: bool,
    is_left: &(dyn Fn() -> bool + Send + Sync),
    told: &Told,
) -> Result<u8, Failure> {
    told.deployed(&deployed)?;
    if !requests {
        return Ok(DONE);
    }
    let caller = Caller::new(plan, deployed);
    let mut code = DONE;
    for goal in Goal::ALL {
        if is_left() {
            return Ok(INTERRUPTED);
        }
        let request = Request::of(goal);
        let tell = |progress| told.progress(caller.plan(), &progress);
        match caller
            .call_when_seen(entered, &request, is_left, &tell)
            .await
        {
            Ok(answer) => {
                told.called(&answer)?;
                let status = answer.way.reply.as_ref().map(|reply| reply.status);
                // Luna may have moved in with an earlier request.
                let fine = matches!(status, Ok(200..=299))
                    || goal == Goal::Post && matches!(status, Ok(409));
                if !fine {
                    code = NOT_ALL;
                }
            }
            Err(why) => {
                say(&format!("  {} {}: {why}\n", request.method, request.path));
                code = NOT_ALL;
            }
        }
    }
    Ok(code)
}

fn stopped_at(plan: &Plan, stopped: &Stopped) -> u8 {
    let (what, name) = words::part(plan, stopped.part);
    say(&format!(
        "\nStopped at the {what} {name}: {}\n",
        stopped.why
    ));
    if stopped.left { INTERRUPTED } else { NOT_ALL }
}

/// To standard error, which may be closed; what matters is said in the end as well.
fn say(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
    let _ = std::io::stderr().flush();
}
