//! Where a text has something that JSON writes with an escape.
//!
//! Hardly any text has, and every text that is read or written is asked, so it is asked of eight bytes at a time.
//!
//! ```text
//!   f o u n d   a s │ l e e p   o n │ "         a quotation mark, a backslash, or a control character
//!        0          │       0       │ 1 at the 17th
//! ```

/// The lowest bit of each byte, and the highest.
const LOW: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = LOW << 7;

/// The highest bit of each byte that is below `limit`, which is at most 128. A borrow can only set the bits of bytes above one that is set
/// rightly, so the lowest is always right.
const fn below(eight: u64, limit: u8) -> u64 {
    eight.wrapping_sub(LOW * limit as u64) & !eight & HIGH
}

const fn equal(eight: u64, byte: u8) -> u64 {
    below(eight ^ (LOW * byte as u64), 1)
}

/// The highest bit of the first byte that is special, and perhaps of some after it; 0 where none is.
const fn special(eight: [u8; 8]) -> u64 {
    let eight = u64::from_le_bytes(eight);
    below(eight, b' ') | equal(eight, b'"') | equal(eight, b'\\')
}

const fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// The place of the first byte that ends a string, begins an escape, or must be escaped.
#[must_use]
pub fn first_special(bytes: &[u8]) -> Option<usize> {
    let (eights, rest) = bytes.as_chunks();
    for (at, eight) in eights.iter().enumerate() {
        let found = special(*eight);
        if found != 0 {
            return Some(at * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let found = rest.iter().position(|byte| is_special(*byte))?;
    Some(eights.len() * 8 + found)
}

/// Whether no byte has to be escaped.
#[must_use]
pub fn is_plain(bytes: &[u8]) -> bool {
    // The last eight bytes may overlap those before, and so may the halves of fewer than eight.
    if let Some(last) = bytes.last_chunk() {
        let (eights, _) = bytes.as_chunks();
        return special(*last) == 0 && eights.iter().all(|eight| special(*eight) == 0);
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        return special([*a, *b, *c, *d, *e, *f, *g, *h]) == 0;
    }
    !bytes.iter().any(|byte| is_special(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_special_is_found_wherever_it_stands() {
        for length in 0..100 {
            let mut bytes = vec![b'a'; length];
            assert!(is_plain(&bytes), "{length}");
            assert_eq!(first_special(&bytes), None, "{length}");
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    bytes[at] = byte;
                    let plain = byte >= b' ' && byte != b'"' && byte != b'\\';
                    assert_eq!(is_plain(&bytes), plain, "{byte} at {at} of {length}");
                    let found = (!plain).then_some(at);
                    assert_eq!(first_special(&bytes), found, "{byte} at {at} of {length}");
                }
                bytes[at] = b'a';
            }
        }
    }

    #[test]
    fn of_several_the_first_is_found() {
        for pair in [[0x1f, 0x20], [0x00, 0x01], [b'"', b'#'], [b'\\', b']']] {
            for at in 0..10 {
                let mut bytes = vec![b'a'; 20];
                bytes[at..at + 2].copy_from_slice(&pair);
                bytes[15] = b'"';
                assert_eq!(first_special(&bytes), Some(at));
            }
        }
    }
}
