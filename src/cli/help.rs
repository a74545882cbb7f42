//! The command line as `--help` describes it: examples, and for each command only the options that do something there.
//!
//! The options of the whole program are accepted before and after every command, so that
//! `dynatour --state DIR notes` and `dynatour notes --state DIR` are the same.
//! Invariant: every command is in [`COMMANDS`], so none can lack its examples.

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, FromArgMatches as _};

use super::arguments::Arguments;
use super::failure::Failure;

/// A command, which of the program's options it uses, and what to type.
struct About {
    name: &'static str,
    uses: &'static [&'static str],
    examples: &'static str,
}

impl About {
    /// Where it does its work, for somebody who named another place.
    fn works_on(&self) -> &'static str {
        if self.uses.contains(&"endpoint_url") {
            "accounts, and what is treated like one"
        } else {
            "the simulated table and what is kept of it, never on a server"
        }
    }
}

const HOME: &str = "\
Examples:
  dynatour                                               the screen, at home
  dynatour run 06 --section scan-query                   the screen, at a section
  dynatour run 06 --plain | less                         the whole lesson as text
  dynatour --endpoint-url http://127.0.0.1:8000          on a server on this machine
  dynatour --state /tmp/demo                             with a state of its own

Without a terminal, or with TERM=dumb, `dynatour` alone prints the first lesson as `run --plain` does.
Exit status: 0 everything did what it says, 1 something in a lesson did not, 2 it could not be begun.";

const COMMANDS: [About; 16] = [
    About {
        name: "run",
        uses: &[
            "lessons",
            "state",
            "target",
            "endpoint_url",
            "profile",
            "region",
            "max_cost",
            "allow_root",
            "yes",
            "fresh",
        ],
        examples: "\
Examples:
  dynatour run 06                                        the screen
  dynatour run 06 --section scan-query
  dynatour run 06 --plain > lesson.txt
  dynatour run 06 --json | jq -r 'select(.ok | not).id'   what did not do what it says
  dynatour run 06 --plain --endpoint-url http://127.0.0.1:8000
  dynatour run 06 --target aws --profile lab             on your account, after a look at it
  dynatour run 06 --target aws --plain                   the same without a screen, after a typed yes",
    },
    About {
        name: "present",
        uses: &[
            "lessons",
            "state",
            "target",
            "endpoint_url",
            "profile",
            "region",
            "max_cost",
            "allow_root",
        ],
        examples: "\
Examples:
  dynatour present 06
  dynatour present 06 --section partitions
  dynatour notes 06                                      in another terminal

Keys of a remote control: PageDown goes on, PageUp back, F5 and Esc play and pause, . blanks the screen. q ends.
The class's own notes: dynatour notes --state ~/.local/state/dynatour/presentation",
    },
    About {
        name: "lessons",
        uses: &["lessons"],
        examples: "\
Examples:
  dynatour lessons
  dynatour lessons --lessons ~/my-lessons",
    },
    About {
        name: "check",
        uses: &["lessons"],
        examples: "\
Examples:
  dynatour check                                         the lessons that are built in
  dynatour check ~/my-lessons
  dynatour check ~/my-lessons/07-streams                 one lesson",
    },
    About {
        name: "notes",
        uses: &["lessons", "state", "fresh"],
        examples: "\
Examples:
  dynatour notes
  dynatour notes --export everything.md
  dynatour notes 06                                      beside `dynatour present 06`
  dynatour notes 06 --plain > lectern.md",
    },
    About {
        name: "archive",
        uses: &["state", "fresh"],
        examples: "\
Examples:
  dynatour archive list
  dynatour archive restore 3",
    },
    About {
        name: "reset",
        uses: &["lessons", "state", "fresh"],
        examples: "\
Examples:
  dynatour reset --section structure                     one section
  dynatour reset                                         everything but your notes
  dynatour archive list                                  what was put aside by it",
    },
    About {
        name: "cleanup",
        uses: &["state", "target", "endpoint_url", "profile", "region", "allow_root", "yes"],
        examples: "\
Examples:
  dynatour cleanup --dry-run                             what is there, and what it has cost
  dynatour cleanup --profile class
  dynatour cleanup --all-regions --yes                   without a question
  dynatour cleanup --run 3f5c0a1b2c3d4e5f                also what that run made from another computer",
    },
    About {
        name: "hash",
        uses: &["target", "endpoint_url", "reduced_motion"],
        examples: "\
Examples:
  dynatour hash
  dynatour hash Rachel Phoebe Monica --partitions 8
  dynatour hash --type N 1 1.0 1e0                       one number, one place
  dynatour hash --sort-key pet \"Rachel / Beeba\" \"Rachel / kitten\"
  dynatour hash --preset status --plain                  how a key spreads
  dynatour hash --endpoint-url http://127.0.0.1:8000     modelled, and what can be measured there
  dynatour hash --json Rachel
  dynatour hash --export hash.svg --size 120x40 --at 5   a picture of the screen",
    },
    About {
        name: "race",
        uses: &["target", "endpoint_url", "reduced_motion"],
        examples: "\
Examples:
  dynatour race
  dynatour race --export race.svg --at end               a picture of the screen
  dynatour race --items 1000000 --partitions 8
  dynatour race --left index --index kind --right-filter \"kind='cat'\"
  dynatour race --left scan --right parallel --segments 8 --plain
  dynatour race --growth --plain
  dynatour race --endpoint-url http://127.0.0.1:8000 --items 1000 --plain --yes",
    },
    About {
        name: "traffic",
        uses: &["reduced_motion"],
        examples: "\
Examples:
  dynatour traffic
  dynatour traffic --plain --key date --fix sharded      the same traffic on two keys
  dynatour traffic --plain --key user --spread one
  dynatour traffic --export traffic.svg --at 61          a picture of the screen, after five minutes
  dynatour traffic --reads --rate 9000 --provisioned 6000
  dynatour traffic --json | jq '.slices[].partitions[].consumed'",
    },
    About {
        name: "doctor",
        uses: &[
            "lessons",
            "state",
            "target",
            "endpoint_url",
            "profile",
            "region",
            "allow_root",
        ],
        examples: "\
Examples:
  dynatour doctor                                        this machine, and the account of your usual credentials
  dynatour doctor --profile lab                          the account of a profile
  dynatour doctor --workshop                             also for taking the workshop's functions to AWS
  dynatour doctor --target simulated                     this machine alone",
    },
    About {
        name: "policy",
        uses: &["lessons", "region"],
        examples: "\
Examples:
  dynatour policy 06 > policy.json
  dynatour policy --region eu-west-1
  dynatour policy --workshop > policy.json               also for taking the workshop's functions to AWS
  aws iam create-policy --policy-name dynatour --policy-document \"$(dynatour policy)\"",
    },
    About {
        name: "serve",
        uses: &["reduced_motion"],
        examples: "\
Examples:
  dynatour serve
  dynatour serve --port 8001 --plain                     a line for each request
  dynatour serve --data ~/tables                         what was answered survives a power cut
  dynatour serve --class                                 students join with the code that is shown
  dynatour serve --throttle                              hot partitions are throttled, and split

In another terminal:
  export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000
  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  aws dynamodb list-tables",
    },
    About {
        name: "deploy",
        uses: &[
            "state",
            "target",
            "endpoint_url",
            "profile",
            "region",
            "max_cost",
            "allow_root",
            "yes",
        ],
        examples: "\
Examples:
  dynatour deploy                                        the workshop of this folder, or of pets-node or pets-ruby
  dynatour deploy ~/pets --profile class --region eu-central-1
  dynatour deploy ~/pets --timeout 10 --memory 512       functions that may take more
  dynatour deploy ~/pets --yes --json                    without somebody to type yes, as JSON
  dynatour deploy ~/pets --endpoint-url http://127.0.0.1:4566   a server that plays AWS, under the same rules
  dynatour policy --workshop                             what IAM has to allow for it
  dynatour cleanup                                       delete all of it

Exit status: 0 it stands and answers, 1 it was stopped in the middle or a request failed, 2 nothing was begun.",
    },
    About {
        name: "workshop",
        uses: &[
            "state",
            "endpoint_url",
            "profile",
            "region",
            "max_cost",
            "allow_root",
            "reduced_motion",
        ],
        examples: "\
Examples:
  dynatour workshop                                      in Node.js, in the folder pets-node
  dynatour workshop ruby ~/pets
  dynatour workshop node ~/pets --plain                  a line for each thing that happens
  dynatour workshop node ~/pets --export way.svg --request \"GET /pets/9\"   the way of a request, as a picture
  dynatour workshop node ~/pets --port 0                 the HTTP API on any free port, which is shown
  dynatour workshop node ~/pets --timeout 10 --memory 512
  dynatour workshop node ~/pets --once                   try each handler once, and end

While it runs, in another terminal:
  curl http://127.0.0.1:3000/pets

Exit status: 0 ended by you, or with --once all handlers are right; 1 with --once one is not; 2 it could not be begun.",
    },
];

/// Columns of the help, which is wrapped there: a terminal has them, or wraps by itself.
const COLUMNS: usize = 80;
/// From here on a command has its words on the next line.
const LONG: usize = 44;

/// What to type, each with its words beside it in one column, and no line longer than a small terminal's.
fn laid_out(examples: &str) -> String {
    let entries: Vec<(&str, &str)> = examples.lines().map(entry).collect();
    let beside = entries
        .iter()
        .filter(|(typed, words)| !words.is_empty() && typed.chars().count() <= LONG);
    let column = beside.map(|(typed, _)| typed.chars().count() + 3).max();
    let column = column.unwrap_or(LONG);
    let mut lines = Vec::new();
    for (typed, words) in entries {
        let mut line = typed.to_owned();
        if typed.chars().count() + 3 > column && !words.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for word in words.split_whitespace() {
            let used = line.chars().count();
            if used > column && used + 1 + word.chars().count() > COLUMNS {
                lines.push(std::mem::take(&mut line));
            }
            let used = line.chars().count();
            let blanks = if used <= column { column - used } else { 1 };
            line = format!("{line}{}{word}", " ".repeat(blanks));
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// A line as what is typed, and the words for it.
fn entry(line: &str) -> (&str, &str) {
    let words = line
        .starts_with("  ")
        .then(|| line.trim_start().find("   "));
    match words.flatten() {
        Some(at) => {
            let (typed, words) = line.split_at(line.len() - line.trim_start().len() + at);
            (typed, words.trim())
        }
        None => (line, ""),
    }
}

/// The command line with its help.
fn described() -> clap::Command {
    let mut program = Arguments::command().after_help(laid_out(HOME));
    let shared: Vec<clap::Arg> = program
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .cloned()
        .collect();
    for About {
        name,
        uses,
        examples,
    } in COMMANDS
    {
        program = program.mut_subcommand(name, |command| {
            let unused: Vec<clap::Arg> = shared
                .iter()
                .filter(|argument| !uses.contains(&argument.get_id().as_str()))
                // A command's own argument goes before the program's of the same name.
                .filter(|argument| {
                    let mut own = command.get_arguments();
                    !own.any(|one| one.get_id() == argument.get_id())
                })
                .map(|argument| argument.clone().hide(true))
                .collect();
            command.args(unused).after_help(laid_out(examples))
        });
    }
    program
}

/// Where a lesson's number stands in place of a command, what was meant.
fn with_lesson(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand)
        && typed.starts_with(|first: char| first.is_ascii_digit())
    {
        let meant = format!("a lesson is opened with 'dynatour run {typed}'");
        let meant = ContextValue::StyledStrs(vec![meant.into()]);
        error.insert(ContextKind::Suggested, meant);
    }
    error
}

/// What was typed. Prints help, version and errors of usage by itself, and ends the program then.
///
/// # Errors
/// A target for a command that never talks to one: it must not look as if something had been done there.
pub fn typed() -> Result<Arguments, Failure> {
    let matches = described()
        .try_get_matches()
        .unwrap_or_else(|error| with_lesson(error).exit());
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let Some((name, _)) = matches.subcommand() else {
        return Ok(arguments);
    };
    let Some(about) = COMMANDS.iter().find(|about| about.name == name) else {
        return Ok(arguments);
    };
    let asked = [
        ("target", "--target", arguments.common.target.is_some()),
        (
            "endpoint_url",
            "--endpoint-url",
            arguments.common.endpoint_url.is_some(),
        ),
    ];
    for (id, flag, given) in asked {
        if given && !about.uses.contains(&id) {
            return Err(Failure::Words(format!(
                "`dynatour {name}` works on {}: leave {flag} out",
                about.works_on()
            )));
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_help(name: &str) -> String {
        let mut program = described();
        program.build();
        let command = program.find_subcommand_mut(name).unwrap();
        command.render_long_help().to_string()
    }

    /// As a shell has them, up to where another program follows: what stands in quotes is one word.
    fn words(typed: &str) -> impl Iterator<Item = &str> {
        let pieces = typed.split('"').enumerate();
        let words = pieces.flat_map(|(index, piece)| match index % 2 {
            0 => piece.split_whitespace().collect(),
            _ => vec![piece],
        });
        words.take_while(|word| !["|", ">"].contains(word))
    }

    #[test]
    fn every_command_has_examples_that_can_be_typed() {
        described().debug_assert();
        let program = described();
        assert_eq!(program.get_subcommands().count(), COMMANDS.len());
        let examples = COMMANDS.iter().map(|about| about.examples);
        for line in examples.chain([HOME]).flat_map(str::lines) {
            let Some(typed) = line.strip_prefix("  dynatour") else {
                continue;
            };
            let words = words(typed.split("   ").next().unwrap());
            let read = described().try_get_matches_from(["dynatour"].into_iter().chain(words));
            assert!(read.is_ok(), "{line}: {read:?}");
        }
    }

    #[test]
    fn examples_fit_a_small_terminal() {
        for examples in COMMANDS.iter().map(|about| about.examples).chain([HOME]) {
            let laid = laid_out(examples);
            // Prose is wrapped by clap, and another program's line is not ours to break.
            let ours = |line: &&str| line.starts_with("  dynatour") || line.starts_with("   ");
            for line in laid.lines().filter(ours) {
                assert!(line.chars().count() <= COLUMNS, "{line}");
            }
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&laid), words(examples));
        }
        let long = format!("  dynatour a   {}", "word ".repeat(20));
        let laid = laid_out(&long);
        let lines: Vec<&str> = laid.lines().collect();
        assert_eq!(lines.len(), 2, "{laid}");
        assert!(lines[1].starts_with("               word "), "{laid}");
    }

    #[test]
    fn a_lesson_s_number_alone_names_the_command() {
        let error = described()
            .try_get_matches_from(["dynatour", "06"])
            .unwrap_err();
        let said = with_lesson(error).to_string();
        assert!(said.contains("dynatour run 06"), "{said}");
    }

    #[test]
    fn help_shows_what_does_something_and_the_rest_is_still_read() {
        assert!(!long_help("hash").contains("--state"));
        assert!(!long_help("reset").contains("--endpoint-url"));
        assert!(long_help("reset").contains("--state"));
        for arguments in [
            ["dynatour", "--state", "here", "hash"],
            ["dynatour", "hash", "--state", "here"],
        ] {
            let matches = described().try_get_matches_from(arguments).unwrap();
            let arguments = Arguments::from_arg_matches(&matches).unwrap();
            assert_eq!(
                arguments.common.state.as_deref(),
                Some("here".as_ref()),
                "{arguments:?}"
            );
        }
    }
}
