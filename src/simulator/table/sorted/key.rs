//! The key of an entry, small.
//!
//! A search compares keys of many entries, so keys of up to 30 bytes, which addresses of short primary keys are, lie inside their
//! entries; longer ones are boxed.

use std::ops::Deref;

/// The longest key that needs no allocation, in bytes.
const SHORT: usize = 30;

/// The bytes of a key.
#[derive(Debug, Clone)]
pub(super) enum Key {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => &bytes[..usize::from(*length)],
            Self::Long(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Key {
    fn from(key: &[u8]) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..key.len()), u8::try_from(key.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(key);
                Self::Short { length, bytes }
            }
            _ => Self::Long(key.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_any_length_keep_their_bytes() {
        assert_eq!(size_of::<Key>(), 32);
        for length in [0, 1, 30, 31, 300] {
            let bytes = vec![7; length];
            assert_eq!(*Key::from(&*bytes), *bytes);
        }
    }
}
