//! MD5 signatures of two vendors. The parts are not joined in memory, so that no copy of a key remains.

use crate::domain::secret::Secret;
use crate::domain::text::hexadecimal;
use md5::{Digest, Md5};

/// The digest of the concatenated parts, as 32 lower-case hexadecimal digits.
pub(super) fn md5_of(parts: &[&str]) -> Secret {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part.as_bytes());
    }
    Secret::new(hexadecimal(&digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_rfc_1321() {
        for (parts, digest) in [
            (&[""][..], "d41d8cd98f00b204e9800998ecf8427e"),
            (&["message", " ", "digest"], "f96b697d7cb7938d525a2f31aaf161d0"),
        ] {
            assert_eq!(md5_of(parts).expose(), digest);
        }
    }
}
