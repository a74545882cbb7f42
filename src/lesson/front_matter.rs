//! The TOML between `+++` lines that a lesson's and a section's file begin with.
//!
//! Invariant: the body begins right after the closing line, so its offsets are the file's.

use std::collections::BTreeMap;

use super::directive::is_id;
use super::error::Problems;
use super::fields::{self, Fields};
use super::model::{Goal, Link, Simulation, Throttling};
use super::source::{Excerpt, SourceFile, Span};

/// What `lesson.md` says of the lesson.
#[derive(Debug)]
pub(crate) struct LessonMatter {
    pub(crate) title: String,
    pub(crate) session: String,
    pub(crate) summary: String,
    pub(crate) course: String,
    pub(crate) region: String,
    pub(crate) links: BTreeMap<String, Link>,
    pub(crate) goals: Vec<Goal>,
    /// Each step that a goal names, with its place.
    pub(crate) references: Vec<(String, Span)>,
}

/// What a section's file says of the section.
#[derive(Debug)]
pub(crate) struct SectionMatter {
    pub(crate) title: String,
    pub(crate) minutes: u32,
    pub(crate) simulation: Simulation,
}

/// A whole day: beyond that the author meant something else.
const MOST_MINUTES: u64 = 24 * 60;
/// An hour: nobody waits longer in a lesson.
const MOST_SECONDS: u64 = 60 * 60;

/// Splits a file into the fields of its front matter and its body.
pub(crate) fn split(
    file: &SourceFile,
    what: &str,
    problems: &mut Problems,
) -> (Option<Fields>, Excerpt) {
    let mut lines = file.text.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    if first.trim_end() != "+++" {
        problems.report(
            &(0..first.trim_end().len()),
            format!("{what} does not begin with front matter"),
            "begin it with a line +++, then title = \"…\" and the other keys, then a line +++",
        );
        return (None, Excerpt::copied(&file.text, 0));
    }
    let start = first.len();
    let mut at = start;
    for line in lines {
        let next = at + line.len();
        if line.trim_end() == "+++" {
            let toml = Excerpt::copied(&file.text[start..at], start);
            let fields = fields::read(&toml, what, 0..3, problems);
            return (fields, Excerpt::copied(&file.text[next..], next));
        }
        at = next;
    }
    problems.report(
        &(0..3),
        "the front matter is never closed",
        "end it with a line +++",
    );
    (None, Excerpt::empty())
}

/// Reads the fields of `lesson.md`. Links are returned whatever else is wrong, so that sections can be checked.
pub(crate) fn lesson(
    mut fields: Fields,
    problems: &mut Problems,
) -> (Option<LessonMatter>, BTreeMap<String, Link>) {
    let title = fields.text("title", problems);
    let session = fields.text("session", problems);
    let summary = fields.text("summary", problems);
    let course = fields.text("course", problems);
    let region = fields.text("region", problems);
    let links = links(&mut fields, problems);
    let (goals, references) = goals(&mut fields, problems);
    fields.finish(problems);
    let matter = (|| {
        Some(LessonMatter {
            title: title?,
            session: session?,
            summary: summary?,
            course: course?,
            region: region?,
            links: links.clone(),
            goals,
            references,
        })
    })();
    (matter, links)
}

/// Reads the fields of a section's file.
pub(crate) fn section(mut fields: Fields, problems: &mut Problems) -> Option<SectionMatter> {
    let title = fields.text("title", problems);
    let minutes = fields.count("minutes", 1..=MOST_MINUTES, problems);
    let simulation = fields.table("simulation", "the simulation", problems);
    let simulation = simulation.map_or_else(Simulation::default, |fields| {
        simulation_of(fields, problems)
    });
    fields.finish(problems);
    Some(SectionMatter {
        title: title?,
        minutes: u32::try_from(minutes?).ok()?,
        simulation,
    })
}

/// What the simulated table makes visible in the section.
fn simulation_of(mut fields: Fields, problems: &mut Problems) -> Simulation {
    let throttling = fields.flag("throttling", problems).unwrap_or(false);
    let mut limits = Vec::new();
    for (key, most) in [
        ("scale", 1_000),
        ("partition_bytes", u64::MAX),
        ("heat", MOST_SECONDS),
        ("growth", MOST_SECONDS),
    ] {
        let (number, span) = fields.optional_count(key, 1..=most, problems).unzip();
        if let Some(span) = span
            && !throttling
        {
            problems.report(
                &span,
                format!("`{key}` says how requests are throttled, and they are not"),
                "add `throttling = true`, or leave it out",
            );
        }
        limits.push(number);
    }
    let mut seconds = |key| {
        let delay = fields.optional_count(key, 0..=MOST_SECONDS, problems);
        delay.map_or(0, |(seconds, _)| seconds)
    };
    let simulation = Simulation {
        throttling: throttling.then(|| Throttling {
            scale: limits[0].unwrap_or(1),
            partition_bytes: limits[1],
            heat: limits[2],
            growth: limits[3],
        }),
        stale_reads: seconds("stale_reads"),
        index_delay: seconds("index_delay"),
        table_delay: seconds("table_delay"),
        expiry_delay: seconds("expiry_delay"),
    };
    fields.finish(problems);
    simulation
}

fn links(fields: &mut Fields, problems: &mut Problems) -> BTreeMap<String, Link> {
    let mut links = BTreeMap::new();
    let Some(table) = fields.table("links", "the links", problems) else {
        return links;
    };
    for (name, mut entry) in table.named_tables("the link", problems) {
        let title = entry.text("title", problems);
        let address = entry.spanned_text("address", problems);
        entry.finish(problems);
        if let Some((address, span)) = &address
            && !address.starts_with("https://")
            && !address.starts_with("http://")
        {
            problems.report(
                span,
                format!("`{address}` is no address a browser opens"),
                "begin it with https://",
            );
        }
        if let (Some(title), Some((address, _))) = (title, address) {
            links.insert(name, Link { title, address });
        }
    }
    links
}

fn goals(fields: &mut Fields, problems: &mut Problems) -> (Vec<Goal>, Vec<(String, Span)>) {
    let mut goals: Vec<Goal> = Vec::new();
    let mut references = Vec::new();
    for mut entry in fields.tables("goals", "a goal", problems) {
        let id = entry.spanned_text("id", problems);
        let text = entry.text("text", problems);
        let steps = entry.texts("steps", problems).unwrap_or_default();
        let lambda = entry.flag("lambda", problems).unwrap_or(false);
        entry.finish(problems);
        if let Some((id, span)) = &id {
            if !is_id(id) {
                super::directive::refuse_id(id, span, problems);
            } else if goals.iter().any(|goal| goal.id == *id) {
                problems.report(
                    span,
                    format!("two goals are called `{id}`"),
                    "give each its own id",
                );
            }
        }
        if let (Some((id, _)), Some(text)) = (id, text) {
            goals.push(Goal {
                id,
                text,
                steps: steps.iter().map(|(step, _)| step.clone()).collect(),
                lambda,
            });
        }
        references.extend(steps);
    }
    (goals, references)
}
