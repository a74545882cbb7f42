//! The seeds of the fuzz targets in every `cargo test`: the same functions, without the engine that mutates.
//!
//! Whatever once broke something belongs among `fuzz/seeds/`, so that it is tried again for ever. See fuzz/README.md.

use std::path::PathBuf;

/// Where the fuzzed functions look for what they check.
mod simulator {
    pub use dynatour::simulator::*;
}
#[path = "../fuzz/src/expressions.rs"]
mod expressions;
#[path = "../fuzz/src/grammar.rs"]
mod grammar;
#[path = "../fuzz/src/numbers.rs"]
mod numbers;
#[path = "../fuzz/src/requests.rs"]
mod requests;

/// Every seed of a target, and the same bytes read as choices.
fn seeds(target: &str, check: fn(&[u8])) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let mut tried = 0;
    for entry in std::fs::read_dir(&folder).expect("each target has seeds") {
        let path = entry.expect("an entry").path();
        let seed = std::fs::read(&path).expect("a seed");
        check(&seed);
        check(&[&[0x80], seed.as_slice()].concat());
        for cut in [seed.len() / 3, seed.len() / 2, seed.len() - 1] {
            check(&seed[..cut]);
        }
        tried += 1;
    }
    assert!(tried >= 5, "{} has {tried} seeds", folder.display());
}

#[test]
fn numbers_are_the_decimals_of_their_texts() {
    seeds("numbers", numbers::check);
}

#[test]
fn expressions_mean_what_they_say() {
    seeds("expressions", expressions::check);
}

#[test]
fn requests_are_answered() {
    seeds("requests", requests::check);
}

/// Choices made from bytes of a fixed generator, for what seeds don't reach.
#[test]
fn a_few_thousand_chosen_inputs_are_answered() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0_usize..2_000 {
        let mut data = vec![0x80];
        while data.len() < 40 + round % 900 {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            data.extend((mixed ^ (mixed >> 31)).to_le_bytes());
        }
        numbers::check(&data);
        expressions::check(&data);
        if round % 4 == 0 {
            requests::check(&data);
        }
    }
}
