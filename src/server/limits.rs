//! What the server takes from a client, each limit in one place, with its unit and its reason.
//!
//! Invariant: the memory that clients can make the server hold is at most [`Limits::connections`] × ([`Limits::head_bytes`] +
//! [`Limits::small_bytes`]) + [`Limits::bytes_in_flight`], whatever they send and however slowly.

use std::time::Duration;

/// The limits of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at the same time. A class of 100 with a dozen each, and room for a load test.
    pub connections: usize,
    /// Connections of one address at the same time. SDKs keep 10 to 50 open; on loopback all clients have one address.
    pub connections_each: usize,
    /// Requests of one address in a second, on average; nothing for no limit. A client is throttled, as AWS does it, beyond it.
    pub requests_each: Option<u32>,
    /// Bytes of a request's line and headers together. An SDK sends about one kilobyte, with a session token three.
    pub head_bytes: usize,
    /// Bytes of a request's body, also unpacked: AWS's own limit, 16 MB.
    pub body_bytes: usize,
    /// Bodies and answers up to so many bytes are not counted in [`Self::bytes_in_flight`]: nearly all are smaller.
    pub small_bytes: usize,
    /// Bytes of larger bodies and answers together, from the first byte read until the last is written. What does not fit waits.
    pub bytes_in_flight: usize,
    /// The same of one address, bodies only: nobody takes all the room with bodies that don't come.
    pub body_bytes_each: usize,
    /// Bytes of the machine's memory that stay free: with less, tables don't grow. A class could fill any machine in minutes.
    pub spare_memory: u64,
    /// How long a body waits for its room in [`Self::bytes_in_flight`].
    pub room_time: Duration,
    /// From the first byte of a head to its last: one packet does it.
    pub head_time: Duration,
    /// From a head's end to its body's: 16 MB over a slow classroom network.
    pub body_time: Duration,
    /// The same while more than half of [`Self::bytes_in_flight`] is taken.
    pub body_time_in_need: Duration,
    /// How long an answer may find no room in the client's window.
    pub stall_time: Duration,
    /// The same while more than half of [`Self::bytes_in_flight`] is taken: then those who don't read make way.
    pub stall_time_in_need: Duration,
    /// How long a connection may rest between two requests. AWS closes after about a minute; SDKs don't mind.
    pub idle_time: Duration,
    /// How long the end waits for what runs.
    pub finish_time: Duration,
    /// Wrong join codes that an address may give at once, and then one every [`Self::attempt_time`].
    pub attempts_each: u32,
    pub attempt_time: Duration,
    /// The same for all addresses together that never gave the right one, so that many addresses are no way round.
    pub attempts: u32,
    pub attempts_time: Duration,
}

/// How often connections are looked at for what takes too long.
pub(super) const SWEEP: Duration = Duration::from_millis(250);

/// Addresses that are remembered at the same time.
pub(super) const CLIENTS: usize = 4_096;

/// Characters of a name behind the join code: enough for a first and a last name, and a line of the log stays a line.
pub(super) const NAME: usize = 24;

impl Limits {
    /// On this machine only: the clients are its user's own.
    #[must_use]
    pub const fn loopback() -> Self {
        Self {
            connections: 2_048,
            connections_each: 2_048,
            requests_each: None,
            head_bytes: 16 * 1024,
            body_bytes: 16 * 1024 * 1024,
            small_bytes: 16 * 1024,
            bytes_in_flight: 128 * 1024 * 1024,
            body_bytes_each: 64 * 1024 * 1024,
            spare_memory: 256 * 1024 * 1024,
            room_time: Duration::from_secs(20),
            head_time: Duration::from_secs(10),
            body_time: Duration::from_mins(1),
            body_time_in_need: Duration::from_secs(10),
            stall_time: Duration::from_secs(30),
            stall_time_in_need: Duration::from_secs(1),
            idle_time: Duration::from_mins(3),
            finish_time: Duration::from_secs(5),
            attempts_each: 10,
            attempt_time: Duration::from_secs(10),
            attempts: 200,
            attempts_time: Duration::from_millis(100),
        }
    }

    /// On a network, for a class: one client must not take what the others need.
    #[must_use]
    pub const fn class() -> Self {
        Self {
            connections_each: 128,
            requests_each: Some(500),
            body_bytes_each: 16 * 1024 * 1024,
            ..Self::loopback()
        }
    }
}
