//! Decompression of gzip bodies.

use flate2::bufread::GzDecoder;
use std::io::Read;

/// The first bytes of every gzip member.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// A body, decompressed as far as possible.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decompressed {
    Whole(Vec<u8>),
    /// The beginning of a body above the limit.
    TooLarge(Vec<u8>),
    /// The part of a damaged stream that could be decompressed, or the stream itself if there is none.
    Damaged(Vec<u8>),
}

/// Decompresses a body of at most `limit` bytes.
///
/// The body itself shows whether it is compressed, because neither JSON nor XML begins like gzip. So a proxy that
/// decompresses but keeps the header costs no paid answer. As in browsers, bytes behind the last member are ignored.
pub(super) fn decompress(body: Vec<u8>, limit: u64) -> Decompressed {
    if body.len() as u64 > limit {
        return Decompressed::TooLarge(body);
    }
    if !body.starts_with(GZIP) {
        return Decompressed::Whole(body);
    }
    let mut plain = Vec::new();
    let mut rest = body.as_slice();
    while rest.starts_with(GZIP) {
        let mut member = GzDecoder::new(rest);
        let room = (limit + 1).saturating_sub(plain.len() as u64);
        if member.by_ref().take(room).read_to_end(&mut plain).is_err() {
            return Decompressed::Damaged(if plain.is_empty() { body } else { plain });
        }
        if plain.len() as u64 > limit {
            return Decompressed::TooLarge(plain);
        }
        rest = member.into_inner();
    }
    Decompressed::Whole(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bytes_behind_the_last_member_are_ignored() {
        for rest in ["", "\0", "\0\0\0\0", "\n", "\r\n", "?"] {
            let body = [gzip("{}"), rest.into()].concat();
            assert_eq!(decompress(body, 100), Decompressed::Whole(b"{}".to_vec()), "{rest:?}");
        }
        assert_eq!(decompress([gzip("{"), gzip("}")].concat(), 100), Decompressed::Whole(b"{}".to_vec()));
    }

    #[test]
    fn a_truncated_or_damaged_stream_is_no_whole_body() {
        let whole = gzip("{\"code\":0}");
        for length in GZIP.len()..whole.len() {
            assert!(
                matches!(decompress(whole[..length].to_vec(), 100), Decompressed::Damaged(_)),
                "{length}"
            );
        }
        let mut damaged = whole;
        let checksum = damaged.len() - 8;
        damaged[checksum] ^= 1;
        assert!(matches!(decompress(damaged, 100), Decompressed::Damaged(_)));
    }

    #[test]
    fn the_limit_holds_before_and_after_decompression() {
        assert_eq!(decompress(b"{}".to_vec(), 2), Decompressed::Whole(b"{}".to_vec()));
        assert!(matches!(decompress(b"{ }".to_vec(), 2), Decompressed::TooLarge(_)));
        let bomb = gzip(&" ".repeat(1000));
        assert!(matches!(decompress(bomb, 100), Decompressed::TooLarge(start) if start.len() == 101));
    }
}
