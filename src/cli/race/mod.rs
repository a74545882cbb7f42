//! `dynatour race`: what two ways to ask the same question cost, on the screen or as text.
//!
//! A scratch table is really filled and both ways are read to their last page; every figure was measured there. With a server,
//! those figures are the prediction, and what the server's responses say stands beside them.

pub mod arguments;

use std::io::{IsTerminal as _, Write};

use serde_json::{Value, json};

use super::arguments::Common;
use super::failure::Failure;
use super::{picture, run, session};
use crate::app::effect::Answer;
use crate::app::figures;
use crate::app::race::run::{Measured, MeasuredSide, MostCost, RaceReport, RaceRun};
use crate::lesson::ask::Way;
use crate::printable;
use crate::runner::demo::Watch;
use crate::runner::demo::race::elsewhere::measure;
use crate::runner::demo::race::growth::{SIZES, run_growth};
use crate::runner::demo::race::{MOST_ITEMS, Scratch, mark_modelled, run_race};
use crate::scene::race::growth::{Growth, Point, grouped};
use crate::scene::race::{Figures, Script, Side, narrate};
use crate::scene::{bytes, count, plural};
use crate::simulator::trace::Trace;
use crate::target::Target;
use crate::target::choice::Choice;
use crate::target::exchange::Picodollars;
use crate::terminal::Opening;
use arguments::Race;

/// Everything was read.
const DONE: u8 = 0;
/// One of the two was refused.
const REFUSED: u8 = 1;
const MILLION: u64 = 1_000_000;
/// From this size on, what the table takes is said before it is built.
const MUCH: u64 = 100_000;

/// All that was found out.
struct Found {
    run: RaceRun,
    report: RaceReport,
    growth: Option<Growth>,
    /// Which server was meant, and what it said if it was asked.
    server: Option<(String, Option<Measured>)>,
}

pub fn race(arguments: &Race, common: &Common) -> Result<u8, Failure> {
    let run = arguments.run();
    // Text that can't be sent is said before anything is built.
    for side in Side::BOTH {
        run.ask(side)
            .requests(&run.demo.table, &run.demo.attributes())
            .map_err(|error| Failure::Words(error.to_string()))?;
    }
    if let Some(file) = &arguments.picture.export {
        let opening = Opening::Race(Box::new(run));
        return picture::export(opening, file, &arguments.picture, common);
    }
    if !arguments.plain && !arguments.json && run::has_screen() {
        return run::demonstration(common, Opening::Race(Box::new(run)));
    }
    // More than there can be is refused, and takes none.
    if (MUCH..=MOST_ITEMS).contains(&run.demo.items) {
        let memory = bytes(run.memory());
        let items = plural(run.demo.items, "item");
        session::say(&format!("{items} take about {memory} of memory"));
    }
    let found = session::block_on(find(run, arguments, common))??;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let done = if arguments.json {
        as_json(&found, &mut out)?
    } else {
        as_text(&found, &mut out)?
    };
    out.flush()?;
    Ok(if done { DONE } else { REFUSED })
}

async fn find(run: RaceRun, arguments: &Race, common: &Common) -> Result<Found, Failure> {
    let choice = session::demonstration_choice(common).await?;
    let outside = session::outside(std::path::PathBuf::new());
    // Long work says on a terminal how far it is; in a file it would only be in the way.
    let watched = std::io::stderr().is_terminal();
    let say = |answer: Answer| {
        if let (true, Answer::Working { done, total, what }) = (watched, answer) {
            let (done, total) = (count(done), count(total));
            let _ = write!(std::io::stderr(), "\r\x1b[K{done} of {total} {what}");
        }
    };
    let watch = Watch {
        report: &say,
        stop: &|| false,
    };
    let mut report = run_race(&run, &Scratch::default(), &outside, watch).await?;
    let refused = report.refusal().is_some();
    let growth = if arguments.growth && !refused {
        let points = run_growth(&run, &SIZES, &outside, watch).await?;
        Some(Growth::new(&with(points, &run, &report)))
    } else {
        None
    };
    let server = match &choice {
        Choice::Simulated { .. } | Choice::Account(_) => None,
        Choice::Endpoint(endpoint) => {
            mark_modelled(&mut report);
            let target = Target::endpoint(endpoint);
            let measured = if arguments.yes && !refused {
                Some(measure(&run, &target, watch).await?)
            } else {
                None
            };
            Some((endpoint.name().to_owned(), measured))
        }
    };
    if watched {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    Ok(Found {
        run,
        report,
        growth,
        server,
    })
}

/// The points of several sizes and the one of the race itself.
fn with(mut points: Vec<Point>, run: &RaceRun, report: &RaceReport) -> Vec<Point> {
    if let Some(script) = Script::new(report.left.traces(), report.right.traces()) {
        let end = script.timeline().moments();
        points.push(Point {
            items: run.demo.items,
            left: script.figures(Side::Left, end).into(),
            right: script.figures(Side::Right, end).into(),
            measured: true,
        });
    }
    points
}

/// False when there was nothing to compare.
fn as_text(found: &Found, out: &mut dyn Write) -> std::io::Result<bool> {
    let Found { run, report, .. } = found;
    let size = plural(run.demo.items, "item");
    let partitions = plural(run.demo.partitions.into(), "partition");
    writeln!(out, "{size} in {partitions}, asked in two ways:")?;
    for (side, name) in [(Side::Left, "left"), (Side::Right, "right")] {
        let ask = run.ask(side);
        let whole: String = ask.whole().chars().take(200).collect();
        let index = match ask.way {
            Way::Index => format!(" ({})", ask.index.name()),
            _ => String::new(),
        };
        let strong = if ask.consistent {
            ", strongly consistent"
        } else {
            ""
        };
        writeln!(
            out,
            "  {name:6}{}{}{strong}: {}",
            ask.way.words(),
            printable::line(&index),
            printable::line(&whole)
        )?;
    }
    writeln!(out)?;
    if let Some(why) = report.refusal() {
        writeln!(out, "{}", printable::line(why))?;
        return Ok(false);
    }
    let (left, right) = (report.left.traces(), report.right.traces());
    if let Some((server, _)) = &found.server {
        writeln!(
            out,
            "Modelled on the simulated table, as {server} is expected to do it."
        )?;
    }
    for line in narrate(&left, &right) {
        writeln!(out, "{line}")?;
    }
    let Some(script) = Script::new(left, right) else {
        return Ok(false);
    };
    let end = script.timeline().moments();
    let column = |side| values(found, side, script.figures(side, end));
    writeln!(out, "\n{:14}{:>20}{:>20}", "", "left", "right")?;
    let columns = column(Side::Left).into_iter().zip(column(Side::Right));
    for (label, (left, right)) in labels(run.demo.round_trip).iter().zip(columns) {
        writeln!(out, "{label:14}{left:>20}{right:>20}")?;
    }
    if let Some(server) = &found.server {
        measured_text(found, server, out)?;
    }
    if let Some(growth) = &found.growth {
        writeln!(
            out,
            "\n{:>14}{:>20}{:>20}",
            "items", "left RCU", "right RCU"
        )?;
        for point in growth.points() {
            let mark = if point.measured { "" } else { "  extrapolated" };
            writeln!(
                out,
                "{:>14}{:>20}{:>20}{mark}",
                count(point.items),
                grouped(point.left.read),
                grouped(point.right.read)
            )?;
        }
        writeln!(out)?;
        for sentence in growth.sentences() {
            writeln!(out, "{sentence}")?;
        }
    }
    Ok(true)
}

fn labels(round_trip: u64) -> [String; 12] {
    let modelled = format!("at {round_trip} ms");
    [
        "examined",
        "returned",
        "read",
        "partitions",
        "pages",
        "round trips",
        "RCU",
        "last page RCU",
        "price",
        "a million",
        "time here",
        &modelled,
    ]
    .map(str::to_owned)
}

fn values(found: &Found, side: Side, figures: Figures) -> [String; 12] {
    let report = found.report.side(side);
    let price = report.price();
    let modelled = figures.round_trips * found.run.demo.round_trip;
    [
        count(figures.examined),
        count(figures.returned),
        bytes(figures.bytes),
        count(figures.partitions),
        count(figures.pages),
        count(figures.round_trips),
        figures.read.to_string(),
        figures.last.to_string(),
        price.to_string(),
        (price * MILLION).to_string(),
        figures::time(report.elapsed()),
        figures::time(std::time::Duration::from_millis(modelled)),
    ]
}

fn measured_text(
    found: &Found,
    (server, measured): &(String, Option<Measured>),
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let MostCost {
        written,
        read,
        price,
    } = MostCost::of(&found.run, &found.report);
    let most = format!(
        "{} WCU and {} RCU, {price}",
        grouped(written),
        grouped(read)
    );
    let Some(measured) = measured else {
        return writeln!(
            out,
            "\nNothing was sent to {server}. With --yes the race is run there on a table of its own; it costs at most {most} on AWS."
        );
    };
    writeln!(
        out,
        "\nMeasured on {server} (at most {most}; the table is deleted again):"
    )?;
    let values = |side: &MeasuredSide| {
        [
            count(side.examined),
            count(side.returned),
            count(side.pages),
            side.read.to_string(),
            figures::time(side.elapsed),
        ]
    };
    let rows = values(&measured.left)
        .into_iter()
        .zip(values(&measured.right));
    for (label, (left, right)) in ["examined", "returned", "pages", "RCU", "time"]
        .iter()
        .zip(rows)
    {
        writeln!(out, "{label:14}{left:>20}{right:>20}")?;
    }
    writeln!(
        out,
        "{:14}{:>20}",
        "written WCU",
        measured.written.to_string()
    )
}

/// One object: the pages of both sides and their sums.
fn as_json(found: &Found, out: &mut dyn Write) -> std::io::Result<bool> {
    let Found { run, report, .. } = found;
    if let Some(why) = report.refusal() {
        writeln!(out, "{}", json!({ "error": why }))?;
        return Ok(false);
    }
    let Some(script) = Script::new(report.left.traces(), report.right.traces()) else {
        writeln!(out, "{}", json!({ "error": "the race left no trace" }))?;
        return Ok(false);
    };
    let end = script.timeline().moments();
    let side = |side: Side| {
        let figures = script.figures(side, end);
        let pages: Vec<Value> = script.pages(side).map(page).collect();
        let (ask, report) = (run.ask(side), report.side(side));
        let modelled = figures.round_trips * run.demo.round_trip;
        json!({
            "way": ask.way.name(),
            "request": serde_json::from_str::<Value>(&report.request).unwrap_or_default(),
            "pages": pages,
            "round_trips": figures.round_trips,
            "partitions": figures.partitions,
            "examined": figures.examined,
            "returned": figures.returned,
            "bytes": figures.bytes,
            "read_units": figures.read.as_f64(),
            "price": report.price().to_string(),
            "price_of_a_million": million(report.price()),
            "milliseconds_here": report.elapsed().as_secs_f64() * 1000.0,
            "milliseconds_modelled": modelled,
        })
    };
    let mut line = json!({
        "items": run.demo.items,
        "table_partitions": run.demo.partitions,
        "round_trip": run.demo.round_trip,
        "modelled": script.modelled(),
        "left": side(Side::Left),
        "right": side(Side::Right),
        "times_as_much": script.times(end),
    });
    if let Some((server, measured)) = &found.server {
        let MostCost {
            written,
            read,
            price,
        } = MostCost::of(run, report);
        line["server"] = json!(server);
        line["most"] = json!({
            "write_units": written.as_f64(),
            "read_units": read.as_f64(),
            "price": price.to_string(),
        });
        line["measured"] = json!(measured.as_ref().map(|measured| json!({
            "left": measured_json(&measured.left),
            "right": measured_json(&measured.right),
            "write_units": measured.written.as_f64(),
        })));
    }
    if let Some(growth) = &found.growth {
        let point = |point: &Point| {
            json!({
                "items": point.items,
                "left_read_units": point.left.read.as_f64(),
                "right_read_units": point.right.read.as_f64(),
                "measured": point.measured,
            })
        };
        line["growth"] = growth.points().iter().map(point).collect();
    }
    writeln!(out, "{line}")?;
    Ok(true)
}

fn million(price: Picodollars) -> String {
    (price * MILLION).to_string()
}

fn measured_json(side: &MeasuredSide) -> Value {
    json!({
        "examined": side.examined,
        "returned": side.returned,
        "pages": side.pages,
        "read_units": side.read.as_f64(),
        "milliseconds": side.elapsed.as_secs_f64() * 1000.0,
    })
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

#[cfg(test)]
mod tests;
