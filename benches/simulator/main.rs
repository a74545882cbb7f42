//! How fast, how large and how patient the simulated table is, beside the oracle, in one run: `cargo bench`.
//!
//! ```text
//!   round 1   ours ▮▮▮  oracle ▮▮▮▮▮▮▮▮▮▮▮▮     the two take turns, so that whatever else the machine does meets both;
//!   round 2   ours ▮▮▮  oracle ▮▮▮▮▮▮▮▮▮▮▮▮     what is printed is the median round of each; a turn begins with calls that don't count
//! ```
//!
//! Ours gets a request's JSON bytes and gives the reply's, with its checksum, request id and trace, as the transport has it. The
//! oracle is asked by its embedded interface, typed requests made beforehand and typed answers dropped, in `:memory:`: the
//! fastest way it offers, and one that spares it the JSON. Where that is told apart, a second line has JSON for both.
//!
//! No benchmarking library: none of them lets two subjects take turns and compares them, and the rest is a clock and a median.
//! Without `--bench`, as `cargo test --all-targets` runs it, every size is small, and nothing but that it works is learned.
//!
//! Invariant: a target that was missed is printed as missed.

#![expect(clippy::print_stdout, reason = "the table it prints is what it is for")]
#![expect(
    clippy::cast_precision_loss,
    reason = "figures for people, of few digits"
)]

mod calls;
mod growth;
#[path = "../measure/mod.rs"]
mod measure;
mod patience;
#[path = "../pets/mod.rs"]
mod pets;
mod sides;

use measure::Table;

/// How much is done.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Rounds that a median is taken of.
    rounds: usize,
    /// Calls in a round that count.
    calls: usize,
    /// Calls in a round before those.
    warm: usize,
    /// Items in the small table, all under one partition key.
    small: usize,
    /// Items in the large one, a thousand under each partition key.
    large: usize,
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let sizes = if measured {
        Sizes {
            rounds: 15,
            calls: 2_000,
            // As many as the small table has items.
            warm: 1_000,
            small: 1_000,
            large: 1_000_000,
        }
    } else {
        Sizes {
            rounds: 3,
            calls: 20,
            warm: 2,
            small: 1_000,
            large: 4_000,
        }
    };
    let mut table = Table::new();
    // The small tables first: later they would lie in the holes that filling a large one leaves all over the heap. The large one next,
    // while nothing else has stirred it.
    let both = calls::fill(sizes);
    let small = sides::filled(sizes.small);
    let large = growth::fill(sizes, &mut table);
    calls::run(sizes, &both, &mut table);
    growth::run(sizes, &small, &large, &mut table);
    patience::run(sizes, &large, &mut table);
    growth::scan_beside_oracle(sizes, &large, &mut table);
    table.finish();
}
