//! What a learner did and wrote: progress, answers, notes, drafts and simulated tables; kept so that nothing is ever lost.
//!
//! ```text
//!   progress   plain data, moved on by changes; the screen holds the same data
//!   store      one transactional file below the state directory: tables, progress, archives
//!   archive    what a reset or a jump put aside, to be put back
//!   forget     what a reset clears
//!   export     notes, answers and goals as Markdown
//! ```
//!
//! Invariant: what the store has acknowledged survives a kill at any moment, and nothing is taken
//! out of it without being put into an archive in the same transaction.

pub mod archive;
pub mod directory;
pub mod error;
pub mod export;
pub mod forget;
pub mod progress;
pub mod store;
