//! Byte strings, small.
//!
//! Addresses of items with short keys, and short keys themselves, are most of the byte strings that are kept. Up to 30 bytes live inside the
//! value, filled up with zeros; longer ones are boxed.
//!
//! Invariant: a byte string has one representation (short ones are never boxed).

use std::ops::Deref;

/// The longest byte string that needs no allocation.
pub const SHORT: usize = 30;

/// A byte string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Bytes {
    /// Short bytes filled up with zeros, and how many they are.
    #[must_use]
    pub fn short(bytes: &[u8]) -> Option<([u8; SHORT], u8)> {
        let mut filled = [0; SHORT];
        filled.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some((filled, u8::try_from(bytes.len()).ok()?))
    }
}

impl Bytes {
    /// Ask for the memory of all of them at once: what is in no cache comes side by side, and is there when they are compared one by one.
    pub fn fetch<'b>(many: impl IntoIterator<Item = &'b Self>) {
        let looks = many
            .into_iter()
            .map(|one| matches!(one, Self::Short { .. }));
        std::hint::black_box(looks.fold(false, |all, one| all | one));
    }

    /// Of pieces, one behind the other.
    #[must_use]
    pub fn joined<const N: usize>(pieces: [&[u8]; N]) -> Self {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if length > SHORT {
            return Self::Long(pieces.concat().into());
        }
        let mut bytes = [0; SHORT];
        let mut end = 0;
        for piece in pieces {
            bytes[end..end + piece.len()].copy_from_slice(piece);
            end += piece.len();
        }
        let length = u8::try_from(length).expect("at most SHORT");
        Self::Short { length, bytes }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => &bytes[..usize::from(*length)],
            Self::Long(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        match Self::short(bytes) {
            Some((bytes, length)) => Self::Short { length, bytes },
            None => Self::Long(bytes.into()),
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        match Self::short(&bytes) {
            Some((bytes, length)) => Self::Short { length, bytes },
            None => Self::Long(bytes.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_strings_of_any_length_keep_their_bytes() {
        assert_eq!(size_of::<Bytes>(), 32);
        for length in [0, 1, 30, 31, 300] {
            let bytes = vec![7; length];
            assert_eq!(*Bytes::from(&*bytes), *bytes);
            let (front, back) = bytes.split_at(length / 3);
            assert_eq!(
                Bytes::joined([front, &[], back]),
                Bytes::from(bytes.clone())
            );
            let is_short = matches!(Bytes::from(&*bytes), Bytes::Short { .. });
            assert_eq!(is_short, length <= SHORT);
        }
    }
}
