//! The pages of limits and of differences say what the sources say.
//!
//! A row names a file and words in it. A limit that is changed, moved or dropped fails here until its page is told.

use std::path::PathBuf;

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
