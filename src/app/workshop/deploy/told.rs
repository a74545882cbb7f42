//! What a deployment's screen is told, and what it knows from that: how far each part is, what stands, what was saved since.

use super::{DeployScreen, Stage, Standing};
use crate::account::ledger::Kind;
use crate::account::service::Called;
use crate::app::effect::Answer;
use crate::app::effect::workshop::Told;
use crate::app::layout::Scroll;
use crate::app::state::Shared;
use crate::deployment::{self, Part, Progress};
use crate::target::exchange::{Exchange, Happening};

impl DeployScreen {
    /// How far a part is, if anything was told of it.
    pub(super) fn part(&self, part: Part) -> Option<deployment::Stage> {
        let told = self.parts.iter().rev().find(|(one, _)| *one == part);
        told.map(|(_, stage)| *stage)
    }

    /// How many parts are there, of how many.
    pub(super) fn made(&self) -> (usize, usize) {
        let all = Part::all();
        let there = |part: &&Part| {
            let stage = self.part(**part);
            stage.is_some_and(|stage| stage != deployment::Stage::Begun)
        };
        (all.iter().filter(there).count(), all.len())
    }

    pub(super) fn under_way(&self) -> Option<Part> {
        let (part, stage) = self.parts.last()?;
        (*stage == deployment::Stage::Begun).then_some(*part)
    }

    pub(super) fn take(&mut self, progress: &Progress) {
        match progress {
            Progress::Part(part, stage) => {
                self.parts.push((*part, *stage));
                self.happening = None;
            }
            Progress::Called(called) => {
                let Called { service, exchange } = called.as_ref();
                self.keep(service.name(), exchange);
            }
            Progress::Exchange(exchange) => self.keep("DynamoDB", exchange),
            Progress::Happening(happening) => self.happening = Some(happening.clone()),
            // Nothing is called while it is made.
            Progress::Answered(_) => {}
        }
    }

    pub(super) fn keep(&mut self, service: &'static str, exchange: &Exchange) {
        self.happening = None;
        self.list.keep(service, exchange);
    }

    /// What was saved in the workshop below since this was planned.
    pub(super) fn hear(&mut self, told: &Told) {
        if let Told::Tried(tried) = told {
            let standing = self.standing.as_mut().map(|standing| &mut standing.saved);
            for saved in [Some(&mut self.saved), standing].into_iter().flatten() {
                saved.retain(|(goal, _)| *goal != tried.goal);
                saved.push((tried.goal, tried.reason.is_none()));
            }
        }
    }

    /// The answer to what this screen asked for.
    pub(super) fn settle(&mut self, answer: &Answer, shared: &Shared) {
        if matches!(
            answer,
            Answer::Planned(_) | Answer::Deployed(_) | Answer::Stopped(_)
        ) {
            self.left = left_here(shared);
        }
        match answer {
            Answer::Planned(plan) => {
                self.plan = Some(plan.clone());
                self.stage = Stage::Planned;
                self.scroll = Scroll(0);
            }
            Answer::Deploying(progress) => {
                self.take(progress);
                self.follow(shared);
            }
            Answer::Happening(happening) => self.happening = Some(happening.clone()),
            Answer::Deployed(deployed) => {
                self.deployed = Some(deployed.clone());
                let saved = self.saved.clone();
                self.standing = self.plan.clone().map(|plan| Standing { plan, saved });
                self.happening = None;
                self.list.selected = 0;
                self.scroll = Scroll(0);
                self.stage = Stage::Stands;
            }
            Answer::Stopped(stopped) => {
                self.stopped = Some(stopped.clone());
                self.happening = None;
                self.scroll = Scroll(0);
                self.stage = Stage::Stopped;
            }
            Answer::Failed { why } => {
                self.failed = Some(why.clone());
                self.happening = None;
                self.stage = match (&self.deployed, &self.plan) {
                    (Some(_), _) => Stage::Stands,
                    (None, Some(_)) => Stage::Planned,
                    (None, None) => Stage::Stopped,
                };
            }
            _ => {}
        }
    }
}

/// What is known to be left on the account.
pub(super) fn left_here(shared: &Shared) -> Vec<(Kind, String)> {
    let left = shared.left_here();
    left.map(|one| (one.kind, one.name.clone())).collect()
}

/// What is waited for.
pub(in crate::app::workshop) fn in_words(happening: &Happening) -> String {
    match happening {
        Happening::Waiting {
            table,
            status,
            for_,
        } => format!("{table}: {status}, for {} s so far", for_.as_secs()),
        Happening::Retrying {
            attempt, of, why, ..
        } => format!("try {attempt} of {of}: {why}"),
    }
}
