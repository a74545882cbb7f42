//! The pages of limits, of differences and of the architecture say what the sources say.
//!
//! A row of the first two names a file and words in it. A limit that is changed, moved or dropped fails here until its page is told.

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/simulator")
}

/// The cells of each row of a page's tables, without heads and rules.
fn rows(page: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder().join(page)).expect("the page is there");
    text.lines()
        .filter(|line| line.starts_with("| ") && !line.contains("| where |"))
        .map(|line| {
            let cells = line.trim_matches('|').split(" | ");
            cells
                .map(|cell| cell.trim().trim_matches('|').trim().to_owned())
                .collect()
        })
        .collect()
}

/// Why `file: ` and words in backticks are not true, if they aren't.
fn wrong(place: &str) -> Option<String> {
    let (file, words) = place.split_once(": `")?;
    let words = words.trim_end_matches('`');
    match std::fs::read_to_string(folder().join(file)) {
        Err(error) => Some(format!("{file}: {error}")),
        Ok(text) if text.contains(words) => None,
        Ok(_) => Some(format!("{file} does not say `{words}`")),
    }
}

#[test]
fn every_limit_stands_where_its_row_says() {
    let rows = rows("LIMITS.md");
    assert!(rows.len() > 30, "{} rows", rows.len());
    let mut faults = Vec::new();
    for row in &rows {
        let [limit, enforced, place, source] = row.as_slice() else {
            panic!("four cells: {row:?}");
        };
        assert!(!source.is_empty(), "{limit} has no source");
        match enforced.as_str() {
            "yes" | "partly" => {
                assert!(place.contains(": `"), "{limit}: {place}");
                faults.extend(wrong(place));
            }
            other => assert_eq!(other, "no", "{limit}"),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_difference_stands_where_its_row_says() {
    let rows = rows("DIFFERENCES.md");
    assert!(rows.len() > 10, "{} rows", rows.len());
    let mut faults = Vec::new();
    for row in &rows {
        let [difference, place, source] = row.as_slice() else {
            panic!("three cells: {row:?}");
        };
        assert!(place.contains(": `") && !source.is_empty(), "{difference}");
        faults.extend(wrong(place));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_row_that_is_not_true_is_found() {
    assert!(wrong("operation/mod.rs: `const ITEM_BYTES: u64 = 401 * 1024`").is_some());
    assert!(wrong("nowhere.rs: `x`").is_some());
}

/// All files and folders below one, as they are named from the package's folder.
fn all_below(folder: &Path, into: &mut Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let below = path.strip_prefix(root).expect("below the package");
        into.push(format!("/{}", below.display()));
        // What cargo builds there is nobody's source.
        if path.is_dir() && !path.ends_with("fuzz/target") {
            all_below(&path, into);
        }
    }
}

/// `wire/{body,member}.rs` as `wire/body.rs` and `wire/member.rs`.
fn each_of(path: &str) -> Vec<String> {
    let braces = path
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match braces {
        Some((before, (names, after))) => names
            .split(',')
            .map(|name| format!("{before}{name}{after}"))
            .collect(),
        None => vec![path.to_owned()],
    }
}

#[test]
fn every_path_of_the_architecture_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut there = Vec::new();
    for folder in ["src", "tests", "benches", "fuzz", "lessons", "assets"] {
        there.push(format!("/{folder}"));
        all_below(&root.join(folder), &mut there);
    }
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page is there");
    let is_path = |words: &&str| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-{},".contains(letter);
        let named = words.contains('/') || words.strip_suffix(".rs").is_some();
        named && words.chars().all(plain)
    };
    // What stands between backticks is every second part.
    let parts = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths: Vec<String> = parts.filter(is_path).flat_map(each_of).collect();
    assert!(paths.len() > 60, "{} paths", paths.len());
    let missing: Vec<&String> = paths
        .iter()
        .filter(|path| {
            let end = format!("/{}", path.trim_end_matches('/'));
            !there.iter().any(|one| one.ends_with(&end))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
