//! How the costs of one question grow with the table: points that were measured here.
//!
//! Invariant: all points belong to one question; another question starts with none.

use crate::app::race::run::RaceRun;
use crate::scene::race::growth::{Growth, Point};

/// The points of the question in hand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Growing {
    measured: Vec<Point>,
    pub growth: Growth,
    /// A series has been run.
    pub complete: bool,
    /// It is what the screen shows.
    pub shown: bool,
    asked: Option<RaceRun>,
}

impl Growing {
    /// Adds what was measured for a question; points of another one are forgotten.
    pub fn add(&mut self, run: &RaceRun, points: &[Point]) {
        let same = |asked: &RaceRun| {
            let shape = |run: &RaceRun| {
                let demo = &run.demo;
                (demo.partitions, demo.per_key, demo.key.clone())
            };
            asked.asks_as(run) && shape(asked) == shape(run)
        };
        if !self.asked.as_ref().is_some_and(same) {
            self.measured.clear();
            self.complete = false;
            self.asked = Some(run.clone());
        }
        self.measured.extend_from_slice(points);
        self.growth = Growth::new(&self.measured);
    }
}
