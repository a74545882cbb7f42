//! Keys on their way in: the author's, typed ones, pasted ones, and the same ones into a table that was changed.
//!
//! Invariant: a key that the learner gave and DynamoDB refused changes nothing; where the table was changed, keys that
//! don't fit any more are left out and counted.

use std::collections::BTreeSet;

use super::inputs::second;
use super::{HashScreen, Picture, Why, Work, preset_of, today};
use crate::app::effect::{Effect, HashReport, HashRun, Refused};
use crate::app::state::Shared;
use crate::lesson::key::{HashTable, KeyText, KeyType};
use crate::lesson::preset::Preset;
use crate::scene::hash::{Script, Stage};
use crate::scene::{count, plural};

/// Keys in one picture; a paste beyond it says so.
pub const MOST_KEYS: usize = 10_000;
impl HashScreen {
    /// Asks for the author's keys.
    pub(super) fn begin(&mut self, shared: &mut Shared) {
        let run = HashRun::of(&self.demo, &today(shared));
        self.ask(run, Why::First, shared);
    }

    pub(super) fn ask(&mut self, run: HashRun, why: Why, shared: &mut Shared) {
        self.cancel(shared);
        let run = HashRun {
            other: Some(second(&run.table)),
            ..run
        };
        let id = shared.request(Effect::RunHash(Box::new(run.clone())));
        self.work = Some(Work {
            id,
            total: run.keys.len() as u64,
            done: 0,
            run,
            why,
        });
    }

    /// The run that the picture shows, or what is to be shown first.
    pub(super) fn run(&self, shared: &Shared) -> HashRun {
        self.picture.as_ref().map_or_else(
            || HashRun::of(&self.demo, &today(shared)),
            |picture| picture.run.clone(),
        )
    }

    /// Puts the learner's keys besides those that are there.
    fn add(&mut self, new: Vec<KeyText>, shared: &mut Shared) {
        let run = self.run(shared);
        let before = run.keys.len();
        if before + new.len() > MOST_KEYS {
            self.problem = Some(format!(
                "A picture holds {} keys at most, and this one has {} already. The {} that you gave were left out.",
                count(MOST_KEYS as u64),
                count(before as u64),
                count(new.len() as u64)
            ));
            return;
        }
        let keys = run.keys.into_iter().chain(new).collect();
        self.ask(HashRun { keys, ..run }, Why::Added(before), shared);
    }

    pub(super) fn submit(&mut self, shared: &mut Shared) {
        let Some(field) = self.field.take() else {
            return;
        };
        self.problem = None;
        // An empty key is sent, too: the service has its own words for it.
        let key = KeyText::read(field.text(), self.table().sort_key.is_some());
        self.add(vec![key], shared);
    }

    /// One line goes into the field; several are a key each.
    pub(super) fn paste_keys(&mut self, text: &str, shared: &mut Shared) {
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        match (lines.as_slice(), &mut self.field) {
            ([], _) => {}
            ([line], Some(field)) => field.insert(line),
            (lines, _) => {
                let sorted = self.table().sort_key.is_some();
                let keys = lines
                    .iter()
                    .map(|line| KeyText::read(line, sorted))
                    .collect();
                self.field = None;
                self.problem = None;
                self.add(keys, shared);
            }
        }
    }

    /// Keys of a preset in the place of all others.
    pub(super) fn take_preset(&mut self, preset: Preset, items: u64, shared: &mut Shared) {
        let now = self.table();
        let table = HashTable {
            function: now.function,
            ..preset.table(now.partitions)
        };
        let run = HashRun {
            table,
            other: None,
            keys: preset.keys(items, &today(shared)),
        };
        self.problem = None;
        self.ask(run, Why::Preset(preset), shared);
    }

    /// What came back becomes the picture, unless a key was refused.
    pub(super) fn take(
        &mut self,
        run: HashRun,
        why: Why,
        report: &HashReport,
        shared: &mut Shared,
    ) {
        let arrived = report.record.arrivals().len();
        // Of added keys, the old ones that don't fit the table were told before.
        let new = match why {
            Why::Added(before) => {
                let old = report
                    .refused
                    .partition_point(|refused| refused.index < before);
                &report.refused[old..]
            }
            _ => &report.refused,
        };
        if let Some(first) = new.first() {
            self.problem = Some(match why {
                // The author's keys always show something, and a table that was changed shows what still fits.
                Why::First | Why::Changed => left_out(new, first, arrived),
                Why::Added(_) => refused(&run, new, first),
                Why::Preset(_) => first.why.clone(),
            });
            let nothing = matches!(why, Why::Preset(_)) && arrived == 0;
            if nothing || matches!(why, Why::Added(_)) {
                return;
            }
        }
        // Where the first new key comes among those that arrived.
        let first_new = match why {
            Why::Added(before) => arrived.saturating_sub(run.keys.len() - before),
            _ => 0,
        };
        let mut watched = BTreeSet::from([0]);
        if let Why::Added(_) = why {
            // What was not answered when the learner went on is not asked any more.
            self.gated
                .retain(|arrival| self.guesses.contains_key(arrival));
            watched.clone_from(&self.gated);
            // Among many pasted keys only the first one is asked for.
            watched.insert(first_new);
            self.gated.insert(first_new);
        } else {
            self.guesses.clear();
            self.gated.clear();
            self.spread = None;
        }
        let preset = match why {
            Why::Preset(preset) => Some(preset),
            Why::First => preset_of(&self.demo),
            Why::Added(_) | Why::Changed => None,
        };
        if why == Why::First && preset.is_none() {
            self.gated.insert(0);
        }
        let script = Script::new(report.record.clone(), &watched);
        let other = report.other.clone();
        self.picture = Some(Picture {
            run,
            preset,
            script,
            other: other.map(|record| Script::new(record, &watched)),
            measured: report.measured.clone(),
        });
        self.go_where_it_starts(why, first_new, shared);
    }

    fn go_where_it_starts(&mut self, why: Why, first_new: usize, shared: &mut Shared) {
        let Some(picture) = &self.picture else {
            return;
        };
        let timeline = picture.script.timeline();
        match why {
            Why::First | Why::Preset(_) => self.clock.playhead.restart(),
            Why::Changed => self.clock.playhead.seek(timeline, usize::MAX, None),
            Why::Added(_) => {
                let stop = picture.script.stop(first_new, Stage::Key).unwrap_or(1) - 1;
                self.clock.playhead.seek(timeline, stop, None);
                self.forward(shared);
            }
        }
        self.after_move(shared);
    }
}

/// Which keys a table that was changed has no room for; where none is left, what brings keys back.
fn left_out(refused: &[Refused], first: &Refused, left: usize) -> String {
    let words = format!(
        "{} left out. {}",
        match refused.len() {
            1 => "1 key was".to_owned(),
            many => format!("{} were", plural(many as u64, "key")),
        },
        first.why
    );
    if left > 0 {
        return words;
    }
    let words = words.trim_end_matches('.');
    format!("{words}. e types another, z brings the first ones back.")
}

/// Why typed or pasted keys are not in the picture.
fn refused(run: &HashRun, refused: &[Refused], first: &Refused) -> String {
    let hint = match run.table.key_type {
        KeyType::N => " The keys of this table are numbers; K changes that.",
        KeyType::B => " The keys of this table are bytes, written as base64; K changes that.",
        KeyType::S if run.table.sort_key.is_some() => {
            " Write both keys, such as Rachel / Beeba; s takes the sort key away."
        }
        KeyType::S => "",
    };
    match refused.len() {
        1 => format!("{}{hint}", first.why),
        many => format!(
            "{} of these keys are refused, so none was put. The first: {}{hint}",
            count(many as u64),
            first.why
        ),
    }
}
