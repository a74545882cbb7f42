//! Where a picture stands in its script, and how it gets from there to elsewhere.
//!
//! ```text
//!   moment      0           1           2
//!   time   0 ├──────╌╌╌╌┼──────╌╌╌╌┼──────╌╌╌╌┤ end     ── motion, eased   ╌╌ hold, to read
//!            ↑          ↑          ↑          ↑
//!   stop     0          1          2          3          n moments have happened
//! ```
//!
//! Playing walks along the time; a step glides to the next stop and leaves out the hold; seeking jumps
//! to a stop. With reduced motion there are only stops.
//! Invariant: once it rests, the playhead stands on a stop or where it was paused, and which picture
//! that is depends on the place alone, not on the way there.

/// Microseconds of a script's own time.
type Micros = u64;

const MICROS_PER_MILLI: Micros = 1000;

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// How long the motion takes, in milliseconds.
    pub motion: u32,
    /// How long the end state stays while playing, in milliseconds.
    pub hold: u32,
}

/// When each moment begins, moves and ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    beats: Vec<Beat>,
    /// `starts[n]` is the time of stop `n`; one more than there are beats.
    starts: Vec<Micros>,
}

impl Timeline {
    #[must_use]
    pub fn new(beats: Vec<Beat>) -> Self {
        let mut starts = Vec::with_capacity(beats.len() + 1);
        let mut time = 0;
        starts.push(time);
        for beat in &beats {
            time += (Micros::from(beat.motion) + Micros::from(beat.hold)) * MICROS_PER_MILLI;
            starts.push(time);
        }
        Self { beats, starts }
    }

    /// How many moments there are; stops go from 0 to this.
    #[must_use]
    pub fn moments(&self) -> usize {
        self.beats.len()
    }

    /// Length in milliseconds at normal speed.
    #[must_use]
    pub fn milliseconds(&self) -> u64 {
        self.time_of(self.moments()) / MICROS_PER_MILLI
    }

    fn time_of(&self, stop: usize) -> Micros {
        self.starts
            .get(stop)
            .or(self.starts.last())
            .copied()
            .unwrap_or(0)
    }

    /// The last stop at or before a time.
    fn stop_at(&self, time: Micros) -> usize {
        self.starts
            .partition_point(|start| *start <= time)
            .saturating_sub(1)
            .min(self.moments())
    }

    /// What is to be seen at a time.
    fn position(&self, time: Micros) -> Position {
        let stop = self.stop_at(time);
        let Some(beat) = self.beats.get(stop) else {
            return Position::stop(self.moments());
        };
        let into = time - self.time_of(stop);
        let motion = Micros::from(beat.motion) * MICROS_PER_MILLI;
        if into >= motion {
            return Position::stop(stop + 1);
        }
        let permille = u16::try_from(into * 1000 / motion)
            .expect("less than the motion is less than 1000 of it");
        Position {
            done: stop,
            permille,
        }
    }

    /// The time at which moment `index` has moved but not yet held.
    fn moved(&self, index: usize) -> Micros {
        let motion = self
            .beats
            .get(index)
            .map_or(0, |beat| Micros::from(beat.motion) * MICROS_PER_MILLI);
        self.time_of(index) + motion
    }
}

/// How far a script is: `done` moments have happened, and the next one is under way by `permille`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    done: usize,
    permille: u16,
}

impl Position {
    /// `moments` have happened and nothing moves.
    #[must_use]
    pub const fn stop(moments: usize) -> Self {
        Self {
            done: moments,
            permille: 0,
        }
    }

    /// A moment under way; `permille` is cut to 999, since at 1000 it would have happened.
    #[must_use]
    pub const fn within(done: usize, permille: u16) -> Self {
        Self {
            done,
            permille: if permille > 999 { 999 } else { permille },
        }
    }

    #[must_use]
    pub const fn done(self) -> usize {
        self.done
    }

    /// How far the moment under way has moved, from 0 to 1, eased in and out; `None` at a stop.
    #[must_use]
    pub fn progress(self) -> Option<f64> {
        (self.permille > 0).then(|| ease(f64::from(self.permille) / 1000.0))
    }

    /// The moment that a reader's eye is on: the one under way, or else the last one that happened.
    #[must_use]
    pub const fn current(self) -> usize {
        if self.permille > 0 {
            self.done + 1
        } else {
            self.done
        }
    }
}

/// Slow at both ends (a cubic), so that the eye can follow what starts and stops.
pub(super) fn ease(linear: f64) -> f64 {
    if linear < 0.5 {
        4.0 * linear * linear * linear
    } else {
        let rest = 2.0 - 2.0 * linear;
        1.0 - rest * rest * rest / 2.0
    }
}

/// How fast time goes while playing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Speed {
    Quarter,
    Half,
    #[default]
    Normal,
    Double,
    Quadruple,
}

impl Speed {
    const fn quarters(self) -> Micros {
        match self {
            Self::Quarter => 1,
            Self::Half => 2,
            Self::Normal => 4,
            Self::Double => 8,
            Self::Quadruple => 16,
        }
    }

    #[must_use]
    pub const fn faster(self) -> Self {
        match self {
            Self::Quarter => Self::Half,
            Self::Half => Self::Normal,
            Self::Normal => Self::Double,
            Self::Double | Self::Quadruple => Self::Quadruple,
        }
    }

    #[must_use]
    pub const fn slower(self) -> Self {
        match self {
            Self::Quarter | Self::Half => Self::Quarter,
            Self::Normal => Self::Half,
            Self::Double => Self::Normal,
            Self::Quadruple => Self::Double,
        }
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Quarter => "0.25×",
            Self::Half => "0.5×",
            Self::Normal => "1×",
            Self::Double => "2×",
            Self::Quadruple => "4×",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Going {
    #[default]
    Still,
    /// Gliding to a stop.
    To(usize),
    Playing,
}

/// The place in a script, and where it is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Playhead {
    time: Micros,
    going: Going,
    speed: Speed,
    /// End states only: every step is a jump.
    reduced: bool,
}

impl Playhead {
    #[must_use]
    pub fn new(reduced_motion: bool) -> Self {
        Self {
            reduced: reduced_motion,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn position(&self, timeline: &Timeline) -> Position {
        let position = timeline.position(self.time);
        if self.reduced && position.progress().is_some() {
            Position::stop(position.done + 1)
        } else {
            position
        }
    }

    /// Whether time has to go on for the picture to go on; false means that nothing needs to be drawn again.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.going != Going::Still
    }

    #[must_use]
    pub fn plays(&self) -> bool {
        self.going == Going::Playing
    }

    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    pub fn faster(&mut self) {
        self.speed = self.speed.faster();
    }

    pub fn slower(&mut self) {
        self.speed = self.speed.slower();
    }

    /// The stop that a step counts from: where it is gliding to, or the one it stands on or after.
    fn origin(&self, timeline: &Timeline) -> usize {
        match self.going {
            Going::To(stop) => stop,
            Going::Still | Going::Playing => timeline.position(self.time).done,
        }
    }

    /// Glides through the next moment; the one under way is finished at once.
    pub fn step_forward(&mut self, timeline: &Timeline, gate: Option<usize>) {
        let stop = (self.origin(timeline) + 1).min(last_stop(timeline, gate));
        if stop <= self.origin(timeline) && self.time >= timeline.time_of(stop) {
            self.rest_at(timeline, stop);
            return;
        }
        self.time = self.time.max(timeline.time_of(stop - 1));
        self.glide(timeline, stop);
    }

    /// Glides back to the stop before.
    pub fn step_back(&mut self, timeline: &Timeline) {
        let under_way =
            self.going != Going::Still && timeline.position(self.time).progress().is_some();
        let origin = self.origin(timeline);
        // Paused in the middle of a moment, a step back undoes that moment only.
        let paused_within = !under_way && timeline.position(self.time).progress().is_some();
        let stop = if paused_within {
            origin
        } else {
            origin.saturating_sub(1)
        };
        self.time = self.time.min(timeline.moved(stop));
        self.glide(timeline, stop);
    }

    /// Jumps to where `stop` moments have happened.
    pub fn seek(&mut self, timeline: &Timeline, stop: usize, gate: Option<usize>) {
        self.rest_at(timeline, stop.min(last_stop(timeline, gate)));
    }

    /// Plays from here, or from the start when it stands at the end; pauses when it plays.
    pub fn play_or_pause(&mut self, timeline: &Timeline, gate: Option<usize>) {
        if self.plays() {
            self.going = Going::Still;
            return;
        }
        if timeline.position(self.time).done >= timeline.moments() {
            self.time = 0;
        }
        if timeline.position(self.time).done < last_stop(timeline, gate) {
            self.going = Going::Playing;
        }
    }

    pub fn restart(&mut self) {
        self.time = 0;
        self.going = Going::Still;
    }

    /// Lets time go on by `elapsed` microseconds of the wall, never past the stop `gate`.
    pub fn advance(&mut self, timeline: &Timeline, elapsed: u64, gate: Option<usize>) {
        // A terminal that was suspended for an hour goes on where it was.
        let wall = elapsed.min(250 * MICROS_PER_MILLI);
        match self.going {
            Going::Still => {}
            Going::Playing => {
                let end = last_stop(timeline, gate);
                self.time += wall * self.speed.quarters() / 4;
                // Held long enough to be read, except at the end: there it stays anyway.
                let rests = if end == 0 { 0 } else { timeline.moved(end - 1) };
                if self.time >= rests {
                    self.rest_at(timeline, end);
                }
            }
            Going::To(stop) => {
                let goal = timeline.time_of(stop);
                if self.time < goal {
                    self.time += wall;
                    if stop > 0 && self.time >= timeline.moved(stop - 1) {
                        self.rest_at(timeline, stop);
                    }
                } else {
                    self.time = self.time.saturating_sub(wall);
                    if self.time <= goal {
                        self.rest_at(timeline, stop);
                    }
                }
            }
        }
    }

    fn glide(&mut self, timeline: &Timeline, stop: usize) {
        if self.reduced {
            self.rest_at(timeline, stop);
        } else {
            self.going = Going::To(stop);
        }
    }

    fn rest_at(&mut self, timeline: &Timeline, stop: usize) {
        self.time = timeline.time_of(stop);
        self.going = Going::Still;
    }
}

/// The furthest stop that may be reached.
fn last_stop(timeline: &Timeline, gate: Option<usize>) -> usize {
    gate.unwrap_or(usize::MAX).min(timeline.moments())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn beats() -> impl Strategy<Value = Timeline> {
        prop::collection::vec((1u32..400, 0u32..1500), 0..12).prop_map(|beats| {
            Timeline::new(
                beats
                    .into_iter()
                    .map(|(motion, hold)| Beat { motion, hold })
                    .collect(),
            )
        })
    }

    fn settle(playhead: &mut Playhead, timeline: &Timeline) {
        for _ in 0..100 {
            playhead.advance(timeline, 16_000, None);
        }
        assert!(!playhead.moves(), "a glide of at most 400 ms ends");
    }

    proptest! {
        #[test]
        fn seeking_is_stepping(timeline in beats(), stop in 0usize..14, reduced: bool, wait: bool) {
            let mut stepped = Playhead::new(reduced);
            for _ in 0..stop {
                stepped.step_forward(&timeline, None);
                if wait {
                    settle(&mut stepped, &timeline);
                }
            }
            settle(&mut stepped, &timeline);
            let mut sought = Playhead::new(reduced);
            sought.seek(&timeline, stop, None);
            prop_assert_eq!(stepped, sought);
            prop_assert_eq!(sought.position(&timeline), Position::stop(stop.min(timeline.moments())));
        }

        #[test]
        fn seeking_back_is_stepping_back(timeline in beats(), back in 0usize..14, reduced: bool, wait: bool) {
            let moments = timeline.moments();
            let mut stepped = Playhead::new(reduced);
            stepped.seek(&timeline, moments, None);
            for _ in 0..back {
                stepped.step_back(&timeline);
                if wait {
                    settle(&mut stepped, &timeline);
                }
            }
            settle(&mut stepped, &timeline);
            let mut sought = Playhead::new(reduced);
            sought.seek(&timeline, moments.saturating_sub(back), None);
            prop_assert_eq!(stepped, sought);
        }

        #[test]
        fn playing_goes_forward_only_and_ends(timeline in beats(), tick in 1u64..60_000, gate in prop::option::of(0usize..12)) {
            let mut playhead = Playhead::new(false);
            playhead.play_or_pause(&timeline, gate);
            let mut last = playhead.position(&timeline);
            for _ in 0..(timeline.milliseconds() * 1000 / tick + 2) {
                playhead.advance(&timeline, tick, gate);
                let now = playhead.position(&timeline);
                prop_assert!((now.done, now.permille) >= (last.done, last.permille));
                last = now;
            }
            prop_assert!(!playhead.moves());
            prop_assert_eq!(last, Position::stop(last_stop(&timeline, gate)));
        }
    }

    fn three() -> Timeline {
        Timeline::new(vec![
            Beat {
                motion: 200,
                hold: 800
            };
            3
        ])
    }

    #[test]
    fn a_step_moves_and_then_rests() {
        let timeline = three();
        let mut playhead = Playhead::new(false);
        playhead.step_forward(&timeline, None);
        playhead.advance(&timeline, 100_000, None);
        assert_eq!(playhead.position(&timeline).progress(), Some(0.5));
        assert!(playhead.moves());
        playhead.advance(&timeline, 100_000, None);
        assert_eq!(playhead.position(&timeline), Position::stop(1));
        assert!(!playhead.moves());
    }

    #[test]
    fn a_step_back_moves_the_same_way_back() {
        let timeline = three();
        let mut playhead = Playhead::new(false);
        playhead.seek(&timeline, 2, None);
        playhead.step_back(&timeline);
        playhead.advance(&timeline, 50_000, None);
        assert_eq!(playhead.position(&timeline), Position::within(1, 750));
        playhead.advance(&timeline, 150_000, None);
        assert_eq!(playhead.position(&timeline), Position::stop(1));
    }

    #[test]
    fn a_gate_holds_steps_play_and_seeking() {
        let timeline = three();
        let mut playhead = Playhead::new(true);
        playhead.step_forward(&timeline, Some(1));
        playhead.step_forward(&timeline, Some(1));
        assert_eq!(playhead.position(&timeline), Position::stop(1));
        playhead.seek(&timeline, 3, Some(1));
        assert_eq!(playhead.position(&timeline), Position::stop(1));
        playhead.play_or_pause(&timeline, Some(1));
        assert!(!playhead.moves());
    }

    #[test]
    fn reduced_motion_never_shows_the_way() {
        let timeline = three();
        let mut playhead = Playhead::new(true);
        playhead.play_or_pause(&timeline, None);
        while playhead.moves() {
            playhead.advance(&timeline, 7_000, None);
            assert_eq!(playhead.position(&timeline).progress(), None);
        }
        assert_eq!(playhead.position(&timeline), Position::stop(3));
    }

    #[test]
    fn time_stands_still_while_suspended() {
        let timeline = three();
        let mut playhead = Playhead::new(false);
        playhead.play_or_pause(&timeline, None);
        playhead.advance(&timeline, 3_600_000_000, None);
        assert_eq!(playhead.position(&timeline), Position::stop(1));
    }
}
