//! Bytes to text: compression, encodings, byte order marks.
//!
//! Owns the outermost layer of every input. Must not know what the text is.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::refusal::Refusal;

/// The largest text that is read, compressed or not: far above any real plan, far below what fills a machine.
pub const MAX_BYTES: u64 = 1 << 30;

/// Decodes what a file or standard input held: gzip, UTF-8 or UTF-16 with or without byte order mark.
pub fn decode(bytes: Vec<u8>, path: &str) -> Result<String, Refusal> {
    let bytes = match bytes.as_slice() {
        [0x1f, 0x8b, ..] => gunzip(&bytes)?,
        _ => bytes,
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large());
    }
    let text = match bytes.as_slice() {
        [b'P', b'K', 3, 4, rest @ ..] => return Err(archive(rest, path)),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        // a byte order mark may be missing, but no JSON starts with a zero byte or has one in second place
        [0, second, ..] if *second != 0 => utf16(&bytes, u16::from_be_bytes)?,
        [first, 0, ..] if *first != 0 => utf16(&bytes, u16::from_le_bytes)?,
        [0xef, 0xbb, 0xbf, ..] => utf8(bytes[3..].to_vec())?,
        _ => utf8(bytes)?,
    };
    if text.trim().is_empty() { Err(empty()) } else { Ok(text) }
}

/// Terraform's binary plan is a zip archive whose first entry is `tfplan`.
fn archive(header: &[u8], path: &str) -> Refusal {
    if !header.iter().take(64).copied().collect::<Vec<u8>>().windows(6).any(|name| name == b"tfplan") {
        return Refusal::not_an_input("a zip archive", "unpack it and scan what it holds");
    }
    let remedy = format!("run `terraform show -json {path} > plan.json` and scan the result");
    Refusal::broken("it is a binary Terraform plan", remedy)
}

fn no_gzip(error: &std::io::Error) -> Refusal {
    let why = format!("it starts like gzip but does not decompress ({error})");
    Refusal::broken(why, "compress it anew or pass it uncompressed")
}

fn too_large() -> Refusal {
    let why = format!("it holds more than {} MiB", MAX_BYTES >> 20);
    Refusal::broken(why, "split it or scan it in parts")
}

/// `offset` is that of the first byte that does not fit.
fn no_text(offset: usize) -> Refusal {
    Refusal::broken(format!("it is neither UTF-8 nor UTF-16 text (byte {offset})"), "convert it to UTF-8")
}

fn empty() -> Refusal {
    Refusal::broken("it is empty", "write the output of `terraform show -json` or a task definition to it")
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(MAX_BYTES + 1).read_to_end(&mut plain);
    match read {
        Ok(size) if size as u64 > MAX_BYTES => Err(too_large()),
        Ok(_) => Ok(plain),
        Err(error) => Err(no_gzip(&error)),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|error| no_text(error.utf8_error().valid_up_to()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refusal> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(no_text(bytes.len() - 1));
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| no_text(0))
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
        let error = |bytes: &[u8]| decode(bytes.to_vec(), "plan.bin").expect_err("must be refused");
        assert!(error(b"PK\x03\x04xxtfplanrest").to_string().contains("terraform show -json plan.bin"));
        assert!(error(b"PK\x03\x04rest").why.contains("a zip archive"));
        assert_eq!(error(b"  \n"), empty());
        assert_eq!(error(b""), empty());
        assert_eq!(error(b"{\"a\": \"\xff\xfe\"}"), no_text(7));
        assert_eq!(error(b"\xff\xfe{"), no_text(0));
        let mut broken = gzip(b"{\"a\": 1}");
        broken.truncate(12);
        assert!(error(&broken).why.contains("does not decompress"));
    }
}
