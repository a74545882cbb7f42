//! The lesson without its demonstrations, which take seconds to compute and send nothing to an account.

use std::path::Path;

const DEMONSTRATIONS: [&str; 3] = ["hash", "race", "traffic"];

/// Copies session 6 into a directory of lessons: each request stays, each demonstration goes, with the question about it.
pub fn without_demonstrations(lessons: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/06-dynamodb");
    let to = lessons.join("06-dynamodb");
    std::fs::create_dir(&to).unwrap();
    let mut gone = Vec::new();
    let mut files: Vec<(String, String)> = std::fs::read_dir(from)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect();
    for (_, text) in &mut files {
        let pages: Vec<String> = text
            .split("<!-- pause -->")
            .map(|page| without(page, &mut gone))
            .collect();
        *text = pages.join("<!-- pause -->");
    }
    assert!(!gone.is_empty(), "the lesson has demonstrations");
    for (name, mut text) in files {
        for id in &gone {
            // Where a goal names the steps that reach it.
            text = text.replace(&format!(", \"{id}\""), "");
        }
        std::fs::write(to.join(name), text).unwrap();
    }
}

/// A page without its demonstration, whose id is written down.
fn without(page: &str, gone: &mut Vec<String>) -> String {
    let Some(id) = fences(page).find_map(|fence| {
        let (kind, id) = fence.split_once(" id=")?;
        DEMONSTRATIONS.contains(&kind).then(|| id.to_owned())
    }) else {
        return page.to_owned();
    };
    gone.push(id);
    let mut kept = String::new();
    let mut inside = false;
    for line in page.split_inclusive('\n') {
        let fence = line.strip_prefix("```").map(str::trim);
        match fence {
            Some(opens) if !inside && !opens.is_empty() => {
                let kind = opens.split(' ').next().unwrap_or_default();
                inside = kind == "predict" || DEMONSTRATIONS.contains(&kind);
                if !inside {
                    kept.push_str(line);
                }
            }
            Some("") if inside => inside = false,
            _ if inside => {}
            _ => kept.push_str(line),
        }
    }
    kept
}

/// What stands after the three backticks that open a fence.
fn fences(page: &str) -> impl Iterator<Item = &str> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("```"));
    lines.filter(|fence| !fence.is_empty())
}
