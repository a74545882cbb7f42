//! `dynatour race`: what a query and a scan cost that answer the same question, on the screen or as text.
//!
//! A scratch table is really filled and both ways are read to their last page; every figure was measured there.

use std::io::Write;

use serde_json::{Value, json};

use super::arguments::{Common, Race};
use super::failure::Failure;
use super::{run, session};
use crate::app::effect::{RaceReport, RaceRun};
use crate::lesson::model::{Place, RaceDemo};
use crate::printable;
use crate::runner::demo::Watch;
use crate::runner::demo::race::{Scratch, run_race};
use crate::scene::race::{Figures, Script, Way, narrate};
use crate::scene::{bytes, count, plural};
use crate::simulator::trace::Trace;
use crate::target::exchange::{Exchange, Outcome, Picodollars};
use crate::terminal::Opening;

/// Everything was read.
const DONE: u8 = 0;
/// One of the two was refused.
const REFUSED: u8 = 1;
const MILLION: u64 = 1_000_000;

/// The demonstration outside of any lesson.
pub fn demo(arguments: &Race) -> RaceDemo {
    RaceDemo {
        id: String::new(),
        question: "Which pets live with Rachel?".to_owned(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions: arguments.partitions,
        items: arguments.items,
        per_key: 3,
        key: "Rachel".to_owned(),
        place: Place::default(),
    }
}

pub fn race(arguments: &Race, common: &Common) -> Result<u8, Failure> {
    let demo = demo(arguments);
    let key = arguments.key.clone().unwrap_or_else(|| demo.key.clone());
    if !arguments.plain && !arguments.json && run::has_screen() {
        return run::demonstration(common, Opening::Race { demo, key });
    }
    let run = RaceRun { demo, key };
    let outside = session::outside(std::path::PathBuf::new());
    let scratch = Scratch::default();
    let watch = Watch {
        report: &|_| {},
        stop: &|| false,
    };
    let report = session::block_on(run_race(&run, &scratch, &outside, watch))??;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let done = if arguments.json {
        as_json(&report, &mut out)?
    } else {
        as_text(&run, &report, &mut out)?
    };
    out.flush()?;
    Ok(if done { DONE } else { REFUSED })
}

fn traces(pages: &[Exchange]) -> Vec<Trace> {
    pages
        .iter()
        .filter_map(|exchange| exchange.trace.clone())
        .collect()
}

fn price(pages: &[Exchange]) -> Picodollars {
    pages.iter().map(|page| page.price).sum()
}

/// The first refusal on either side, in the service's own words.
fn refusal(report: &RaceReport) -> Option<String> {
    report
        .query
        .iter()
        .chain(&report.scan)
        .find_map(|page| match &page.outcome {
            Outcome::Success => None,
            Outcome::ServiceError { code, message } => Some(format!("{code}: {message}")),
            Outcome::Unanswered { why } | Outcome::NotSent { why } => Some(why.clone()),
        })
}

/// False when there was nothing to compare.
fn as_text(run: &RaceRun, report: &RaceReport, out: &mut dyn Write) -> std::io::Result<bool> {
    let demo = &run.demo;
    let size = plural(demo.items, "item");
    let partitions = plural(demo.partitions.into(), "partition");
    let key: String = run.key.chars().take(40).collect();
    writeln!(
        out,
        "{size} in {partitions}: which of them have {} = \"{}\"?\n",
        demo.partition_key,
        printable::line(&key)
    )?;
    if let Some(why) = refusal(report) {
        writeln!(out, "{}", printable::line(&why))?;
        return Ok(false);
    }
    let (query, scan) = (traces(&report.query), traces(&report.scan));
    for line in narrate(&query, &scan) {
        writeln!(out, "{line}")?;
    }
    let Some(script) = Script::new(&query, &scan) else {
        return Ok(false);
    };
    let end = script.timeline().moments();
    let column = |way: Way, pages: &[Exchange]| values(script.figures(way, end), price(pages));
    let columns = column(Way::Query, &report.query)
        .into_iter()
        .zip(column(Way::Scan, &report.scan));
    writeln!(out, "\n{:12}{:>16}{:>16}", "", "query", "scan")?;
    for (label, (query, scan)) in LABELS.iter().zip(columns) {
        writeln!(out, "{label:12}{query:>16}{scan:>16}")?;
    }
    Ok(true)
}

const LABELS: [&str; 8] = [
    "examined",
    "returned",
    "read",
    "pages",
    "partitions",
    "RCU",
    "price",
    "a million",
];

fn values(figures: Figures, price: Picodollars) -> [String; 8] {
    [
        count(figures.examined),
        count(figures.returned),
        bytes(figures.bytes),
        count(figures.pages),
        count(figures.partitions),
        figures.read.to_string(),
        price.to_string(),
        (price * MILLION).to_string(),
    ]
}

/// One object: the pages of both sides and their sums.
fn as_json(report: &RaceReport, out: &mut dyn Write) -> std::io::Result<bool> {
    if let Some(why) = refusal(report) {
        writeln!(out, "{}", json!({ "error": why }))?;
        return Ok(false);
    }
    let (query, scan) = (traces(&report.query), traces(&report.scan));
    let Some(script) = Script::new(&query, &scan) else {
        writeln!(out, "{}", json!({ "error": "the race left no trace" }))?;
        return Ok(false);
    };
    let end = script.timeline().moments();
    let side = |way: Way, pages: &[Exchange]| {
        let figures = script.figures(way, end);
        let each: Vec<Value> = script.pages(way).iter().map(page).collect();
        json!({
            "pages": each,
            "partitions": figures.partitions,
            "examined": figures.examined,
            "returned": figures.returned,
            "bytes": figures.bytes,
            "read_units": figures.read.as_f64(),
            "price": price(pages).to_string(),
            "price_of_a_million": (price(pages) * MILLION).to_string(),
        })
    };
    let line = json!({
        "query": side(Way::Query, &report.query),
        "scan": side(Way::Scan, &report.scan),
        "times_as_much": script.times(end),
    });
    writeln!(out, "{line}")?;
    Ok(true)
}

fn page(trace: &Trace) -> Value {
    let partitions: Vec<u32> = trace.visits.iter().map(|visit| visit.partition.0).collect();
    json!({
        "partitions": partitions,
        "examined": trace.examined(),
        "returned": trace.returned(),
        "bytes": trace.bytes(),
        "read_units": trace.read.as_f64(),
    })
}
