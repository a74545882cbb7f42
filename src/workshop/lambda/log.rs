//! What a handler prints, as far as it is kept.
//!
//! Invariant: a log never holds more than [`KEPT`] bytes and what the service adds; what came after is counted.

/// Bytes of one invocation that are kept: some hundred lines.
pub const KEPT: usize = 64 * 1024;

/// The log of one invocation. Untrusted: whoever shows it passes it through `printable`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    text: Vec<u8>,
    /// Bytes that were printed and not kept.
    pub dropped: u64,
}

impl Log {
    /// Takes what was printed.
    pub(super) fn push(&mut self, printed: &[u8]) {
        let room = KEPT.saturating_sub(self.text.len());
        let kept = &printed[..printed.len().min(room)];
        self.text.extend_from_slice(kept);
        self.dropped += (printed.len() - kept.len()) as u64;
    }

    /// A line of the service's own, which always finds room.
    pub(super) fn say(&mut self, line: &str) {
        if self.text.last().is_some_and(|last| *last != b'\n') {
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(line.as_bytes());
        self.text.push(b'\n');
    }

    /// With what is no UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_counted_and_the_service_still_speaks() {
        let mut log = Log::default();
        log.say("START");
        for _ in 0..1_000 {
            log.push(&[b'x'; 1_000]);
        }
        log.say("END");
        let text = log.text();
        assert!(text.starts_with("START\nxxx"));
        assert!(text.ends_with("xxx\nEND\n"));
        assert_eq!(text.len(), KEPT + "\nEND\n".len());
        assert_eq!(
            log.dropped,
            1_000_000 - (KEPT as u64 - "START\n".len() as u64)
        );
    }

    #[test]
    fn any_bytes_are_a_text() {
        let mut log = Log::default();
        log.push(&[0xff, b'a']);
        assert_eq!(log.text(), "\u{fffd}a");
    }
}
