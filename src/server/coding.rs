//! How a large answer is packed, for a client that says it can unpack it.
//!
//! ```text
//!   Accept-Encoding: br, deflate;q=0.5, gzip      the highest weight, then the first, then gzip: gzip
//!                    *, gzip;q=0.5                a star stands for what is not named: deflate
//! ```
//!
//! AWS packs a body of 4,096 bytes and more. Which coding it takes was observed, and is written down in the tests of `ScyllaDB`'s Alternator,
//! which hold on AWS as well: a weight that can't be read counts as 1, and so does a larger one; of a coding that is named several times
//! the best counts; of several headers the last.
//! Invariant: a coding whose weight is 0 is not taken.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

/// From so many bytes on, an answer is packed.
pub(super) const PACKED_FROM: usize = 4_096;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    /// As HTTP has it: with the header of zlib.
    Deflate,
}

impl Coding {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    /// What a client would like best, of what there is.
    pub(super) fn accepted(accept_encoding: &str) -> Option<Self> {
        let named: Vec<(&str, f32)> = accept_encoding.split(',').map(weighed).collect();
        let best = |name: &str| {
            let all = named.iter().enumerate();
            all.filter(|(_, (here, _))| here.eq_ignore_ascii_case(name))
                .map(|(place, (_, weight))| (*weight, place))
                .reduce(|best, next| if next.0 > best.0 { next } else { best })
        };
        // What only a star stands for comes behind what is named.
        let star = best("*").map(|(weight, _)| (weight, usize::MAX));
        let wish = |coding: Self| best(coding.name()).or(star).unwrap_or((0.0, 0));
        let (gzip, deflate) = (wish(Self::Gzip), wish(Self::Deflate));
        let (coding, (weight, _)) =
            if deflate.0 > gzip.0 || (deflate.0 >= gzip.0 && deflate.1 < gzip.1) {
                (Self::Deflate, deflate)
            } else {
                (Self::Gzip, gzip)
            };
        (weight > 0.0).then_some(coding)
    }

    /// A body in this coding.
    ///
    /// # Errors
    /// Never: memory takes what is written.
    pub(super) fn pack(self, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let room = Vec::with_capacity(body.len() / 4);
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(room, Compression::fast());
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(room, Compression::fast());
                encoder.write_all(body)?;
                encoder.finish()
            }
        }
    }
}

/// A coding's name and its weight, 1 at most: that of its first `q`.
fn weighed(one: &str) -> (&str, f32) {
    let mut parts = one.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let weight = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .and_then(|(_, weight)| weight.trim().parse::<f32>().ok())
        .filter(|weight| !weight.is_nan())
        .unwrap_or(1.0);
    (name, weight.min(1.0))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_coding_is_the_one_that_aws_was_observed_to_take() {
        const GZIP: Option<Coding> = Some(Coding::Gzip);
        const DEFLATE: Option<Coding> = Some(Coding::Deflate);
        for (accepted, taken) in [
            ("", None),
            ("identity", None),
            ("br", None),
            ("x-gzip", None),
            ("gzip, deflate", GZIP),
            ("br, identity, deflate, gzip", DEFLATE),
            ("GZIP, identity", GZIP),
            ("dog, gzip ,, cat", GZIP),
            ("gzip;q=0.8, deflate;q=0.5", GZIP),
            ("br, gzip;q=0, deflate; q = 0.5 , identity;q=0", DEFLATE),
            ("*", GZIP),
            ("*, deflate;q=0.5", GZIP),
            ("*, deflate", DEFLATE),
            ("*, identity", GZIP),
            ("*, gzip;q=0.5", DEFLATE),
            ("gzip ;q=0", None),
            ("identity;q=0", None),
            ("*;q=0", None),
            ("*;q=0.5,identity", GZIP),
            ("gzip;q=0.5,identity;q=0.8", GZIP),
            ("br;q=0.8,identity;q=0.5,*;q=0", None),
            ("\"gzip\"", None),
            ("gzip br", None),
            ("gzip:q=1", None),
            ("deflate;q=0.5, gzip;q=31", GZIP),
            ("gzip;q=31,deflate;q=51", GZIP),
            ("deflate;q=0.5, gzip;q=0.2", DEFLATE),
            ("deflate;q=0.5, gzip;q=1;q=0.2", GZIP),
            ("deflate;q=0.5,gzip;q=0.", DEFLATE),
            ("deflate;q=0.5,gzip;q=0.x", GZIP),
            ("deflate;q=-0.5,gzip;q=0.2", GZIP),
            ("gzip;nq=1;q=0 ", None),
            ("gzip;q=0, gzip;q=1, gzip;q=0", GZIP),
            ("br,identity;q=0.5,gzip;q=0.0001", GZIP),
            ("gzip;q=nan", GZIP),
        ] {
            assert_eq!(Coding::accepted(accepted), taken, "{accepted}");
        }
    }

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let body = b"an answer that says the same again and again, ".repeat(100);
        let gzip = Coding::Gzip.pack(&body).unwrap();
        let deflate = Coding::Deflate.pack(&body).unwrap();
        assert!(gzip.len() < body.len() && deflate.len() < body.len());
        let mut unpacked = [Vec::new(), Vec::new()];
        let [one, other] = &mut unpacked;
        flate2::read::GzDecoder::new(&gzip[..])
            .read_to_end(one)
            .unwrap();
        flate2::read::ZlibDecoder::new(&deflate[..])
            .read_to_end(other)
            .unwrap();
        assert_eq!(unpacked, [&body[..], &body[..]]);
    }
}
