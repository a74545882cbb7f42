//! Drawing: `draw(&State, &Theme, &mut Frame)` paints what the state says and changes nothing.
//!
//! ```text
//!    6 · Structure ─────────────── 4/12 ── SIMULATED · us-east-1     header
//!
//!     …                                                             body: 4 columns and 4 rows less
//!                                                                   than the terminal
//!   space next   ← back   x exchange   ? help              6 min     footer
//! ```

pub mod theme;
