//! A small generator: the same throws every time, and others with `ORACLE_SEED=7`.

pub(crate) struct Dice(u64);

impl Dice {
    /// The throws of a test's own seed, moved on by what the environment asks for.
    pub(crate) fn new(seed: u64) -> Self {
        let moved = std::env::var("ORACLE_SEED").map_or(0, |asked| {
            asked.parse::<u64>().expect("ORACLE_SEED is a number")
        });
        Self(seed.wrapping_add(moved))
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    pub(crate) fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.roll(choices.len())]
    }
}
