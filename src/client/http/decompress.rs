//! Decompression of gzip bodies.

use crate::domain::text::Text;
use flate2::bufread::GzDecoder;
use std::io::Read;

/// The first bytes of every gzip member.
const GZIP: &[u8] = &[0x1f, 0x8b];

const TOO_LARGE: Text =
    Text::new("the answer is larger than 32 MiB; the rest was not read", "应答超过 32 MiB；其余部分未读取");
const DAMAGED: Text =
    Text::new("the answer is compressed and damaged: it cannot be unpacked", "压缩的应答已损坏，无法解压");

/// Decompresses a body of at most `limit` bytes. The error has the part that could be decompressed, or the body itself if
/// there is none, and the reason.
///
/// The body itself shows whether it is compressed, because neither JSON nor XML begins like gzip. So a proxy that
/// decompresses but keeps the header costs no paid answer. As in browsers, bytes after the last member are ignored.
pub(super) fn decompress(body: Vec<u8>, limit: u64) -> Result<Vec<u8>, (Vec<u8>, Text)> {
    if body.len() as u64 > limit {
        return Err((body, TOO_LARGE));
    }
    if !body.starts_with(GZIP) {
        return Ok(body);
    }
    let mut plain = Vec::new();
    let mut rest = body.as_slice();
    while rest.starts_with(GZIP) {
        let mut member = GzDecoder::new(rest);
        let room = (limit + 1).saturating_sub(plain.len() as u64);
        if member.by_ref().take(room).read_to_end(&mut plain).is_err() {
            return Err((if plain.is_empty() { body } else { plain }, DAMAGED));
        }
        if plain.len() as u64 > limit {
            return Err((plain, TOO_LARGE));
        }
        rest = member.into_inner();
    }
    Ok(plain)
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
            assert_eq!(decompress(body, 100), Ok(b"{}".to_vec()), "{rest:?}");
        }
        assert_eq!(decompress([gzip("{"), gzip("}")].concat(), 100), Ok(b"{}".to_vec()));
    }

    #[test]
    fn a_truncated_or_damaged_stream_is_no_whole_body() {
        let whole = gzip("{\"code\":0}");
        for length in GZIP.len()..whole.len() {
            assert!(matches!(decompress(whole[..length].to_vec(), 100), Err((_, DAMAGED))), "{length}");
        }
        let mut damaged = whole;
        let checksum = damaged.len() - 8;
        damaged[checksum] ^= 1;
        assert!(matches!(decompress(damaged, 100), Err((_, DAMAGED))));
    }

    #[test]
    fn the_limit_holds_before_and_after_decompression() {
        assert_eq!(decompress(b"{}".to_vec(), 2), Ok(b"{}".to_vec()));
        assert!(matches!(decompress(b"{ }".to_vec(), 2), Err((_, TOO_LARGE))));
        let bomb = gzip(&" ".repeat(1000));
        assert!(matches!(decompress(bomb, 100), Err((start, TOO_LARGE)) if start.len() == 101));
    }
}
