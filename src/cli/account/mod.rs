//! What the commands that talk to an AWS account share.

pub mod arguments;
