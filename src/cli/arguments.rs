//! What can be typed after `dynatour`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::target::choice::{Kind, Wish};

/// An interactive terminal classroom for Amazon DynamoDB. Everything runs on a simulated table in this
/// program: no account, no network, no cost.
#[derive(Debug, Parser)]
#[command(version, name = "dynatour", disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Common {
    /// Read lessons from this directory instead of the ones built in
    #[arg(long, value_name = "DIR", global = true)]
    pub lessons: Option<PathBuf>,
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help = "Keep progress, notes and tables in this directory [default: $XDG_STATE_HOME/dynatour]"
    )]
    pub state: Option<PathBuf>,
    /// Which DynamoDB the steps talk to
    #[arg(long, value_enum, global = true)]
    pub target: Option<TargetKind>,
    #[arg(
        long,
        value_name = "URL",
        global = true,
        help = "Talk to a server on this machine, such as http://127.0.0.1:8000"
    )]
    pub endpoint_url: Option<String>,
    /// Start anew; what was there is archived, a damaged state file is moved aside
    #[arg(long, global = true)]
    pub fresh: bool,
}

impl Common {
    pub fn wish(&self) -> Wish {
        Wish {
            kind: self.target.map(Into::into),
            endpoint_url: self.endpoint_url.clone(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TargetKind {
    /// The simulated table in this program (the default)
    Simulated,
    #[value(
        help = "The server that AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or the profile names; on this machine only"
    )]
    Endpoint,
    /// A real account; not possible yet
    Aws,
}

impl From<TargetKind> for Kind {
    fn from(kind: TargetKind) -> Self {
        match kind {
            TargetKind::Simulated => Self::Simulated,
            TargetKind::Endpoint => Self::Endpoint,
            TargetKind::Aws => Self::Aws,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Go through a lesson: on the screen, or without one
    Run(Run),
    /// List the lessons and their sections
    Lessons,
    /// Check lessons as their author: what is written, what each request shows, and whether it fits the screen
    Check(Check),
    /// Show the notes of the parking lot, or write everything down as Markdown
    #[command(alias = "export")]
    Notes(Notes),
    /// What resets and jumps put aside
    Archive(Archive),
    /// Start a section, or everything, over; what was there is archived
    Reset(Reset),
}

/// Without a screen (`--plain`, `--json`) a lesson runs from its beginning to its end on tables of its own:
/// nothing that you have saved is used or changed, and nothing is recorded. The exit status is 0 only if every
/// step did what it says.
#[derive(Debug, Args)]
pub struct Run {
    /// Number or name of the lesson, such as 06
    pub lesson: String,
    /// Print everything a learner would read, ask and see; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
    /// Print one JSON object for each step
    #[arg(long, conflicts_with = "plain")]
    pub json: bool,
    /// Start at this section; what it needs is built first
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
}

/// Every request is sent to simulated tables of its own; nothing that you have saved is used or changed. The
/// exit status is 0 only if nothing was found.
#[derive(Debug, Args)]
pub struct Check {
    /// The directory of the lessons, or of one lesson [default: --lessons, or the ones built in]
    pub directory: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Notes {
    /// Write notes, answers, goals and progress to this Markdown file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Number or name of the lesson [default: all that have notes]
    #[arg(long)]
    pub lesson: Option<String>,
}

#[derive(Debug, Args)]
pub struct Archive {
    #[command(subcommand)]
    pub action: ArchiveAction,
}

#[derive(Debug, Subcommand)]
pub enum ArchiveAction {
    /// List what was put aside
    List,
    /// Put an archive back; what is there now is archived before
    Restore {
        /// The number that the list shows
        id: u64,
    },
}

#[derive(Debug, Args)]
pub struct Reset {
    /// Only this section
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
    /// The lesson the section is in
    #[arg(long, default_value = "06")]
    pub lesson: String,
}
