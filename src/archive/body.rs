//! Stored bodies: digest and compression. Works on bytes; knows no table.

use crate::domain::text::Text;
use crate::locking::lock;
use sha2::{Digest, Sha256};
use std::io;
use std::sync::{LazyLock, Mutex};
use zstd::bulk::{Compressor, Decompressor};

/// Bodies shorter than this are stored as they are.
const COMPRESSED_FROM_BYTES: usize = 1024;
const COMPRESSION_LEVEL: i32 = 1;
/// Every body is far smaller; a larger size is damage, not a reason to reserve memory.
const SIZE_CAP_BYTES: i64 = 1 << 30;

/// The words of the database for the encoding of a body: as received, and one zstd frame.
const PLAIN: &str = "plain";
const ZSTD: &str = "zstd";

// Making one costs as much as the compression of a page, and one for each thread 0.2 MB.
static COMPRESSOR: LazyLock<Mutex<io::Result<Compressor<'static>>>> =
    LazyLock::new(|| Mutex::new(Compressor::new(COMPRESSION_LEVEL)));
static DECOMPRESSOR: LazyLock<Mutex<io::Result<Decompressor<'static>>>> =
    LazyLock::new(|| Mutex::new(Decompressor::new()));

/// A body ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PackedBody {
    /// Over the body as received.
    pub sha256: [u8; 32],
    /// Bytes as received.
    pub size: i64,
    /// The encoding of `stored`.
    pub encoding: &'static str,
    /// The bytes to store.
    pub stored: Vec<u8>,
}

// What may be wrong with a stored body.
pub(super) const WRONG_DIGEST: Text =
    Text::new("the body does not match its SHA-256", "应答内容与其 SHA-256 不符");
pub(super) const WRONG_SIZE: Text = Text::new("the body has a wrong length", "应答内容长度不符");
pub(super) const UNDECODABLE: Text = Text::new("the body cannot be decompressed", "应答内容无法解压");
pub(super) const UNKNOWN_ENCODING: Text = Text::new("the body has an unknown encoding", "应答内容的编码未知");

/// SHA-256 of the body as received.
pub(super) fn digest(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// Digests a body, and compresses it if that saves space.
pub(super) fn pack(body: &[u8]) -> PackedBody {
    let (encoding, stored) = match compressed(body) {
        Some(frame) => (ZSTD, frame),
        None => (PLAIN, body.to_vec()),
    };
    PackedBody { sha256: digest(body), size: i64::try_from(body.len()).unwrap_or(i64::MAX), encoding, stored }
}

fn compressed(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < COMPRESSED_FROM_BYTES {
        return None;
    }
    // A body that cannot be compressed is stored as it is.
    let frame = lock(&COMPRESSOR).as_mut().ok()?.compress(body).ok()?;
    (frame.len() < body.len()).then_some(frame)
}

/// The body as received, or what is wrong with it.
pub(super) fn unpack(encoding: &str, stored: Vec<u8>, size: i64, sha256: &[u8]) -> Result<Vec<u8>, Text> {
    let capacity = usize::try_from(size).ok().filter(|_| size <= SIZE_CAP_BYTES).ok_or(WRONG_SIZE)?;
    let body = match encoding {
        PLAIN => stored,
        ZSTD => match lock(&DECOMPRESSOR).as_mut() {
            Ok(decompressor) => decompressor.decompress(&stored, capacity).map_err(|_| UNDECODABLE)?,
            Err(_) => return Err(UNDECODABLE),
        },
        _ => return Err(UNKNOWN_ENCODING),
    };
    if body.len() != capacity {
        return Err(WRONG_SIZE);
    }
    if digest(&body)[..] != *sha256 {
        return Err(WRONG_DIGEST);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packed: PackedBody) -> Result<Vec<u8>, Text> {
        unpack(packed.encoding, packed.stored, packed.size, &packed.sha256)
    }

    #[test]
    fn a_long_repetitive_body_is_compressed_and_comes_back() {
        let body = "{\"iname\":\"乐视\"}".repeat(500).into_bytes();
        let packed = pack(&body);
        assert_eq!(packed.encoding, ZSTD);
        assert!(packed.stored.len() * 10 < body.len());
        assert_eq!(unpacked(packed), Ok(body));
    }

    #[test]
    fn short_and_incompressible_bodies_are_stored_as_received() {
        let short = vec![b'x'; COMPRESSED_FROM_BYTES - 1];
        let noise: Vec<u8> = (0u32..200).flat_map(|number| digest(&number.to_le_bytes())).collect();
        for body in [short, noise, Vec::new()] {
            let packed = pack(&body);
            assert_eq!(packed.encoding, PLAIN);
            assert_eq!(unpacked(packed), Ok(body));
        }
    }

    #[test]
    fn every_kind_of_damage_has_its_name() {
        let good = pack(&[b'x'; 4000]);
        let broken = |change: fn(&mut PackedBody)| {
            let mut packed = good.clone();
            change(&mut packed);
            unpacked(packed).unwrap_err()
        };
        assert_eq!(broken(|packed| packed.sha256[0] ^= 1), WRONG_DIGEST);
        assert_eq!(broken(|packed| packed.stored.truncate(5)), UNDECODABLE);
        assert_eq!(broken(|packed| packed.size = 5000), WRONG_SIZE);
        assert_eq!(broken(|packed| packed.size = i64::MAX), WRONG_SIZE);
        assert_eq!(unpack("lzma", vec![1], 1, &[0; 32]), Err(UNKNOWN_ENCODING));
    }
}
