//! `dynatour doctor`: whether everything is there that a learner needs, on this machine and on an account.
//!
//! ```text
//!   this machine   lessons · terminal · state        needed for everything
//!   an account     what the preflight looks at       needed for --target aws
//! ```
//!
//! Exit status: 0 all is well, 1 there is something to know, 2 something stops.
//! Invariant: looking changes nothing, neither here nor on an account.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::account::{findings, new_run};
use super::arguments::{Common, Doctor};
use super::failure::Failure;
use super::{clock, left, library, run, session};
use crate::account::ledger::Ledger;
use crate::account::preflight::{self, Check, Finding, Verdict, Wanted};
use crate::app::state::SMALLEST;
use crate::learner::directory::state_directory;
use crate::learner::store::{Keeping, Store};
use crate::lesson::model::{Activity, Lesson};
use crate::scene::plural;
use crate::target::Target;
use crate::target::choice::{AccountWish, Choice, Kind};
use crate::transport::https;
use crate::ui::theme::{Depth, Theme};

/// Looks at everything and says what it found.
pub fn doctor(arguments: &Doctor, common: &Common) -> Result<u8, Failure> {
    let report = Report::default();
    report.heading("This machine: the simulated table, and all lessons on it")?;
    let lessons = match library::lessons(common) {
        Ok(lessons) => {
            let words = format!(
                "{}, {}",
                plural(lessons.len() as u64, "lesson"),
                steps(&lessons)
            );
            report.line(Verdict::Good, "lessons", &words, None)?;
            lessons
        }
        Err(failure) => {
            report.line(Verdict::Stop, "lessons", &failure.to_string(), None)?;
            Vec::new()
        }
    };
    terminal(&report, common)?;
    state(&report, common)?;
    match choice(common)? {
        Choice::Simulated { .. } => {}
        Choice::Endpoint(endpoint) => {
            report.heading(&format!("The server at {}", endpoint.name()))?;
            let target = Target::endpoint(&endpoint);
            let tables = lessons
                .iter()
                .flat_map(crate::lesson::uses::tables)
                .collect();
            match session::block_on(session::refuse_foreign_tables(&target, &tables))? {
                Ok(()) => report.line(
                    Verdict::Good,
                    "server",
                    "it answers, and has no tables with the lessons' names",
                    None,
                )?,
                Err(failure) => {
                    report.line(Verdict::Stop, "server", &failure.to_string(), None)?;
                }
            }
        }
        Choice::Account(wish) => account(&report, common, &wish, &lessons, arguments.workshop)?,
    }
    report.end()
}

/// An account is looked at unless something else is asked for.
fn choice(common: &Common) -> Result<Choice, Failure> {
    let mut wish = common.wish();
    if wish.kind.is_none() && wish.endpoint_url.is_none() {
        wish.kind = Some(Kind::Aws);
    }
    let variable = |name: &str| std::env::var(name).ok();
    let choice = session::block_on(crate::target::choice::choose(&wish, variable))??;
    Ok(choice)
}

fn steps(lessons: &[Lesson]) -> String {
    let pages = lessons
        .iter()
        .flat_map(|lesson| &lesson.sections)
        .flat_map(|section| &section.pages);
    let steps = pages.filter(|page| matches!(page.activity, Some(Activity::Step(_))));
    plural(steps.count() as u64, "step")
}

/// What is written, and the gravest of it.
struct Report {
    gravest: Mutex<Verdict>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            gravest: Mutex::new(Verdict::Good),
        }
    }
}

impl Report {
    #[expect(clippy::unused_self, reason = "all parts of a report are its methods")]
    fn heading(&self, words: &str) -> Result<(), Failure> {
        writeln!(std::io::stdout(), "{words}")?;
        Ok(())
    }

    fn note(&self, verdict: Verdict) {
        let mut gravest = self.gravest.lock().unwrap_or_else(PoisonError::into_inner);
        *gravest = verdict.max(*gravest);
    }

    fn line(
        &self,
        verdict: Verdict,
        name: &str,
        words: &str,
        next: Option<&str>,
    ) -> Result<(), Failure> {
        self.note(verdict);
        findings::line(&mut std::io::stdout(), verdict, name, words, next)?;
        Ok(())
    }

    fn finding(&self, finding: &Finding) -> Result<(), Failure> {
        self.note(finding.verdict);
        findings::write(&mut std::io::stdout(), finding)?;
        Ok(())
    }

    fn end(&self) -> Result<u8, Failure> {
        std::io::stdout().flush()?;
        let gravest = *self.gravest.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match gravest {
            Verdict::Good => 0,
            Verdict::Warning => 1,
            Verdict::Stop => 2,
        })
    }
}

fn terminal(report: &Report, common: &Common) -> Result<(), Failure> {
    if !run::has_screen() {
        return report.line(
            Verdict::Warning,
            "terminal",
            "none that can be drawn on: lessons are printed as text",
            Some("dynatour run 06 --plain"),
        );
    }
    let variable = |name: &str| std::env::var(name).ok();
    let colours = match Theme::detect(variable).depth {
        Depth::None => "no colors",
        Depth::Sixteen => "16 colors",
        Depth::TwoFiftySix => "256 colors",
        Depth::True => "all colors",
    };
    let Ok((columns, rows)) = crossterm::terminal::size() else {
        return report.line(
            Verdict::Warning,
            "terminal",
            "its size can't be known",
            None,
        );
    };
    let (least_columns, least_rows) = SMALLEST;
    if columns < least_columns || rows < least_rows {
        return report.line(
            Verdict::Warning,
            "terminal",
            &format!("{columns} × {rows} is too small for the screen"),
            Some(&format!("enlarge it to {least_columns} × {least_rows}; 80 × 24 is what lessons are laid out for")),
        );
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !locale.contains("utf-8") && !locale.contains("utf8") && !run::ascii(common) {
        return report.line(
            Verdict::Warning,
            "terminal",
            &format!("{columns} × {rows}, {colours}; its locale does not say UTF-8"),
            Some("--ascii, if lines and boxes look wrong"),
        );
    }
    report.line(
        Verdict::Good,
        "terminal",
        &format!("{columns} × {rows}, {colours}"),
        None,
    )
}

fn state(report: &Report, common: &Common) -> Result<(), Failure> {
    let directory = match state_directory(common.state.as_deref()) {
        Ok(directory) => directory,
        Err(error) => return report.line(Verdict::Stop, "state", &error.to_string(), None),
    };
    let shown = directory.display();
    if directory.join("state.redb").exists() {
        return match Store::open(&directory) {
            Ok(store) if store.keeping() == Keeping::NothingBecauseInUse => report.line(
                Verdict::Warning,
                "state",
                &format!("{shown} is in use by another dynatour: a second one keeps nothing"),
                None,
            ),
            Ok(_) => report.line(Verdict::Good, "state", &format!("{shown}"), None),
            Err(error) => report.line(Verdict::Stop, "state", &error.to_string(), None),
        };
    }
    match writable(&directory) {
        Ok(()) => report.line(
            Verdict::Good,
            "state",
            &format!("{shown}, which is made when there is something to keep"),
            None,
        ),
        Err(why) => report.line(
            Verdict::Stop,
            "state",
            &format!("nothing can be kept in {shown}: {why}"),
            Some("make it writable, or name another directory with --state DIR"),
        ),
    }
}

/// Whether a directory, or the nearest one above it that exists, can be written: by writing there, since rights say only half of it.
fn writable(directory: &Path) -> std::io::Result<()> {
    let there: PathBuf = directory
        .ancestors()
        .find(|path| path.exists())
        .map_or_else(|| PathBuf::from("."), Path::to_owned);
    let probe = there.join(format!(".dynatour-doctor-{}", std::process::id()));
    std::fs::File::create_new(&probe)?;
    std::fs::remove_file(&probe)
}

fn account(
    report: &Report,
    common: &Common,
    wish: &AccountWish,
    lessons: &[Lesson],
    workshop: bool,
) -> Result<(), Failure> {
    report.heading("\nAn AWS account: every step for real, with --target aws")?;
    let clock = clock::clock();
    let flags = left::flags(common).to_string();
    let directory = state_directory(common.state.as_deref())?;
    let (ledger, aside) = match Ledger::open(&directory, clock().millis()) {
        Ok(opened) => opened,
        Err(error) => {
            return report.line(
                Verdict::Stop,
                Check::Leftovers.name(),
                &error.to_string(),
                None,
            );
        }
    };
    if let Some(words) = aside {
        report.line(Verdict::Warning, Check::Leftovers.name(), &words, None)?;
    }
    let variable = |name: &str| std::env::var(name).ok();
    let http = https::client(&variable);
    let wanted = Wanted {
        wish,
        flags: &flags,
        allow_root: common.account.allow_root,
        lessons,
        deployment: workshop,
        variable: &variable,
        clock: &clock,
        http: &http,
        ledger: &ledger,
        run: new_run()?,
    };
    let told = Mutex::new(Ok(()));
    let tell = |finding: Finding| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_ok() {
            *told = report.finding(&finding);
        }
    };
    let (found, _) = session::block_on(preflight::look(&wanted, &tell))?;
    told.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    // What is left can be said without asking anybody, also where nobody could be asked.
    let said = found
        .findings
        .iter()
        .any(|one| one.what == Check::Leftovers);
    if !said && let Ok(left) = ledger.left() {
        report.finding(&preflight::leftovers(&left, None, &flags, clock().millis()))?;
    }
    if !found.may_start() {
        writeln!(
            std::io::stdout(),
            "\nWithout an account everything but --target aws works: dynatour run 06"
        )?;
    }
    Ok(())
}
