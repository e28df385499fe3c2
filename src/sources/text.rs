//! Bytes to text: compression, encodings, byte order marks.
//!
//! Owns the outermost layer of every input. Must not know what the text is.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// The largest text that is read, compressed or not: far above any real plan, far below what fills a machine.
pub const MAX_BYTES: u64 = 1 << 30;

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A zip archive: Terraform's binary plan file.
    #[error(
        "it is a binary Terraform plan; run `terraform show -json {path} > plan.json` and scan the result"
    )]
    BinaryPlan {
        /// The path as given.
        path: String,
    },
    /// Gzip that does not decompress.
    #[error(
        "it starts like gzip but does not decompress ({reason}); compress it anew or pass it uncompressed"
    )]
    Gzip {
        /// What the decoder says.
        reason: String,
    },
    /// Too large.
    #[error("it holds more than {} MiB; split it or scan it in parts", MAX_BYTES >> 20)]
    TooLarge,
    /// Neither UTF-8 nor UTF-16.
    #[error("it is neither UTF-8 nor UTF-16 text (byte {offset}); convert it to UTF-8")]
    Encoding {
        /// Offset of the first byte that is not UTF-8.
        offset: usize,
    },
    /// Nothing in it.
    #[error("it is empty; write the output of `terraform show -json` or a task definition to it")]
    Empty,
}

/// Decodes what a file or standard input held: gzip, UTF-8 or UTF-16 with or without byte order mark.
pub fn decode(bytes: Vec<u8>, path: &str) -> Result<String, TextError> {
    let bytes = match bytes.as_slice() {
        [0x1f, 0x8b, ..] => gunzip(&bytes)?,
        _ => bytes,
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(TextError::TooLarge);
    }
    let text = match bytes.as_slice() {
        [b'P', b'K', 3, 4, ..] => return Err(TextError::BinaryPlan { path: path.to_owned() }),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        // a byte order mark may be missing, but no JSON starts with a zero byte or has one in second place
        [0, second, ..] if *second != 0 => utf16(&bytes, u16::from_be_bytes)?,
        [first, 0, ..] if *first != 0 => utf16(&bytes, u16::from_le_bytes)?,
        [0xef, 0xbb, 0xbf, ..] => utf8(bytes[3..].to_vec())?,
        _ => utf8(bytes)?,
    };
    if text.trim().is_empty() { Err(TextError::Empty) } else { Ok(text) }
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, TextError> {
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(MAX_BYTES + 1).read_to_end(&mut plain);
    match read {
        Ok(size) if size as u64 > MAX_BYTES => Err(TextError::TooLarge),
        Ok(_) => Ok(plain),
        Err(error) => Err(TextError::Gzip { reason: error.to_string() }),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, TextError> {
    String::from_utf8(bytes).map_err(|error| TextError::Encoding { offset: error.utf8_error().valid_up_to() })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(TextError::Encoding { offset: bytes.len() - 1 });
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| TextError::Encoding { offset: 0 })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    #[test]
    fn reads_every_encoding_that_tools_write() {
        let text = "{\"é\": 1}";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            marked(&[0xff, 0xfe], &le),
            marked(&[0xfe, 0xff], &be),
            le.clone(),
            be.clone(),
            gzip(text.as_bytes()),
            gzip(&marked(&[0xff, 0xfe], &le)),
        ] {
            assert_eq!(decode(bytes, "x").as_deref(), Ok(text));
        }
    }

    #[test]
    fn refuses_what_is_no_text() {
        let error = |bytes: &[u8]| decode(bytes.to_vec(), "tfplan").expect_err("must be refused");
        assert!(error(b"PK\x03\x04rest").to_string().contains("terraform show -json tfplan"));
        assert_eq!(error(b"  \n"), TextError::Empty);
        assert_eq!(error(b""), TextError::Empty);
        assert_eq!(error(b"{\"a\": \"\xff\xfe\"}"), TextError::Encoding { offset: 7 });
        assert_eq!(error(b"\xff\xfe{"), TextError::Encoding { offset: 0 });
        let mut broken = gzip(b"{\"a\": 1}");
        broken.truncate(12);
        assert!(matches!(error(&broken), TextError::Gzip { .. }));
    }
}
