//! A request's body, read into memory that is reserved before it is filled.
//!
//! Small bodies, which nearly all are, need no reservation: the number of connections bounds them. A larger one waits until there is
//! room for all that it announces (for a body of unknown length, for the longest there may be), so that no two bodies wait for each
//! other half read. One that is too large is read to its end and thrown away, within limits, because a client that is still sending
//! does not hear the answer.
//! Invariant: no more bytes are kept than were reserved.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Limits;
use super::line::{Line, Phase, Ticks};

/// Reservations are counted in kilobytes.
const UNIT: usize = 1024;

/// What each member of a gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How much of a body that is too large is read for its client to hear the answer, times the largest body there may be.
const PATIENCE: u64 = 8;

/// Room for large bodies or answers, shared by all connections.
#[derive(Debug, Clone)]
pub(super) struct Room {
    free: Arc<Semaphore>,
    units: usize,
    wait: Duration,
}

/// A part of the room, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Reserved(OwnedSemaphorePermit);

impl Reserved {
    /// Give back what is more than so many bytes need.
    pub(super) fn shrink(&mut self, bytes: usize) {
        let more = self.0.num_permits().saturating_sub(units(bytes));
        drop(self.0.split(more));
    }
}

fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT)
}

impl Room {
    pub(super) fn new(bytes: usize, wait: Duration) -> Self {
        let units = units(bytes).min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(units)),
            units,
            wait,
        }
    }

    #[cfg(test)]
    pub(super) fn is_free(&self) -> bool {
        self.free.available_permits() == self.units
    }

    /// Whether more than half of it is taken.
    pub(super) fn in_need(&self) -> bool {
        self.free.available_permits() < self.units / 2
    }

    /// Room for so many bytes, or for as many as there ever are; nothing where none became free in time.
    pub(super) async fn reserve(&self, bytes: usize) -> Option<Reserved> {
        let wanted = u32::try_from(units(bytes).min(self.units)).unwrap_or(u32::MAX);
        let free = Arc::clone(&self.free);
        if let Ok(permit) = Arc::clone(&free).try_acquire_many_owned(wanted) {
            return Some(Reserved(permit));
        }
        let permit = tokio::time::timeout(self.wait, free.acquire_many_owned(wanted)).await;
        // The semaphore is never closed.
        permit.ok()?.ok().map(Reserved)
    }
}

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoBody {
    TooLarge,
    TooSlow,
    NoRoom,
    /// The client went away, or sent what is no body.
    Broken,
    /// It says it is in gzip and is not.
    NoGzip,
    /// It is packed in a way that is not known here.
    UnknownEncoding,
}

/// A body, and the room that is reserved for it.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Bytes,
    /// As it came, before it was unpacked.
    pub(super) sent: usize,
    /// Of the client's room and of all clients'; held until the body is dropped.
    _room: Option<[Reserved; 2]>,
}

/// Reads a body to its end. It has to find room in each of `rooms`, in their order.
pub(super) async fn read(
    incoming: Incoming,
    is_gzip: bool,
    limits: &Limits,
    rooms: [&Room; 2],
    (line, ticks): (&Line, &Ticks),
) -> Result<Body, NoBody> {
    let announced = incoming.size_hint().exact();
    let most = limits.body_bytes as u64;
    if announced.is_some_and(|bytes| bytes > most) {
        discard(incoming, most * PATIENCE, line).await;
        return Err(NoBody::TooLarge);
    }
    let length = announced.map_or(limits.body_bytes, |bytes| {
        usize::try_from(bytes).unwrap_or(limits.body_bytes)
    });
    // What comes out of gzip can be a thousand times as much.
    let wanted = if is_gzip { limits.body_bytes } else { length };
    let mut reserved = None;
    if wanted > limits.small_bytes {
        // That it waits for room is no fault of the client.
        line.enter(Phase::Busy, ticks);
        let [one, all] = rooms;
        let one = one.reserve(wanted).await.ok_or(NoBody::NoRoom)?;
        let all = all.reserve(wanted).await.ok_or(NoBody::NoRoom)?;
        reserved = Some([one, all]);
        line.enter(Phase::Body, ticks);
    }
    // That the body before this one was too slow is over.
    let _ = line.hurry.notified().now_or_never();
    let mut bytes = gather(incoming, announced.map(|_| length), limits, line).await?;
    let sent = bytes.len();
    if is_gzip {
        bytes = unpack(bytes, limits.body_bytes).await?;
    }
    for reserved in reserved.iter_mut().flatten() {
        reserved.shrink(bytes.len());
    }
    Ok(Body {
        bytes,
        sent,
        _room: reserved,
    })
}

/// The pieces of a body in one; a single piece, which most bodies are, is not copied.
async fn gather(
    mut incoming: Incoming,
    length: Option<usize>,
    limits: &Limits,
    line: &Line,
) -> Result<Bytes, NoBody> {
    let mut first = Bytes::new();
    let mut all: Vec<u8> = Vec::new();
    while let Some(piece) = next(&mut incoming, line).await? {
        if first.len() + all.len() + piece.len() > limits.body_bytes {
            discard(incoming, limits.body_bytes as u64 * PATIENCE, line).await;
            return Err(NoBody::TooLarge);
        }
        if first.is_empty() && all.is_empty() {
            first = piece;
            if length == Some(first.len()) {
                return Ok(first);
            }
            continue;
        }
        if !first.is_empty() {
            all.reserve_exact(length.unwrap_or(0));
            all.extend_from_slice(&first);
            first = Bytes::new();
        }
        all.extend_from_slice(&piece);
    }
    Ok(if all.is_empty() { first } else { all.into() })
}

/// The next piece; nothing at the end.
async fn next(incoming: &mut Incoming, line: &Line) -> Result<Option<Bytes>, NoBody> {
    loop {
        let frame = if let Some(ready) = incoming.frame().now_or_never() {
            ready
        } else {
            tokio::select! {
                biased;
                frame = incoming.frame() => frame,
                () = line.hurry.notified() => return Err(NoBody::TooSlow),
            }
        };
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(NoBody::Broken),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data()
                    && !piece.is_empty()
                {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// Read on and keep nothing, up to so many bytes.
async fn discard(mut incoming: Incoming, most: u64, line: &Line) {
    let mut read = 0;
    while let Ok(Some(piece)) = next(&mut incoming, line).await {
        read += piece.len() as u64;
        if read > most {
            return;
        }
    }
}

/// What gzip holds, if that is not more than there may be.
async fn unpack(packed: Bytes, most: usize) -> Result<Bytes, NoBody> {
    let work = tokio::task::spawn_blocking(move || {
        let mut unpacked = Vec::new();
        let mut rest = &packed[..];
        loop {
            let mut member = GzDecoder::new(rest);
            let left = (most - unpacked.len()) as u64;
            member
                .by_ref()
                .take(left + 1)
                .read_to_end(&mut unpacked)
                .map_err(|_| NoBody::NoGzip)?;
            if unpacked.len() > most {
                return Err(NoBody::TooLarge);
            }
            rest = member.into_inner();
            // Another one may follow; anything else behind the last is passed over, as AWS does.
            if !rest.starts_with(&GZIP) {
                return Ok(Bytes::from(unpacked));
            }
        }
    });
    work.await.unwrap_or(Err(NoBody::Broken))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[tokio::test]
    async fn room_is_given_back() {
        let room = Room::new(10 * UNIT, Duration::ZERO);
        let mut one = room.reserve(7 * UNIT + 1).await.unwrap();
        assert!(room.in_need());
        assert!(room.reserve(3 * UNIT).await.is_none());
        one.shrink(UNIT);
        assert!(!room.in_need());
        let more = room.reserve(9 * UNIT).await.unwrap();
        assert!(room.reserve(1).await.is_none());
        drop((one, more));
        // More than there ever is waits for all there is.
        assert!(room.reserve(100 * UNIT).await.is_some());
    }

    #[tokio::test]
    async fn gzip_is_unpacked_up_to_the_limit() {
        let packed = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(bytes).unwrap();
            Bytes::from(encoder.finish().unwrap())
        };
        let zeros = packed(&vec![0; 100_000]);
        assert!(zeros.len() < 200, "a bomb is small");
        assert_eq!(unpack(zeros.clone(), 100_000).await.unwrap().len(), 100_000);
        assert_eq!(unpack(zeros.clone(), 99_999).await, Err(NoBody::TooLarge));
        let cut = zeros.slice(..zeros.len() - 9);
        assert_eq!(unpack(cut, 100_000).await, Err(NoBody::NoGzip));
        let two = [&packed(b"one, ")[..], &packed(b"two")].concat();
        let both = unpack(two.clone().into(), 8).await.unwrap();
        assert_eq!(&both[..], b"one, two");
        assert_eq!(unpack(two.clone().into(), 7).await, Err(NoBody::TooLarge));
        let junk = [&two[..], b"junk"].concat();
        assert_eq!(unpack(junk.into(), 8).await.unwrap(), both);
        let cut = [&two[..], &GZIP].concat();
        assert_eq!(unpack(cut.into(), 8).await, Err(NoBody::NoGzip));
        let plain = Bytes::from_static(b"{}");
        assert_eq!(unpack(plain, 100_000).await, Err(NoBody::NoGzip));
    }
}
