//! One request's way as a picture that is gone step by step.
//!
//! Invariant: the picture shows what the script has at the playhead's position; nothing is asked of anybody.

use crate::app::demo::{self, Clocked};
use crate::app::effect::{Answer, RequestId};
use crate::app::key::Action;
use crate::app::paper::Paper;
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::parts::{self, Part};
use crate::app::workshop::reading::ReadingScreen;
use crate::scene::workshop::{Frame, Moment, Script, Way, request};
use crate::scene::{Playhead, Position, Timeline};
use crate::target::exchange::Place;

/// What a check found wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub name: String,
    pub words: String,
}

impl Remark {
    /// `Not yet: a missing status code.`, or `It is not written yet.`
    #[must_use]
    pub fn verdict(&self) -> String {
        if self.name.starts_with("not ") {
            format!("It is {}.", self.name)
        } else {
            format!("Not yet: {}.", self.name)
        }
    }
}

#[derive(Debug)]
pub struct WayScreen {
    pub script: Script,
    pub clock: Clocked,
    /// Stands below the last picture.
    pub remark: Option<Remark>,
    /// The account that it went to.
    pub account: Option<Place>,
    /// The request that more of it is told of.
    more: Option<RequestId>,
    started: bool,
}

impl WayScreen {
    #[must_use]
    pub fn new(way: Way, remark: Option<Remark>) -> Self {
        Self {
            script: Script::new(way),
            clock: Clocked::default(),
            remark,
            account: None,
            more: None,
            started: false,
        }
    }

    /// One that went to an account; with `more`, the request that more of it will be told of.
    #[must_use]
    pub fn on_account(way: Way, account: Place, more: Option<RequestId>) -> Self {
        Self {
            account: Some(account),
            more,
            ..Self::new(way, None)
        }
    }

    /// More of the same way is known by now, as when a log has come. The place in it stays, and what plays goes on.
    fn learn(&mut self, way: Way, shared: &Shared) {
        let (stop, ended, plays) = (
            self.position().done(),
            self.at_end(),
            self.clock.playhead.plays(),
        );
        let before = std::mem::replace(&mut self.script, Script::new(way));
        if before.moments() == self.script.moments() {
            return;
        }
        let stop = if ended { usize::MAX } else { stop };
        self.go(shared, |playhead, timeline, gate| {
            playhead.seek(timeline, stop, gate);
            if plays && !ended {
                playhead.play_or_pause(timeline, gate);
            }
        });
    }

    /// To where so many moments have happened.
    pub fn seek(&mut self, stop: usize) {
        let timeline = self.script.timeline();
        self.clock.playhead.seek(timeline, stop, None);
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.clock.playhead.position(self.script.timeline())
    }

    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        self.script.frame(self.position())
    }

    #[must_use]
    pub fn at_end(&self) -> bool {
        self.position().done() >= self.script.moments().len()
    }

    /// What belongs to the moment, in full.
    #[must_use]
    pub fn details(&self, columns: u16) -> Paper {
        let frame = self.frame();
        match (frame.moment, frame.exchange()) {
            (Some(Moment::Asked(_) | Moment::Answered(_)), Some((_, exchange))) => {
                if frame.is_answered() {
                    parts::exchange(exchange, columns)
                } else {
                    parts::asked(exchange, columns)
                }
            }
            (moment, _) => parts::part(self.script.way(), Part::of(moment), columns),
        }
    }

    fn go(&mut self, shared: &Shared, how: impl FnOnce(&mut Playhead, &Timeline, Option<usize>)) {
        how(&mut self.clock.playhead, self.script.timeline(), None);
        self.clock.note(shared.now.running);
    }

    fn read(&self, shared: &mut Shared) {
        let frame = self.frame();
        let exchange = frame.exchange().map(|(index, _)| index);
        let part = Part::of(frame.moment);
        let reading = ReadingScreen::way(self.script.way().clone(), part, exchange)
            .on_account(self.account.clone());
        shared.push(Screen::Reading(Box::new(reading)));
    }
}

impl Component for WayScreen {
    fn title(&self, _shared: &Shared) -> Title {
        let stop = self.position().current().min(self.script.moments().len());
        Title {
            text: request(self.script.way()),
            progress: Some((stop, self.script.moments().len())),
            note: self.clock.words(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let play = if self.clock.playhead.plays() {
            Action::Pause
        } else {
            Action::Play
        };
        vec![
            Action::StepForward,
            Action::StepBack,
            play,
            Action::Open,
            Action::Back,
            Action::Faster,
            Action::Slower,
            Action::FirstFrame,
            Action::LastFrame,
        ]
    }

    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        let at_start = self.position() == Position::default();
        demo::idle(false, at_start, self.at_end())
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::StepForward => self.go(shared, Playhead::step_forward),
            Action::StepBack => {
                self.go(shared, |playhead, timeline, _| playhead.step_back(timeline));
            }
            Action::Play | Action::Pause => self.go(shared, Playhead::play_or_pause),
            Action::FirstFrame => self.go(shared, |playhead, _, _| playhead.restart()),
            Action::LastFrame => self.go(shared, |playhead, timeline, gate| {
                playhead.seek(timeline, usize::MAX, gate);
            }),
            Action::Faster => self.clock.playhead.faster(),
            Action::Slower => self.clock.playhead.slower(),
            Action::Open => self.read(shared),
            Action::Back => shared.pop(),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down: true, .. } => self.act(Action::StepForward, shared),
            Mouse::Wheel { down: false, .. } => self.act(Action::StepBack, shared),
            Mouse::Click { .. } | Mouse::Drag { .. } => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        if self.more != Some(id) {
            return false;
        }
        match answer {
            Answer::WaySoFar(way) => self.learn(Way::clone(way), shared),
            Answer::Way(way) => {
                self.more = None;
                self.learn(Way::clone(way), shared);
            }
            _ => {}
        }
        // Whoever lists requests takes it, too.
        false
    }

    fn moving(&self) -> bool {
        self.clock.playhead.moves()
    }

    fn tick(&mut self, shared: &mut Shared) {
        let timeline = self.script.timeline();
        self.clock.tick(timeline, shared.now.running, None);
    }

    fn shown(&mut self, shared: &mut Shared) {
        if !self.started {
            self.started = true;
            // It goes its way at once; who wants to go step by step presses any of the keys.
            self.clock = Clocked::new(shared.reduced_motion);
            if !shared.reduced_motion {
                self.go(shared, Playhead::play_or_pause);
            }
        }
    }
}
