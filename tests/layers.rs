//! The rooms of `src/` and what each may use, held by reading the sources.
//!
//! ```text
//!                         cli
//!                          │
//!                       terminal
//!                      ┌───┴───┐
//!                     ui    runner ─ deployment ─┬─ account
//!                      └───┬───┘                 │     │
//!                         app                    │   target
//!            ┌──────┬──────┼──────┐              │     │
//!         learner lesson scene   code        workshop transport
//!            │      │      │                     │     │
//!            │      │      │                  server   │
//!            └──────┴──────┼─────────────────────┴─────┘
//!                      simulator
//!                          │
//!                      printable
//! ```
//!
//! The compiler lets any module of a crate use any other; this is what keeps the simulator from
//! learning about screens. The fuzzed package builds the simulator by its path: its manifest is held to the package's. Each rule can fail, and the tests at the end show that it does.

use std::path::{Path, PathBuf};

/// A room, and the paths below `crate::` that it may use; a room may use itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("printable", &[]),
    ("simulator", &["printable"]),
    ("transport", &["simulator"]),
    ("server", &["simulator", "printable"]),
    ("workshop", &["server", "simulator", "printable"]),
    ("target", &["transport", "simulator"]),
    (
        "account",
        &[
            "target",
            "transport",
            "simulator",
            "lesson",
            "learner::directory",
            "printable",
        ],
    ),
    (
        "deployment",
        &[
            "account",
            "target",
            "transport",
            "workshop",
            "scene::workshop",
            "simulator",
            "printable",
        ],
    ),
    ("lesson", &["printable"]),
    ("code", &[]),
    ("scene", &["simulator::trace", "printable"]),
    ("learner", &["lesson", "simulator", "printable"]),
    (
        "app",
        &[
            "account::bound",
            "account::cleanup::words",
            "account::identity",
            "account::ledger::Indexes",
            "account::ledger::Kind",
            "account::preflight",
            "account::service::Called",
            "account::service::is_missing",
            "deployment",
            "lesson",
            "scene",
            "learner",
            "code",
            "target::exchange",
            "target::price",
            "simulator::trace",
            "workshop::goal",
            "workshop::lambda::Allowance",
            "workshop::language",
            "printable",
        ],
    ),
    (
        "runner",
        &[
            "app",
            "account",
            "deployment",
            "lesson",
            "target",
            "transport",
            "learner",
            "simulator",
            "scene",
            "server",
            "workshop",
            "printable",
        ],
    ),
    (
        "ui",
        &[
            "app",
            "account::identity",
            "account::preflight",
            "scene",
            "lesson",
            "code",
            "target::exchange",
            "target::price",
            "simulator::trace",
            "workshop::goal",
            "workshop::language",
            "printable",
        ],
    ),
    (
        "terminal",
        // Besides what it works with, it hands on what the state starts with.
        &[
            "app",
            "ui",
            "runner",
            "lesson",
            "scene::serve",
            "target::exchange",
            "simulator::Stopwatch",
        ],
    ),
    (
        "cli",
        &[
            "account",
            "deployment",
            "terminal",
            "ui",
            "runner",
            "app",
            "learner",
            "scene",
            "code",
            "lesson",
            "target",
            "transport",
            "server",
            "workshop",
            "simulator",
            "printable",
        ],
    ),
];

/// What the tests of a room may use besides: they look at their screens as they are drawn, and at traces of what a table really did.
const TESTS_MAY: &[(&str, &[&str])] = &[
    ("app", &["ui", "simulator", "account::service"]),
    ("scene", &["simulator"]),
    ("terminal", &["scene::workshop"]),
];

/// The rooms that wait for something, and so may be asynchronous.
const ASYNC_ROOMS: &[&str] = &[
    "transport",
    "server",
    "target",
    "account",
    "deployment",
    "runner",
    "workshop",
    "terminal",
    "cli",
];

/// Calls that read a clock, and the attribute that says of a place that it may.
const CLOCKS: &[(&str, &str)] = &[
    ("Instant", "now"),
    ("SystemTime", "now"),
    ("Zoned", "now"),
    ("Timestamp", "now"),
];
const CLOCK_MARK: &str = "clippy::disallowed_methods";

/// The most lines of a source file.
const MOST_LINES: usize = 800;

/// A word or a sign of Rust, and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

/// The words and signs of a source, without comments, texts, characters and lifetimes.
fn tokens(source: &str) -> Vec<Token> {
    let characters: Vec<char> = source.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < characters.len() {
        let start = index;
        match at(index) {
            '/' if at(index + 1) == '/' => {
                while index < characters.len() && at(index) != '\n' {
                    index += 1;
                }
            }
            '/' if at(index + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(index), at(index + 1)) {
                        ('/', '*') => (depth, index) = (depth + 1, index + 2),
                        ('*', '/') => (depth, index) = (depth - 1, index + 2),
                        _ => index += 1,
                    }
                    if depth == 0 || index >= characters.len() {
                        break;
                    }
                }
            }
            '"' => index = text_end(&characters, index),
            // A lifetime has no closing quote where a character literal has it.
            '\'' if at(index + 1) == '\\' => {
                index += 3;
                while index < characters.len() && at(index) != '\'' {
                    index += 1;
                }
                index += 1;
            }
            '\'' if at(index + 2) == '\'' => index += 3,
            '\'' => index += 1,
            first if first.is_alphabetic() || first == '_' => {
                while at(index).is_alphanumeric() || at(index) == '_' {
                    index += 1;
                }
                let word: String = characters[start..index].iter().collect();
                if matches!(word.as_str(), "r" | "br" | "cr") && matches!(at(index), '"' | '#') {
                    index = raw_text_end(&characters, index);
                } else if matches!(word.as_str(), "b" | "c") && at(index) == '"' {
                    index = text_end(&characters, index);
                } else {
                    tokens.push(Token { text: word, line });
                }
            }
            ':' if at(index + 1) == ':' => {
                index += 2;
                tokens.push(Token {
                    text: "::".to_owned(),
                    line,
                });
            }
            other => {
                index += 1;
                if !other.is_whitespace() {
                    tokens.push(Token {
                        text: other.to_string(),
                        line,
                    });
                }
            }
        }
        let end = index.min(characters.len());
        line += characters[start..end]
            .iter()
            .filter(|&&c| c == '\n')
            .count();
    }
    tokens
}

/// Where the text literal ends that begins with the quote at `index`.
fn text_end(characters: &[char], mut index: usize) -> usize {
    index += 1;
    while index < characters.len() && characters[index] != '"' {
        index += if characters[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

/// Where a raw text literal ends whose hashes or quote begin at `index`; a raw identifier such as
/// `r#type` ends at once.
fn raw_text_end(characters: &[char], index: usize) -> usize {
    let hashes = characters[index..]
        .iter()
        .take_while(|&&c| c == '#')
        .count();
    if characters.get(index + hashes) != Some(&'"') {
        return index + hashes;
    }
    let closing: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let body = index + hashes + 1;
    characters[body.min(characters.len())..]
        .windows(closing.len())
        .position(|window| window == closing)
        .map_or(characters.len(), |offset| body + offset + closing.len())
}

/// A path below the crate's root, such as `simulator::trace`, and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reach {
    path: String,
    line: usize,
}

/// Every path of a source that starts at the crate's root, by `crate::` or by as many `super::` as
/// lead there from a file `depth` modules below it.
fn reaches(tokens: &[Token], depth: usize) -> Vec<Reach> {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut reaches = Vec::new();
    // For each open brace, whether it is that of a module.
    let mut braces: Vec<bool> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        match text(index) {
            "{" => braces.push(index >= 2 && text(index - 2) == "mod"),
            "}" => {
                braces.pop();
            }
            "crate" if text(index + 1) == "::" => {
                expand(tokens, index + 2, "", &mut reaches);
            }
            "super" if index == 0 || text(index - 1) != "::" => {
                let mut supers = 1;
                let mut next = index + 1;
                while text(next) == "::" && text(next + 1) == "super" {
                    supers += 1;
                    next += 2;
                }
                let modules = depth + braces.iter().filter(|&&is_module| is_module).count();
                if supers >= modules && text(next) == "::" {
                    expand(tokens, next + 1, "", &mut reaches);
                }
            }
            _ => {}
        }
        index += 1;
    }
    reaches
}

/// Adds the paths of the tree that begins at `index` below `prefix`, and returns where it ends.
fn expand(tokens: &[Token], mut index: usize, prefix: &str, reaches: &mut Vec<Reach>) -> usize {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut path = prefix.to_owned();
    loop {
        if text(index) == "{" {
            index += 1;
            while index < tokens.len() && text(index) != "}" {
                index = expand(tokens, index, &path, reaches);
                // What renames a path, and the comma behind it.
                while !matches!(text(index), "," | "}" | "") {
                    index += 1;
                }
                if text(index) == "," {
                    index += 1;
                }
            }
            return index + 1;
        }
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(text(index));
        if text(index + 1) != "::" {
            break;
        }
        index += 2;
    }
    reaches.push(Reach {
        path,
        line: tokens.get(index).map_or(0, |token| token.line),
    });
    index + 1
}

/// What a source of a room does that the room may not do.
fn offences(name: &str, room: &str, depth: usize, source: &str) -> Vec<String> {
    let mut offences = Vec::new();
    let tokens = tokens(source);
    let Some((_, allowed)) = ROOMS.iter().find(|(known, _)| *known == room) else {
        return vec![format!(
            "{name}: `{room}` is no room. Put the file into a room, or add the room to ROOMS in \
             tests/layers.rs and to ARCHITECTURE.md."
        )];
    };
    let tests = first_line_of_tests(name, source);
    for Reach { path, line } in reaches(&tokens, depth) {
        let within = |allowed: &str| path == allowed || path.starts_with(&format!("{allowed}::"));
        let may_in_tests = TESTS_MAY
            .iter()
            .filter(|(known, _)| *known == room && line >= tests)
            .flat_map(|(_, allowed)| *allowed);
        if may_in_tests.into_iter().any(|allowed| within(allowed)) {
            continue;
        }
        let is_room = ROOMS.iter().any(|(known, _)| within(known));
        if is_room && !within(room) && !allowed.iter().any(|allowed| within(allowed)) {
            offences.push(format!(
                "{name}:{line}: `{room}` uses crate::{path}, and may use only {allowed:?}. Move \
                 the code to a room that may, or take what it needs as an argument."
            ));
        }
    }
    if !ASYNC_ROOMS.contains(&room)
        && let Some(token) = tokens
            .iter()
            .find(|t| matches!(t.text.as_str(), "async" | "await"))
    {
        offences.push(format!(
            "{name}:{}: `{room}` is asynchronous, and only {ASYNC_ROOMS:?} may be. Return a value \
             that says what to wait for.",
            token.line
        ));
    }
    for window in tokens.windows(3) {
        let reads = CLOCKS.iter().any(|(clock, call)| {
            window[0].text == *clock && window[1].text == "::" && window[2].text == *call
        });
        if reads && !is_marked(source, window[0].line) {
            offences.push(format!(
                "{name}:{}: reads the clock. Take the time as an argument; the few places that \
                 may read it say #[expect({CLOCK_MARK}, reason = \"…\")] close by.",
                window[0].line
            ));
        }
    }
    offences
}

/// Where a source's tests begin: they stand at its end, or are a file of their own.
fn first_line_of_tests(name: &str, source: &str) -> usize {
    if name.ends_with("/tests.rs") {
        return 0;
    }
    let inline = |line: &str| line.trim_start().starts_with("mod tests {");
    source
        .lines()
        .position(inline)
        .map_or(usize::MAX, |index| index + 1)
}

/// Whether a place that may read the clock is marked in the dozen lines before it.
fn is_marked(source: &str, line: usize) -> bool {
    source
        .lines()
        .take(line)
        .skip(line.saturating_sub(12))
        .any(|line| line.contains(CLOCK_MARK))
}

/// All Rust sources below a directory of the package.
fn sources(directory: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a directory of the package") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The room of a file below `src/`, and how many modules below the crate's root it is; `None` for
/// the roots themselves.
fn place(file: &Path) -> Option<(String, usize)> {
    let inside = file
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .ok()?;
    let mut modules: Vec<String> = inside
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if modules.last().is_some_and(|last| last == "mod") {
        modules.pop();
    }
    if modules.len() == 1 && matches!(modules[0].as_str(), "lib" | "main") {
        return None;
    }
    Some((modules[0].clone(), modules.len()))
}

#[test]
fn each_room_uses_only_what_it_may() {
    let mut offences_of_all = Vec::new();
    let mut seen = 0;
    for file in sources("src") {
        let Some((room, depth)) = place(&file) else {
            continue;
        };
        let source = std::fs::read_to_string(&file).expect("a source is text");
        let name = file
            .strip_prefix(env!("CARGO_MANIFEST_DIR"))
            .unwrap_or(&file)
            .display()
            .to_string();
        offences_of_all.extend(offences(&name, &room, depth, &source));
        seen += 1;
    }
    assert!(seen > 50, "only {seen} sources were read");
    assert!(
        offences_of_all.is_empty(),
        "\n{}",
        offences_of_all.join("\n")
    );
}

#[test]
fn no_source_is_too_long() {
    let mut too_long = Vec::new();
    for file in sources("src").into_iter().chain(sources("tests")) {
        let source = std::fs::read_to_string(&file).expect("a source is text");
        let lines = source.lines().count();
        if lines > MOST_LINES {
            too_long.push(format!("{} has {lines} lines", file.display()));
        }
    }
    assert!(
        too_long.is_empty(),
        "at most {MOST_LINES} lines are allowed; split where a file has two subjects:\n{}",
        too_long.join("\n")
    );
}

#[test]
fn a_room_may_use_only_rooms_below_it() {
    // The table is written bottom up but for `learner` and `lesson`; a cycle would make any order
    // impossible.
    let mut placed: Vec<&str> = Vec::new();
    while placed.len() < ROOMS.len() {
        let before = placed.len();
        for (room, uses) in ROOMS {
            let below = |path: &&str| {
                let used = path.split("::").next().unwrap_or(path);
                placed.contains(&used)
            };
            if !placed.contains(room) && uses.iter().all(below) {
                placed.push(room);
            }
        }
        assert!(
            placed.len() > before,
            "a cycle among the rooms that are not in {placed:?}"
        );
    }
}

/// What a manifest says of its dependencies, by name, each as a table.
fn dependencies(manifest: &str) -> Vec<(String, toml::Table)> {
    let manifest: toml::Table = toml::from_str(manifest).expect("a manifest is TOML");
    let named = manifest["dependencies"].as_table().expect("a table");
    named
        .iter()
        .map(|(name, asked)| {
            let asked = match asked {
                toml::Value::Table(asked) => asked.clone(),
                version => [("version".to_owned(), version.clone())]
                    .into_iter()
                    .collect(),
            };
            (name.clone(), asked)
        })
        .collect()
}

/// How the fuzzed package asks otherwise for what both use: it builds the same sources, so what they need of a crate is the same.
fn asked_otherwise(package: &str, fuzzed: &str) -> Vec<String> {
    let package = dependencies(package);
    let both = dependencies(fuzzed).into_iter().filter_map(|(name, here)| {
        let (_, there) = package.iter().find(|(other, _)| *other == name)?;
        (here != *there).then(|| {
            format!(
                "{name}: `{here}` in fuzz/Cargo.toml, `{there}` in Cargo.toml; make them the same"
            )
        })
    });
    both.collect()
}

#[test]
fn the_fuzzed_sources_are_built_with_what_the_package_has() {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::read_to_string(path).expect("a manifest is text")
    };
    let differences = asked_otherwise(&read("Cargo.toml"), &read("fuzz/Cargo.toml"));
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn a_feature_that_the_fuzzed_package_lacks_is_found() {
    let package = "[dependencies]\na = { version = \"1\", features = [\"x\"] }\nb = \"2\"\n";
    let same =
        "[dependencies]\na = { features = [\"x\"], version = \"1\" }\nb = { version = \"2\" }\n";
    assert_eq!(asked_otherwise(package, same), [] as [String; 0]);
    let other = "[dependencies]\na = \"1\"\nb = \"2\"\nc = \"3\"\n";
    let found = asked_otherwise(package, other);
    assert!(found.len() == 1 && found[0].starts_with("a: "), "{found:?}");
}

fn paths(source: &str, depth: usize) -> Vec<String> {
    reaches(&tokens(source), depth)
        .into_iter()
        .map(|reach| reach.path)
        .collect()
}

#[test]
fn the_reader_finds_every_kind_of_path() {
    assert_eq!(paths("use crate::app::State;", 2), ["app::State"]);
    assert_eq!(
        paths(
            "use crate::{app, ui::{self, theme::Theme}, lesson::model as m};",
            2
        ),
        ["app", "ui::self", "ui::theme::Theme", "lesson::model"]
    );
    assert_eq!(
        paths(
            "fn f() -> crate::target::Exchange { crate::runner::run() }",
            2
        ),
        ["target::Exchange", "runner::run"]
    );
    assert_eq!(paths("use super::super::ui::draw;", 2), ["ui::draw"]);
    assert_eq!(
        paths("mod tests { use super::super::ui::draw; }", 2),
        [] as [String; 0]
    );
    assert_eq!(
        paths("mod tests { use super::super::ui::draw; }", 1),
        ["ui::draw"]
    );
}

#[test]
fn the_reader_leaves_out_what_is_not_code() {
    let source = r##"
        // use crate::ui::a;
        /* use crate::ui::b; /* nested */ crate::ui::c */
        let a = "crate::ui::d \" crate::ui::e";
        let b = r#"crate::ui::f " "#;
        let c = ['"', '\'', '\u{1f}'];
        let d: &'static str = crate::lesson::g;
    "##;
    assert_eq!(paths(source, 2), ["lesson::g"]);
}

#[test]
fn tests_of_a_screen_may_draw_it_and_the_screen_may_not() {
    let source = "use crate::ui::draw;\nmod tests {\n    use crate::ui::draw;\n}\n";
    let found = offences("src/app/home.rs", "app", 2, source);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("src/app/home.rs:1:"));
    assert!(offences("src/app/tests.rs", "app", 2, source).is_empty());
}

#[test]
fn an_offence_is_seen_with_its_line() {
    let found = offences("x.rs", "simulator", 2, "\nuse crate::ui::draw;\n");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("x.rs:2: `simulator` uses crate::ui::draw"),
        "{found:?}"
    );
    assert!(offences("x.rs", "simulator", 2, "use crate::printable::line;").is_empty());
    assert!(offences("x.rs", "scene", 2, "use crate::simulator::trace::Trace;").is_empty());
    assert_eq!(
        offences("x.rs", "scene", 2, "use crate::simulator::Simulator;").len(),
        1
    );
    assert_eq!(offences("x.rs", "kitchen", 2, "").len(), 1);
    assert_eq!(offences("x.rs", "app", 2, "async fn f() {}").len(), 1);
    assert!(offences("x.rs", "runner", 2, "async fn f() { g().await }").is_empty());
    assert_eq!(
        offences("x.rs", "cli", 2, "let t = Instant::now();").len(),
        1
    );
    let marked = "#[expect(clippy::disallowed_methods, reason = \"…\")]\nlet t = Instant::now();";
    assert!(offences("x.rs", "cli", 2, marked).is_empty());
}

/// The table of `ARCHITECTURE.md`: each room, and what stands in its last cell.
#[test]
fn the_table_of_the_architecture_names_each_room_and_what_it_may_use() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    for (room, uses) in ROOMS {
        let heads = [format!("| `{room}` |"), format!("| `{room}/` |")];
        let row = page
            .lines()
            .find(|line| heads.iter().any(|head| line.starts_with(head)))
            .unwrap_or_else(|| panic!("no row of {room}"));
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        let told = cells.last().expect("a cell");
        if *told == "all" {
            continue;
        }
        let first = |path: &&str| path.split("::").next().unwrap_or_default().to_owned();
        let untold: Vec<String> = uses
            .iter()
            .map(first)
            .filter(|one| !told.contains(one))
            .collect();
        assert!(
            untold.is_empty(),
            "{room} may use {untold:?}, and its row says: {told}"
        );
        let others = ROOMS.iter().map(|(other, _)| *other);
        let words: Vec<&str> = told
            .split(|letter: char| !letter.is_ascii_lowercase())
            .collect();
        let forbidden: Vec<&str> = others
            .filter(|other| other != room && words.contains(other))
            .filter(|other| !uses.iter().any(|path| first(path) == *other))
            .collect();
        assert!(
            forbidden.is_empty(),
            "{room} may not use {forbidden:?}, and its row says: {told}"
        );
    }
}
