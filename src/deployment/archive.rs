//! A function's code as it is sent: a ZIP archive with one file.
//!
//! Invariant: the same file gives the same bytes, on every machine and at any time, so that its SHA-256 tells whether code differs.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// The archive, and what Lambda calls its `CodeSha256`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    pub bytes: Vec<u8>,
    pub sha256: String,
}

impl Archive {
    /// Of one file, which everybody may read: Lambda runs it as another user.
    ///
    /// # Errors
    /// Only where a file is larger than an archive can hold.
    pub fn of(file: &str, source: &[u8]) -> Result<Self, String> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let written = writer
            .start_file(file, options)
            .and_then(|()| Ok(writer.write_all(source)?))
            .and_then(|()| writer.finish());
        let bytes = written
            .map_err(|error| format!("{file} can't be put into an archive: {error}"))?
            .into_inner();
        let sha256 = STANDARD.encode(Sha256::digest(&bytes));
        Ok(Self { bytes, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_same_file_is_the_same_archive_and_another_is_not() {
        let one = Archive::of("get-pets.mjs", b"export const handler = 1;").unwrap();
        assert_eq!(
            Archive::of("get-pets.mjs", b"export const handler = 1;").unwrap(),
            one
        );
        assert_ne!(
            Archive::of("get-pets.mjs", b"export const handler = 2;")
                .unwrap()
                .sha256,
            one.sha256
        );
        assert_eq!(STANDARD.decode(&one.sha256).unwrap().len(), 32);
        let mut archive = zip::ZipArchive::new(Cursor::new(one.bytes)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut file = archive.by_name("get-pets.mjs").unwrap();
        assert_eq!(file.unix_mode().unwrap() & 0o777, 0o644);
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "export const handler = 1;");
    }
}
