//! `dynatour hash KEY…`: where the items with these keys live, on the screen or as text.
//!
//! Each key is put into a scratch table of the simulated DynamoDB, and what is printed is what the puts left in
//! their traces. A key that the service refuses is answered in the service's own words and leaves no item.

use std::io::Write;

use serde_json::{Value, json};

use super::arguments::{Common, Hash};
use super::failure::Failure;
use super::{run, session};
use crate::app::effect::HashRun;
use crate::lesson::model::{HashDemo, Place};
use crate::printable;
use crate::runner::demo::hash::run_hash;
use crate::scene::hash::{Script, fraction, quoted, share_of_range};
use crate::scene::{bytes, hex, percent, plural};
use crate::simulator::trace::{KeyTrace, Trace};
use crate::target::exchange::{Exchange, Outcome};
use crate::terminal::Opening;

/// Bytes of a key that are printed; a key may have 2,048.
const SHOWN_BYTES: usize = 32;

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
    let keys = if arguments.keys.is_empty() {
        KEYS.map(str::to_owned).to_vec()
    } else {
        arguments.keys.clone()
    };
    HashDemo {
        id: String::new(),
        table: "pets".to_owned(),
        attribute: "name".to_owned(),
        key_type: arguments.key_type.name().to_owned(),
        partitions: arguments.partitions,
        keys,
        place: Place::default(),
    }
}

pub fn hash(arguments: &Hash, common: &Common) -> Result<u8, Failure> {
    let demo = demo(arguments);
    if !arguments.plain && !arguments.json && run::has_screen() {
        return run::demonstration(common, Opening::Hash(demo));
    }
    let run = HashRun {
        keys: demo.keys.clone(),
        demo,
    };
    let outside = session::outside(std::path::PathBuf::new());
    let exchanges = session::block_on(run_hash(&run, &outside))??;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if arguments.json {
        as_json(&run, &exchanges, &mut out)?;
    } else {
        as_text(&run, &exchanges, &mut out)?;
    }
    out.flush()?;
    Ok(if exchanges.iter().all(Exchange::succeeded) {
        DONE
    } else {
        REFUSED
    })
}

/// The puts with their keys; the first exchange made the table.
fn puts<'a>(
    run: &'a HashRun,
    exchanges: &'a [Exchange],
) -> impl Iterator<Item = (&'a String, &'a Exchange)> {
    run.keys.iter().zip(exchanges.iter().skip(1))
}

fn key(exchange: &Exchange) -> Option<&KeyTrace> {
    exchange
        .trace
        .as_ref()?
        .key
        .as_ref()
        .filter(|_| exchange.succeeded())
}

/// Why there is no item, in words.
fn refusal(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Success => "the put left no trace".to_owned(),
        Outcome::ServiceError { code, message } => format!("{code}: {message}"),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => why.clone(),
    }
}

fn as_text(run: &HashRun, exchanges: &[Exchange], out: &mut dyn Write) -> std::io::Result<()> {
    let demo = &run.demo;
    let partitions = plural(demo.partitions.into(), "partition");
    writeln!(
        out,
        "{partitions} of one table; partition key {} ({})",
        demo.attribute, demo.key_type
    )?;
    writeln!(out, "SipHash-2-4; AWS does not publish its function")?;
    for (asked, exchange) in puts(run, exchanges) {
        let Some(key) = key(exchange) else {
            let asked: String = asked.chars().take(40).collect();
            let asked = printable::line(&asked).into_owned();
            writeln!(
                out,
                "\n\"{asked}\" was refused\n  {}",
                printable::line(&refusal(&exchange.outcome))
            )?;
            continue;
        };
        let size = plural(key.bytes.len() as u64, "byte");
        writeln!(out, "\n{}", quoted(key))?;
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
        writeln!(out, "  partition  {}", owner(key, exchange))?;
    }
    let traces: Vec<Trace> = exchanges
        .iter()
        .filter_map(|exchange| exchange.trace.clone())
        .collect();
    let Some(script) = Script::new(&traces) else {
        return Ok(());
    };
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
    writeln!(out, "{}", script.summary())
}

/// `P2, which owns 50 % to 75 %`.
fn owner(key: &KeyTrace, exchange: &Exchange) -> String {
    let states = exchange
        .trace
        .as_ref()
        .map_or(&[][..], |trace| &trace.partitions);
    let name = format!("P{}", key.partition.0);
    states
        .iter()
        .find(|state| state.id == key.partition)
        .map_or(name.clone(), |state| {
            let (from, to) = (
                share_of_range(state.first_hash),
                share_of_range(state.last_hash),
            );
            format!("{name}, which owns the range from {from} to {to}")
        })
}

/// One object a line: the keys in their order, then the partitions.
fn as_json(run: &HashRun, exchanges: &[Exchange], out: &mut dyn Write) -> std::io::Result<()> {
    for (asked, exchange) in puts(run, exchanges) {
        let line = match key(exchange) {
            Some(key) => json!({
                "key": key.text,
                "type": key.key_type,
                "bytes": hex(&key.bytes, key.bytes.len()).replace(' ', ""),
                "hash": format!("{:016x}", key.hash),
                "place": fraction(key.hash),
                "partition": key.partition.0,
            }),
            None => json!({ "key": asked, "error": refusal(&exchange.outcome) }),
        };
        writeln!(out, "{line}")?;
    }
    let last = exchanges
        .iter()
        .filter(|exchange| exchange.succeeded())
        .filter_map(|exchange| exchange.trace.as_ref())
        .next_back();
    let partitions: Vec<Value> = last
        .map_or(&[][..], |trace| &trace.partitions)
        .iter()
        .map(|state| {
            json!({
                "partition": state.id.0,
                "first_hash": format!("{:016x}", state.first_hash),
                "last_hash": format!("{:016x}", state.last_hash),
                "items": state.items,
                "bytes": state.bytes,
            })
        })
        .collect();
    writeln!(out, "{}", json!({ "partitions": partitions }))
}
