//! Request ids that nobody can foresee, made from one seed.
//!
//! Whoever knows an invocation's id could post an answer to it, so an id is the SipHash of a counter, with
//! the seed as key.

use std::hash::Hasher as _;
use std::sync::atomic::{AtomicU64, Ordering};

use siphasher::sip::SipHasher24;

/// A source of ids.
#[derive(Debug)]
pub struct Ids {
    seed: [u8; 16],
    count: AtomicU64,
}

impl Ids {
    /// From random bytes.
    #[must_use]
    pub const fn new(seed: [u8; 16]) -> Self {
        Self {
            seed,
            count: AtomicU64::new(0),
        }
    }

    fn next(&self) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.seed);
        hasher.write_u64(self.count.fetch_add(1, Ordering::Relaxed));
        hasher.finish()
    }

    /// A UUID of version 4, as Lambda's request ids are: `8476a536-e9f4-41e8-9739-2dfe598c3fcd`.
    #[must_use]
    pub fn uuid(&self) -> String {
        // The version stands in front of the last twelve bits of the first half, the variant at the beginning of the second.
        let high = self.next() & !0xf000 | 0x4000;
        let low = self.next() & !(0b11 << 62) | 0b10 << 62;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }

    /// As API Gateway has one for each request, and tells it in `apigw-requestid`: 15 letters and digits, and a sign.
    #[must_use]
    pub fn request(&self) -> String {
        format!("{}=", &self.short()[..15])
    }

    /// 16 letters and digits.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{:016x}", self.next())
    }

    /// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0`, as X-Ray's header has it.
    #[must_use]
    pub fn trace(&self, seconds: u64) -> String {
        format!("{};Parent={};Sampled=0", self.root(seconds), self.short())
    }

    /// The same header where nothing is traced yet.
    #[must_use]
    pub fn root(&self, seconds: u64) -> String {
        let (high, low) = (self.next() & 0xffff_ffff, self.next());
        format!("Root=1-{seconds:08x}-{high:08x}{low:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_forms_and_differ() {
        let ids = Ids::new([7; 16]);
        let (first, second) = (ids.uuid(), ids.uuid());
        assert_ne!(first, second);
        let lengths: Vec<usize> = first.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&first[14..15], "4");
        assert!("89ab".contains(&first[19..20]), "{first}");
        assert_eq!((ids.short().len(), ids.request().len()), (16, 16));
        let trace = ids.trace(1_700_000_000);
        assert!(trace.starts_with("Root=1-6553f100-"), "{trace}");
        assert_eq!(
            trace.len(),
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0".len()
        );
        assert_ne!(Ids::new([8; 16]).uuid(), Ids::new([7; 16]).uuid());
    }
}
