//! Which DynamoDB a step talks to, and what came of it.

pub mod exchange;
