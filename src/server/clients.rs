//! Who is connected, by address: how many connections, how many requests, and how many wrong join codes.
//!
//! Invariant: at most [`CLIENTS`] addresses are remembered, and one with connections is never forgotten.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::body::Room;
use super::bucket::{Bucket, Rate};
use super::limits::{CLIENTS, Limits};

/// What is known of one address.
#[derive(Debug)]
pub(super) struct Client {
    known: Mutex<Known>,
    /// Its share of the room for large bodies.
    pub(super) bodies: Room,
}

#[derive(Debug, Default)]
struct Known {
    connections: usize,
    requests: Bucket,
    attempts: Bucket,
    /// It gave the right join code before.
    is_member: bool,
}

/// All addresses.
#[derive(Debug)]
pub(super) struct Clients {
    known: Mutex<HashMap<IpAddr, Arc<Client>>>,
    /// Wrong join codes of addresses that never gave the right one, together.
    strangers: Mutex<Bucket>,
    each: usize,
    body_bytes: usize,
    room_time: Duration,
    requests: Option<Rate>,
    attempts_each: Rate,
    attempts: Rate,
}

impl Clients {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            known: Mutex::default(),
            strangers: Mutex::default(),
            each: limits.connections_each,
            body_bytes: limits.body_bytes_each,
            room_time: limits.room_time,
            requests: limits.requests_each.map(Rate::per_second),
            attempts_each: Rate {
                burst: limits.attempts_each,
                interval: limits.attempt_time,
            },
            attempts: Rate {
                burst: limits.attempts,
                interval: limits.attempts_time,
            },
        }
    }

    /// One more connection of an address, which has to be taken back with [`Self::disconnect`]; nothing where it has too many.
    pub(super) fn connect(&self, address: IpAddr, now: Duration) -> Option<Arc<Client>> {
        let address = address.to_canonical();
        let mut known = lock(&self.known);
        if known.len() >= CLIENTS && !known.contains_key(&address) {
            make_room(&mut known, now);
        }
        let client = known.entry(address).or_insert_with(|| {
            Arc::new(Client {
                known: Mutex::default(),
                bodies: Room::new(self.body_bytes, self.room_time),
            })
        });
        let client = Arc::clone(client);
        let mut state = lock(&client.known);
        if state.connections >= self.each {
            return None;
        }
        state.connections += 1;
        drop(state);
        Some(client)
    }

    pub(super) fn disconnect(client: &Client) {
        lock(&client.known).connections -= 1;
    }

    /// Whether the client may send another request now.
    pub(super) fn may_ask(&self, client: &Client, now: Duration) -> bool {
        match self.requests {
            None => true,
            Some(rate) => lock(&client.known).requests.try_take(rate, now),
        }
    }

    /// How long no join code of this client is compared, where it gave too many wrong ones, or others did and it never gave the right one.
    pub(super) fn must_wait(&self, client: &Client, now: Duration) -> Option<Duration> {
        let state = lock(&client.known);
        let own = state.attempts.wait(self.attempts_each, now);
        if own.is_some() || state.is_member {
            return own;
        }
        lock(&self.strangers).wait(self.attempts, now)
    }

    /// The client gave the right join code.
    pub(super) fn welcome(client: &Client) {
        lock(&client.known).is_member = true;
    }

    /// The client gave a wrong join code.
    pub(super) fn missed(&self, client: &Client, now: Duration) {
        let mut state = lock(&client.known);
        state.attempts.take(self.attempts_each, now);
        if !state.is_member {
            lock(&self.strangers).take(self.attempts, now);
        }
    }
}

/// Forget who is not connected: first those of whom nothing is worth knowing, then any.
fn make_room(known: &mut HashMap<IpAddr, Arc<Client>>, now: Duration) {
    let is_gone = |client: &Client| lock(&client.known).connections == 0;
    known.retain(|_, client| !is_gone(client) || !lock(&client.known).attempts.is_full(now));
    if known.len() >= CLIENTS {
        known.retain(|_, client| !is_gone(client));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u16) -> IpAddr {
        let [high, low] = last.to_be_bytes();
        IpAddr::from([10, 0, high, low])
    }

    const NOW: Duration = Duration::from_secs(1_000);

    #[test]
    fn an_address_has_so_many_connections() {
        let clients = Clients::new(&Limits {
            connections_each: 2,
            ..Limits::class()
        });
        let one = clients.connect(address(1), NOW).unwrap();
        assert!(clients.connect(address(1), NOW).is_some());
        assert!(clients.connect(address(1), NOW).is_none());
        // The same address written as IPv6.
        let mapped = IpAddr::from([0, 0, 0, 0, 0, 0xffff, 0x0a00, 1]);
        assert!(clients.connect(mapped, NOW).is_none());
        assert!(clients.connect(address(2), NOW).is_some());
        Clients::disconnect(&one);
        assert!(clients.connect(address(1), NOW).is_some());
    }

    #[test]
    fn wrong_codes_slow_their_address_and_strangers_but_no_member() {
        let clients = Clients::new(&Limits {
            attempts_each: 2,
            attempts: 3,
            ..Limits::class()
        });
        let [guesser, other, late, member] =
            [1, 2, 3, 4].map(|last| clients.connect(address(last), NOW).unwrap());
        Clients::welcome(&member);
        clients.missed(&guesser, NOW);
        assert_eq!(clients.must_wait(&guesser, NOW), None);
        clients.missed(&guesser, NOW);
        assert_eq!(
            clients.must_wait(&guesser, NOW),
            Some(Limits::class().attempt_time)
        );
        assert_eq!(clients.must_wait(&other, NOW), None);
        clients.missed(&other, NOW);
        assert_eq!(
            clients.must_wait(&late, NOW),
            Some(Limits::class().attempts_time)
        );
        assert_eq!(clients.must_wait(&member, NOW), None);
        let later = NOW + Limits::class().attempt_time;
        assert_eq!(clients.must_wait(&guesser, later), None);
    }

    #[test]
    fn requests_a_second_are_counted_for_each() {
        let limits = Limits {
            requests_each: Some(10),
            ..Limits::class()
        };
        let clients = Clients::new(&limits);
        let client = clients.connect(address(1), NOW).unwrap();
        let granted = |at| (0..100).filter(|_| clients.may_ask(&client, at)).count();
        assert_eq!(granted(NOW), 20);
        assert_eq!(granted(NOW + Duration::from_secs(1)), 10);
        let free = Clients::new(&Limits::loopback());
        assert!((0..10_000).all(|_| free.may_ask(&client, NOW)));
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let clients = Clients::new(&Limits::class());
        let first = clients.connect(address(0), NOW).unwrap();
        for last in 1..=9_000 {
            let client = clients.connect(address(last), NOW).unwrap();
            clients.missed(&client, NOW);
            Clients::disconnect(&client);
        }
        let known = lock(&clients.known);
        assert!(known.len() <= CLIENTS);
        assert!(Arc::ptr_eq(&known[&address(0)], &first));
    }
}
