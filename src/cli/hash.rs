//! `dynatour hash KEY…`: where the items with these keys live, on the screen or as text.
//!
//! Each key is put into a scratch table of the simulated DynamoDB, and what is printed is what the puts left in
//! their traces. A key that the service refuses is answered in the service's own words and leaves no item. On a server
//! the same is printed as modelled, with what could be measured there.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::arguments::{Common, Hash};
use super::failure::Failure;
use super::{clock, picture, run, session};
use crate::app::effect::{
    Answer, Effect, EffectRequest, HashReport, HashRun, Measured, Refused, RequestId,
};
use crate::lesson::key::{HashFunction, HashTable, KeyText};
use crate::lesson::model::{DemoKeys, HashDemo, Place};
use crate::lesson::preset::{USUAL_ITEMS, date};
use crate::printable;
use crate::runner::RunError;
use crate::runner::demo::MOST_PARTITIONS;
use crate::runner::demo::hash::MOST_KEYS;
use crate::scene::hash::{Arrival, Record, Script, Shares, fraction, quoted, share_of_range};
use crate::scene::{bytes, count, hex, percent, plural};
use crate::simulator::trace::PartitionState;
use crate::terminal::Opening;

/// Bytes of a key that are printed; a key may have 2,048.
const SHOWN_BYTES: usize = 32;
/// Keys of a server's Scan that are printed.
const SHOWN_KEYS: usize = 40;

/// Everything was put.
const DONE: u8 = 0;
/// At least one key was refused.
const REFUSED: u8 = 1;

/// What to put when no key is given.
pub const KEYS: [&str; 8] = [
    "Beeba", "Rex", "Milo", "Luna", "Luno", "Simba", "Oscar", "Ada",
];

/// The demonstration outside of any lesson.
pub fn demo(arguments: &Hash) -> HashDemo {
    let (table, keys) = match arguments.preset {
        Some(preset) => {
            let preset = preset.0;
            let items = arguments.items.unwrap_or(USUAL_ITEMS);
            let table = preset.table(arguments.partitions);
            (table, DemoKeys::Preset { preset, items })
        }
        None => listed(arguments),
    };
    HashDemo {
        id: String::new(),
        table: HashTable {
            function: arguments.function.into(),
            ..table
        },
        keys,
        place: Place::default(),
    }
}

fn listed(arguments: &Hash) -> (HashTable, DemoKeys) {
    let sorted = arguments.sort_key.is_some();
    let keys: Vec<KeyText> = if arguments.keys.is_empty() && !sorted {
        KEYS.map(KeyText::of).to_vec()
    } else {
        let keys = arguments.keys.iter();
        keys.map(|key| KeyText::read(key, sorted)).collect()
    };
    let table = HashTable {
        name: "pets".to_owned(),
        attribute: "name".to_owned(),
        key_type: arguments.key_type.into(),
        sort_key: arguments.sort_key.clone(),
        partitions: arguments.partitions,
        function: arguments.function.into(),
    };
    (table, DemoKeys::Listed(keys))
}

pub fn hash(arguments: &Hash, common: &Common) -> Result<u8, Failure> {
    if !(1..=MOST_PARTITIONS).contains(&arguments.partitions) {
        return Err(RunError::Partitions {
            asked: arguments.partitions,
        }
        .into());
    }
    if let Some(items) = arguments.items
        && !(1..=MOST_KEYS as u64).contains(&items)
    {
        return Err(Failure::Words(format!(
            "--items: a picture here holds from 1 to {} items, not {}",
            count(MOST_KEYS as u64),
            count(items)
        )));
    }
    if arguments.sort_key.is_some() && arguments.keys.is_empty() {
        return Err(Failure::Words(
            "--sort-key: a table with a sort key needs keys of two parts. Write them as \"Rachel / Beeba\""
                .to_owned(),
        ));
    }
    let demo = demo(arguments);
    if let Some(file) = &arguments.picture.export {
        return picture::export(Opening::Hash(demo), file, &arguments.picture, common);
    }
    if !arguments.plain && !arguments.json && run::has_screen() {
        return run::demonstration(common, Opening::Hash(demo));
    }
    let run = HashRun::of(&demo, &date(clock::now().millis()));
    let report = session::block_on(report(&run, common))??;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if arguments.json {
        as_json(&run, &report, &mut out)?;
    } else {
        as_text(&run, &report, &mut out)?;
    }
    out.flush()?;
    Ok(if report.refused.is_empty() {
        DONE
    } else {
        REFUSED
    })
}

async fn report(run: &HashRun, common: &Common) -> Result<HashReport, Failure> {
    let choice = session::demonstration_choice(common).await?;
    let runner = session::runner(Vec::new(), &choice, None, PathBuf::new())?;
    let request = EffectRequest {
        id: RequestId(0),
        effect: Effect::RunHash(Box::new(run.clone())),
    };
    match runner.carry_out(request, &|_| ()).await {
        Some(Answer::Hash(report)) => Ok(*report),
        Some(Answer::Failed { why }) => Err(Failure::Words(why)),
        _ => Err(Failure::Words(
            "it ended in another way than it should".to_owned(),
        )),
    }
}

/// What became of one key.
enum Fate<'a> {
    Arrived(&'a Arrival),
    Refused(&'a Refused),
}

/// The keys in their order, each with what became of it.
fn fates<'a>(run: &'a HashRun, report: &'a HashReport) -> Vec<(&'a KeyText, Fate<'a>)> {
    let mut arrivals = report.record.arrivals().iter();
    let mut refused = report.refused.iter().peekable();
    let keys = run.keys.iter().enumerate();
    keys.filter_map(|(index, key)| {
        let fate = match refused.next_if(|refused| refused.index == index) {
            Some(refused) => Fate::Refused(refused),
            None => Fate::Arrived(arrivals.next()?),
        };
        Some((key, fate))
    })
    .collect()
}

fn as_text(run: &HashRun, report: &HashReport, out: &mut dyn Write) -> std::io::Result<()> {
    let table = &run.table;
    let partitions = plural(table.partitions.into(), "partition");
    let sort = table
        .sort_key
        .as_ref()
        .map_or(String::new(), |sort| format!(", sort key {sort} (S)"));
    let head = format!(
        "{partitions} of one table; partition key {} ({}){sort}",
        table.attribute,
        table.key_type.name()
    );
    writeln!(out, "{}", printable::line(&head))?;
    writeln!(out, "{}", table.function.note())?;
    if let Some(measured) = &report.measured {
        writeln!(
            out,
            "Modelled: no API shows where {} keeps an item.",
            measured.server
        )?;
    }
    for (asked, fate) in fates(run, report) {
        match fate {
            Fate::Arrived(put) => way(put, &report.record, out)?,
            Fate::Refused(refused) => {
                let asked: String = asked.to_string().chars().take(40).collect();
                writeln!(
                    out,
                    "\n\"{}\" was refused\n  {}",
                    printable::line(&asked),
                    printable::line(&refused.why)
                )?;
            }
        }
    }
    let script = Script::new(report.record.clone(), &std::collections::BTreeSet::new());
    let states = script.partitions();
    let total: u64 = states.iter().map(|state| state.items).sum();
    writeln!(out)?;
    for state in states {
        let items = plural(state.items, "item");
        let share = percent(state.items, total);
        writeln!(
            out,
            "P{:<4} {items:>12} {:>10} {share:>8}",
            state.id.0,
            bytes(state.bytes)
        )?;
    }
    writeln!(out, "{}", script.summary())?;
    if let Some(measured) = &report.measured {
        for line in measured_lines(measured) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The way of one key.
fn way(put: &Arrival, record: &Record, out: &mut dyn Write) -> std::io::Result<()> {
    let key = &put.key;
    let size = plural(key.bytes.len() as u64, "byte");
    let sort = key.sort_text().map_or(String::new(), |sort| {
        let sort: String = sort.chars().take(40).collect();
        format!(" / \"{}\"", printable::line(&sort))
    });
    writeln!(out, "\n{}{sort}", quoted(key))?;
    writeln!(out, "  type       {}", key.key_type)?;
    writeln!(
        out,
        "  bytes      {} ({size})",
        hex(&key.bytes, SHOWN_BYTES)
    )?;
    writeln!(out, "  hash       {:016x}", key.hash)?;
    writeln!(
        out,
        "  place      {} of the way from 0 to 2⁶⁴",
        share_of_range(key.hash)
    )?;
    let name = format!("P{}", key.partition.0);
    let mut owners = record.empty().iter();
    let owner = owners
        .find(|state| state.id == key.partition)
        .map_or(name.clone(), |state| {
            let (from, to) = (
                share_of_range(state.first_hash),
                share_of_range(state.last_hash),
            );
            format!("{name}, which owns the range from {from} to {to}")
        });
    writeln!(out, "  partition  {owner}")?;
    if let (Some(_), Some((at, all))) = (&key.sort, key.place) {
        writeln!(
            out,
            "  order      number {} of {} with this partition key, by sort key",
            count(at + 1),
            count(all)
        )?;
    }
    Ok(())
}

/// What a server said, in lines.
pub fn measured_lines(measured: &Measured) -> Vec<String> {
    let server = &measured.server;
    let mut lines = vec![format!(
        "Measured on {server}: {}, {} WCU",
        plural(measured.puts, "put"),
        measured.written
    )];
    if measured.pages > 0 {
        let order = match measured.follows {
            Some(function) => format!("in the order of {}", function.title()),
            None => "in an order of its own".to_owned(),
        };
        lines.push(format!(
            "  a Scan read {} in {} for {} RCU, {order}:",
            plural(measured.scanned, "item"),
            plural(measured.pages, "page"),
            measured.read
        ));
        let mut keys: Vec<String> = measured
            .order
            .iter()
            .take(SHOWN_KEYS)
            .map(|key| {
                let start: String = key.to_string().chars().take(40).collect();
                printable::line(&start).into_owned()
            })
            .collect();
        if measured.order.len() > SHOWN_KEYS {
            keys.push("…".to_owned());
        }
        lines.push(format!("  {}", keys.join(", ")));
    }
    if measured.throttled > 0 {
        lines.push(format!(
            "  {} came too fast and were throttled",
            plural(measured.throttled, "put")
        ));
    }
    if measured.left_out > 0 {
        lines.push(format!(
            "  {} were not put there: so many are enough to see an order",
            plural(measured.left_out, "more key")
        ));
    }
    if let Some(why) = &measured.trouble {
        lines.push(format!("  {}", printable::line(why)));
    }
    lines
}

/// The partitions after the last put.
pub fn partitions_json(record: &Record) -> Value {
    let script = Script::new(record.clone(), &std::collections::BTreeSet::new());
    let states: Vec<Value> = script.partitions().iter().map(partition_json).collect();
    Value::Array(states)
}

fn partition_json(state: &PartitionState) -> Value {
    json!({
        "partition": state.id.0,
        "first_hash": format!("{:016x}", state.first_hash),
        "last_hash": format!("{:016x}", state.last_hash),
        "items": state.items,
        "bytes": state.bytes,
    })
}

/// What a server said.
pub fn measured_json(measured: &Measured) -> Value {
    let order: Vec<String> = measured.order.iter().map(KeyText::to_string).collect();
    json!({
        "server": measured.server,
        "puts": measured.puts,
        "throttled": measured.throttled,
        "write_units": measured.written.as_f64(),
        "scanned": measured.scanned,
        "pages": measured.pages,
        "read_units": measured.read.as_f64(),
        "order": order,
        "follows": measured.follows.map(HashFunction::name),
        "left_out": measured.left_out,
        "trouble": measured.trouble,
    })
}

/// One object a line: the keys in their order, then the partitions.
fn as_json(run: &HashRun, report: &HashReport, out: &mut dyn Write) -> std::io::Result<()> {
    for (asked, fate) in fates(run, report) {
        let line = match fate {
            Fate::Arrived(put) => {
                let key = &put.key;
                json!({
                    "key": key.text,
                    "sort_key": key.sort_text(),
                    "type": key.key_type,
                    "bytes": hex(&key.bytes, key.bytes.len()).replace(' ', ""),
                    "hash": format!("{:016x}", key.hash),
                    "place": fraction(key.hash),
                    "partition": key.partition.0,
                    "order": key.place.map(|(at, all)| json!({ "number": at + 1, "of": all })),
                })
            }
            Fate::Refused(refused) => {
                json!({ "key": asked.to_string(), "error": refused.why })
            }
        };
        writeln!(out, "{line}")?;
    }
    let script = Script::new(report.record.clone(), &std::collections::BTreeSet::new());
    let shares = Shares::of(script.partitions()).map(|shares| {
        json!({
            "partition": shares.largest.id.0,
            "share": shares.largest_share(),
            "even": shares.even_share(),
            "times_even": shares.times_even(),
        })
    });
    let last = json!({
        "partitions": partitions_json(&report.record),
        "largest": shares,
        "function": run.table.function.name(),
        "provenance": if report.measured.is_some() { "modelled" } else { "simulated" },
        "measured": report.measured.as_ref().map(measured_json),
    });
    writeln!(out, "{last}")
}
