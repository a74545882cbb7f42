//! `dynatour traffic`: ten minutes of requests against the limits of a table's partitions, on the screen or as text.
//!
//! The requests are really sent to a scratch table that throttles, saves for bursts and splits; every figure comes from the traces
//! of these requests.

use std::io::Write;

use serde_json::{Value, json};

use super::arguments::{Common, Traffic};
use super::failure::Failure;
use super::{picture, run, session};
use crate::app::effect::TrafficRun;
use crate::app::traffic::{cost, demo, settings};
use crate::lesson::model::TrafficDemo;
use crate::lesson::traffic::{Access, Design, Load};
use crate::runner::demo::Watch;
use crate::runner::demo::traffic::{check, run_traffic};
use crate::scene::traffic::{Record, Script, Side, Slice, Units, narrate, share};
use crate::scene::{Position, bytes, count};
use crate::simulator::trace::SplitCause;
use crate::terminal::Opening;

/// Everything was sent.
const DONE: u8 = 0;

/// The demonstration outside of any lesson.
fn asked(arguments: &Traffic) -> TrafficDemo {
    let first = demo("orders");
    let load = if arguments.reads {
        settings::other_access(first.load)
    } else {
        first.load
    };
    TrafficDemo {
        design: arguments.key.into(),
        load: Load {
            rate: arguments.rate.unwrap_or(load.rate),
            spread: arguments.spread.into(),
            provisioned: arguments.provisioned,
            ..load
        },
        ..first
    }
}

pub fn traffic(arguments: &Traffic, common: &Common) -> Result<u8, Failure> {
    let demo = asked(arguments);
    check(&demo.load)?;
    let told = arguments.plain || arguments.json;
    if arguments.fix.is_some() && !told && (arguments.picture.export.is_some() || run::has_screen())
    {
        return Err(Failure::Words(
            "--fix tells both keys with --plain or --json; on the screen, press f".to_owned(),
        ));
    }
    if let Some(file) = &arguments.picture.export {
        return picture::export(Opening::Traffic(demo), file, &arguments.picture, common);
    }
    if !told && run::has_screen() {
        return run::demonstration(common, Opening::Traffic(demo));
    }
    let designs = std::iter::once(demo.design).chain(arguments.fix.map(Into::into));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for design in designs {
        let run = TrafficRun {
            table: demo.table.clone(),
            design,
            load: demo.load,
        };
        let watch = Watch {
            report: &|_| {},
            stop: &|| false,
        };
        let record = session::block_on(run_traffic(&run, watch))??;
        if arguments.json {
            writeln!(out, "{}", figures(run.design, run.load, &record))?;
        } else {
            as_text(&run, &record, &mut out)?;
        }
        out.flush()?;
    }
    Ok(DONE)
}

/// The whole run as one side of a picture.
fn at_end(script: &Script) -> Side<'_> {
    let end = Position::stop(script.timeline().moments());
    script.picture(end).after
}

/// `2,000 writes a second, all customers alike; key status / order; on demand`.
pub fn describe(design: Design, load: Load) -> String {
    let capacity = match load.provisioned {
        None => "on demand".to_owned(),
        Some(units) => format!("{} units a second provisioned", count(units)),
    };
    format!(
        "{} {} a second, {}; key {}; {capacity}",
        count(load.rate),
        load.access.word(),
        load.spread.label(),
        settings::keys(design)
    )
}

fn as_text(run: &TrafficRun, record: &Record, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", describe(run.design, run.load))?;
    writeln!(
        out,
        "Scale 1:{}: one request stands for {}, a partition holds {}, not 10 GB.\n",
        record.setup.scale,
        record.setup.scale,
        bytes(record.setup.holds)
    )?;
    for line in narrate(record) {
        writeln!(out, "{line}")?;
    }
    let script = Script::new(None, record.clone());
    let side = at_end(&script);
    writeln!(out, "\n{:10}{:>14}", "asked", count(side.totals.asked))?;
    writeln!(out, "{:10}{:>14}", "served", count(side.totals.served()))?;
    writeln!(
        out,
        "{:10}{:>14}  {}",
        "refused",
        count(side.totals.throttled),
        share(&side.totals)
    )?;
    writeln!(
        out,
        "{:10}{:>14}\n",
        "cost",
        cost(&side, run.load).to_string()
    )
}

/// One object: what was sent, each slice, and the sums. Requests and units are real ones, a second.
pub fn figures(design: Design, load: Load, record: &Record) -> Value {
    let script = Script::new(None, record.clone());
    let side = at_end(&script);
    let slices: Vec<Value> = (1u64..)
        .zip(&record.slices)
        .map(|(number, slice)| {
            let mut line = slice_json(record, slice);
            line["until_seconds"] = json!(number * record.setup.seconds);
            line
        })
        .collect();
    json!({
        "access": match record.setup.units {
            Units::Read => Access::Reads.word(),
            Units::Write => Access::Writes.word(),
        },
        "rate": load.rate,
        "spread": load.spread.word(),
        "key": design.keys(),
        "provisioned": load.provisioned,
        "scale": record.setup.scale,
        "partition_limit": record.limit_a_second(),
        "partition_bytes": record.setup.holds,
        "slices": slices,
        "asked": side.totals.asked,
        "served": side.totals.served(),
        "refused": side.totals.throttled,
        "partitions": side.totals.partitions,
        "splits": side.totals.splits,
        "cost": cost(&side, load).to_string(),
    })
}

fn slice_json(record: &Record, slice: &Slice) -> Value {
    let partitions: Vec<Value> = slice
        .lanes
        .iter()
        .map(|lane| {
            json!({
                "partition": lane.state.id.0,
                "consumed": record.a_second(lane.consumed),
                "refused": record.requests_a_second(lane.throttled),
                "items": lane.state.items,
                "bytes": lane.state.bytes,
                "busiest_key": lane.busiest.as_ref().map(|(key, _)| key),
            })
        })
        .collect();
    let splits: Vec<Value> = slice
        .splits
        .iter()
        .map(|at| {
            json!({
                "at_milliseconds": at.millis,
                "partition": at.split.partition.0,
                "upper": at.split.upper.0,
                "by_sort_key": at.split.inside,
                "cause": match at.split.cause {
                    SplitCause::Heat => "heat",
                    SplitCause::Size => "size",
                    SplitCause::Growth => "growth",
                },
            })
        })
        .collect();
    let refused: serde_json::Map<String, Value> = slice
        .refused
        .iter()
        .map(|(reason, times)| (reason.clone(), json!(record.requests_a_second(*times))))
        .collect();
    let saved = slice.table.map(|rate| record.real(rate.left).as_f64());
    json!({
        "asked": record.requests_a_second(slice.asked),
        "refused": refused,
        "saved_units": saved,
        "partitions": partitions,
        "splits": splits,
    })
}
