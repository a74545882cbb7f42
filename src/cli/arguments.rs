//! What can be typed after `dynatour`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::account::arguments::Account;
use super::deploy::arguments::Deploy;
use super::picture::arguments::Picture;
use super::race::arguments::Race;
use super::workshop::arguments::Workshop;
use crate::account::tag::RunId;
use crate::lesson::key::{HashFunction, KeyType};
use crate::lesson::nearest;
use crate::lesson::preset::Preset;
use crate::lesson::traffic::{Design, Spread};
use crate::target::choice::{Kind, Wish};

/// An interactive terminal classroom for Amazon DynamoDB. Everything runs on a simulated table in this
/// program (no account, no network, no cost), or with --target aws on an account of yours.
#[derive(Debug, Parser)]
#[command(version, name = "dynatour")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub common: Common,
}

/// A whole number, with an error for whoever typed it.
pub fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    let digits = !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    text.parse().map_err(|_| {
        if digits {
            "there is no use for so large a number".to_owned()
        } else {
            "give a whole number, in digits alone, such as 1000".to_owned()
        }
    })
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
        help = "Talk to this server, such as http://127.0.0.1:8000; one on another machine is treated like an account"
    )]
    pub endpoint_url: Option<String>,
    #[command(flatten)]
    pub account: Account,
    #[arg(
        long,
        global = true,
        help = "Show where things end up instead of moving them; also with DYNATOUR_REDUCED_MOTION=1"
    )]
    pub reduced_motion: bool,
    #[arg(
        long,
        global = true,
        help = "Draw with ASCII only, for terminals and readers without other glyphs; also with DYNATOUR_ASCII=1"
    )]
    pub ascii: bool,
    /// Start anew; what was there is archived, a damaged state file is moved aside
    #[arg(long, global = true)]
    pub fresh: bool,
}

impl Common {
    /// Whether the flag or the environment asks for end states only. The variable is off when it is empty or 0.
    pub fn reduced_motion(&self, variable: impl Fn(&str) -> Option<String>) -> bool {
        self.reduced_motion || asked(variable("DYNATOUR_REDUCED_MOTION"))
    }

    /// The same for glyphs of ASCII only.
    pub fn ascii(&self, variable: impl Fn(&str) -> Option<String>) -> bool {
        self.ascii || asked(variable("DYNATOUR_ASCII"))
    }

    pub fn wish(&self) -> Wish {
        Wish {
            kind: self.target.map(Into::into),
            endpoint_url: self.endpoint_url.clone(),
            profile: self.account.profile.clone(),
            region: self.account.region.clone(),
        }
    }
}

fn asked(variable: Option<String>) -> bool {
    variable.is_some_and(|value| !matches!(value.as_str(), "" | "0"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TargetKind {
    /// The simulated table in this program (the default)
    Simulated,
    #[value(
        help = "The server that AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or the profile names"
    )]
    Endpoint,
    /// A real account, once it is known whose it is and you have seen what it costs at most
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
    ///
    /// Without a screen (--plain, --json) a lesson runs from its beginning to its end on tables of its own: nothing
    /// that you have saved is used or changed, and nothing is recorded. The exit status is 0 only if every step did
    /// what it says, 1 if one did not, 2 if the lesson could not be begun.
    Run(Run),
    /// Hold a class: a lesson for a projector, gone through with a remote control
    ///
    /// `PageDown` goes through everything: it scrolls, reveals, runs, steps and turns the page. The class has a state
    /// of its own, begun anew each time, so that its questions are open; `dynatour notes LESSON` in another terminal
    /// shows your notes and the time.
    Present(Present),
    /// List the lessons and their sections
    Lessons,
    /// Check lessons as their author: what is written, what each request shows, and whether it fits the screen
    Check(Check),
    /// Show the notes of the parking lot, or write everything down; with a lesson, follow its presentation
    ///
    /// Without LESSON: the parking lot. With it: the presenter's notes of the page that `dynatour present` shows, what
    /// comes next, and the time; with --plain all of them from beginning to end.
    #[command(alias = "export")]
    Notes(Notes),
    /// What resets and jumps put aside
    Archive(Archive),
    /// Start a section, or everything, over; what was there is archived
    Reset(Reset),
    /// Where an item lives: a key, its bytes, its hash, the partition that owns it
    Hash(Hash),
    /// What two ways to ask cost that answer the same question
    Race(Box<Race>),
    /// Ten minutes of reads or writes against the limits of a table's partitions
    Traffic(Traffic),
    /// Whether everything is there that you need: on this machine, and on an AWS account
    ///
    /// Changes nothing, neither here nor there. The exit status is 0 if all is well, 1 if there is something to know, 2 if
    /// something stops you.
    Doctor(Doctor),
    /// The IAM policy that the lessons need on an AWS account, as JSON
    ///
    /// Alone it fits into an inline policy of a user (`aws iam put-user-policy`); with --workshop it is a managed policy
    /// (`aws iam create-policy`, then `attach-user-policy`).
    Policy(Policy),
    /// The simulated table over HTTP, for the AWS CLI, the SDKs and any other client
    ///
    /// On a terminal a screen shows what clients do, as they do it. Listens on this machine only. With --class others can join: those who give the join code as their access key.
    ///
    /// Tables live in memory and are gone at the end, except with --data: then a write is on the disk before it is answered.
    /// Signatures are not verified, so any credentials do. The exit status is 0 after it was ended, 2 if it could not be started.
    Serve(Serve),
    /// Write Lambda functions in your own editor, and have them run and checked as you save them
    ///
    /// Makes a folder with a handler to complete for each route of an HTTP API: GET /pets, GET /pets/{id}, POST /pets. They run in your own
    /// Node.js or Ruby with AWS's SDK, invoked as Lambda invokes them, on a simulated table: no account, nothing is sent to AWS. A
    /// folder that holds anything else is never written to. Nothing of the handlers is left when it ends.
    Workshop(Workshop),
    /// Take a workshop's handlers to an AWS account: a function for each, an HTTP API in front, and a table of their own
    ///
    /// Each handler is tried on this machine first and has to be right. Then it is shown what will be made, where, and for how much at
    /// most, and nothing is made before a typed yes. The API has a public URL, to which a request of each kind is sent. Again,
    /// it goes on with what is there, and brings code that differs up to date. dynatour cleanup deletes all of it. The exit status
    /// is 0 when it stands and answers, 1 when it was stopped in the middle or a request failed, 2 when nothing was begun.
    Deploy(Deploy),
    /// What dynatour made on an AWS account and is still there: listed with its cost, and deleted after a typed yes
    ///
    /// Looks in the region in hand, in every region where the ledger has something, and with --all-regions in all. Ours is what
    /// has the id that the ledger has, or the tags of a run of yours; a name is no proof. The workshop's API, functions, roles and log
    /// groups go before their table, and each thing is seen to be gone; one that can't be deleted doesn't keep the others.
    /// Safe to repeat. The exit status is 0 when nothing of ours is left or --dry-run only looked, 1 when something could
    /// not be deleted, may still turn up, or a region not be looked through, 2 when nothing was begun.
    Cleanup(Cleanup),
}

#[derive(Debug, Args)]
pub struct Cleanup {
    /// List what would be deleted, and delete nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Look in every region of the account
    #[arg(long)]
    pub all_regions: bool,
    /// Count what carries the tag of this run as yours, too; for tables made from another computer
    #[arg(long, value_name = "RUN")]
    pub run: Vec<RunId>,
}

#[derive(Debug, Args)]
pub struct Run {
    /// Number or name of the lesson, such as 06; without it you are told which there are
    pub lesson: Option<String>,
    /// Print everything a learner would read, ask and see; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
    /// Print one JSON object for each step
    #[arg(long, conflicts_with = "plain")]
    pub json: bool,
    /// Start at this section, by name or number; what it needs is built first
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

/// Standard output is the policy and nothing else. It allows what the lessons' requests and the checks around them need, on
/// tables with the lessons' names and those that begin with dynatour-, in one region.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Also whether the workshop's functions could be taken to AWS
    #[arg(long)]
    pub workshop: bool,
}

#[derive(Debug, Args)]
pub struct Policy {
    /// Number or name of the lesson [default: all]
    pub lesson: Option<String>,
    /// Also what taking the workshop's functions to AWS and deleting them again needs; too large for an inline policy of a user
    #[arg(long)]
    pub workshop: bool,
}

#[derive(Debug, Args)]
pub struct Present {
    /// Number or name of the lesson, such as 06; without it you are told which there are
    pub lesson: Option<String>,
    /// Start at this section, by name or number; what it needs is built first
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
}

#[derive(Debug, Args)]
pub struct Notes {
    /// The lesson that is presented: its notes for the presenter, following the presentation
    #[arg(value_name = "LESSON", conflicts_with_all = ["export", "lesson"])]
    pub presented: Option<String>,
    /// Print the presenter's notes instead; also without a terminal or with TERM=dumb
    #[arg(long, requires = "presented")]
    pub plain: bool,
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
    /// Only this section, by name or number
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
    /// The lesson the section is in
    #[arg(long, default_value = "06")]
    pub lesson: String,
}

/// Puts an item with each key into a scratch table of the simulated `DynamoDB`. Nothing is kept. With --endpoint-url the same
/// is shown as modelled, and a table made for it on the server (and deleted again) tells what can be measured there.
#[derive(Debug, Args)]
pub struct Hash {
    /// Partition keys [default: eight pets' names]; with --sort-key both keys, such as "Rachel / Beeba"
    #[arg(value_name = "KEY", allow_negative_numbers = true)]
    pub keys: Vec<String>,
    /// Partitions of the table
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = whole::<u32>, allow_negative_numbers = true)]
    pub partitions: u32,
    /// Type of the partition key: a string, a number, or binary in base64
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t = KeyKind::S)]
    pub key_type: KeyKind,
    /// Hash function that places the keys
    #[arg(long = "hash", value_name = "FUNCTION", value_enum, default_value_t = FunctionKind::Siphash)]
    pub function: FunctionKind,
    /// Give the table a sort key of this name, of type S
    #[arg(long, value_name = "NAME")]
    pub sort_key: Option<String>,
    /// Made-up keys for a way to key a table: user-id, uuid, status, date, country, device, device-day, sharded, number,
    /// binary, no-key
    #[arg(long, value_name = "NAME", conflicts_with_all = ["keys", "key_type", "sort_key"])]
    pub preset: Option<PresetName>,
    /// Items of the preset [default: 1000]
    #[arg(long, value_name = "N", requires = "preset", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub items: Option<u64>,
    /// Print the way of each key; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
    /// Print one JSON object for each key, and one with the partitions
    #[arg(long, conflicts_with_all = ["plain", "export"])]
    pub json: bool,
    #[command(flatten)]
    pub picture: Picture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum KeyKind {
    S,
    N,
    B,
}

impl From<KeyKind> for KeyType {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::S => Self::S,
            KeyKind::N => Self::N,
            KeyKind::B => Self::B,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FunctionKind {
    /// SipHash-2-4, which stands in for AWS's own
    Siphash,
    /// MD5("Outliers" + key): the order that real tables were observed in
    Md5,
}

impl From<FunctionKind> for HashFunction {
    fn from(kind: FunctionKind) -> Self {
        match kind {
            FunctionKind::Siphash => Self::SipHash,
            FunctionKind::Md5 => Self::Md5,
        }
    }
}

/// A preset by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetName(pub Preset);

impl FromStr for PresetName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Preset::named(name).map(Self).ok_or_else(|| {
            let names = Preset::ALL.map(Preset::name);
            match nearest(name, names) {
                Some(near) => format!("there is no such preset; did you mean {near}?"),
                None => format!("there is no such preset; there are: {}", names.join(", ")),
            }
        })
    }
}

/// Sends a shop's orders to a scratch table of the simulated `DynamoDB`, which throttles, saves for bursts and splits. Nothing is
/// kept, and the same arguments give the same figures.
#[derive(Debug, Args)]
pub struct Traffic {
    /// Reads instead of writes
    #[arg(long)]
    pub reads: bool,
    /// Requests a second [default: 2000 writes, or 6000 reads]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub rate: Option<u64>,
    /// Whose orders they are: all customers' alike, a few customers' most of all (zipf), or one customer's
    #[arg(long, value_name = "HOW", value_enum, default_value_t = SpreadKind::Even)]
    pub spread: SpreadKind,
    /// What the partition key is
    #[arg(long, value_name = "KEY", value_enum, default_value_t = DesignKind::Status)]
    pub key: DesignKind,
    /// Tell the same traffic on this partition key, too; on the screen, press f
    #[arg(long, value_name = "KEY", value_enum)]
    pub fix: Option<DesignKind>,
    /// Provisioned units a second [default: on demand]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub provisioned: Option<u64>,
    /// Print what happens, moment by moment; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
    /// Print one JSON object for each table: its figures for every five seconds, and their sums
    #[arg(long, conflicts_with_all = ["plain", "export"])]
    pub json: bool,
    #[command(flatten)]
    pub picture: Picture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpreadKind {
    Even,
    Skewed,
    One,
}

impl From<SpreadKind> for Spread {
    fn from(kind: SpreadKind) -> Self {
        match kind {
            SpreadKind::Even => Self::Even,
            SpreadKind::Skewed => Self::Skewed,
            SpreadKind::One => Self::OneKey,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DesignKind {
    /// The order's status; sorted by order id
    Status,
    /// Today's date; sorted by time
    Date,
    /// The till that took the order, one of 40; sorted by time
    Device,
    /// The customer, one of 500; sorted by time
    User,
    /// Today's date with a suffix from 0 to 19; sorted by time
    Sharded,
}

impl From<DesignKind> for Design {
    fn from(kind: DesignKind) -> Self {
        match kind {
            DesignKind::Status => Self::Status,
            DesignKind::Date => Self::Date,
            DesignKind::Device => Self::Device,
            DesignKind::User => Self::User,
            DesignKind::Sharded => Self::Sharded,
        }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "flags, as they are typed")]
#[derive(Debug, Args)]
pub struct Serve {
    /// Port to listen on; 0 takes any that is free, and says which
    #[arg(long, value_name = "N", default_value_t = 8000)]
    pub port: u16,
    /// Keep the tables in this directory
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Listen on the network, for clients that give the join code that is shown
    #[arg(long)]
    pub class: bool,
    #[arg(
        long,
        help = "Throttle and split partitions as AWS does: 3,000 read and 1,000 write units a second for each"
    )]
    pub throttle: bool,
    /// Begin with large figures for a projector, as --class does; p switches
    #[arg(long)]
    pub projector: bool,
    /// Print a line for each request; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduced(arguments: &[&str], variable: Option<&str>) -> bool {
        let parsed = Arguments::try_parse_from([&["dynatour"], arguments].concat()).unwrap();
        parsed.common.reduced_motion(|name| {
            assert_eq!(name, "DYNATOUR_REDUCED_MOTION");
            variable.map(str::to_owned)
        })
    }

    #[test]
    fn what_is_no_number_is_told_apart_from_what_is_too_large() {
        assert_eq!(whole::<u32>("1000"), Ok(1000));
        for text in ["", "abc", "-5", "1,000", "1e3", "5.5"] {
            assert!(
                whole::<u64>(text).unwrap_err().contains("whole number"),
                "{text}"
            );
        }
        assert!(whole::<u32>("9999999999").unwrap_err().contains("so large"));
    }

    #[test]
    fn motion_is_reduced_by_flag_or_environment() {
        assert!(!reduced(&[], None));
        assert!(reduced(&["--reduced-motion"], None));
        assert!(reduced(&["hash", "Beeba", "--reduced-motion"], None));
        assert!(reduced(&["race"], Some("1")));
        assert!(!reduced(&[], Some("0")));
        assert!(!reduced(&[], Some("")));
        assert!(reduced(&["--reduced-motion"], Some("0")));
    }

    #[test]
    fn ascii_is_asked_for_by_flag_or_environment() {
        let ascii = |arguments: &[&str], variable: Option<&str>| {
            let parsed = Arguments::try_parse_from([&["dynatour"], arguments].concat()).unwrap();
            parsed.common.ascii(|_| variable.map(str::to_owned))
        };
        assert!(ascii(&["present", "06", "--ascii"], None));
        assert!(ascii(&[], Some("1")));
        assert!(!ascii(&[], Some("0")) && !ascii(&[], None));
    }
}
