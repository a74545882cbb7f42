//! What a learner did and wrote: progress, answers, notes, drafts; kept so that nothing is ever lost.

pub mod progress;
