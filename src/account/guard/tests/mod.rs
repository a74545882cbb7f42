//! What the guard holds, with the simulated table in the place of an account.

mod anything;
mod outcome;
mod whose;
mod world;
