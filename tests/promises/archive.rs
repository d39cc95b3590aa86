//! Stored answers whose file was damaged.

use hecha::archive::{Access, Acquired, Archive, AttemptEnding, Keep};
use hecha::domain::failure::Charged;
use hecha::domain::page::Finding;
use hecha::domain::request::Request;
use hecha::provider::market;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use tempfile::TempDir;

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// An archive with one answer, and the means to damage it.
struct World {
    archive: Archive,
    behind_its_back: Connection,
    request: Request,
    _folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("archive.sqlite");
        let archive = Archive::open(&path, Access::ReadWrite).expect("an archive");
        let parameters = vec![("keyword", "乐视".to_owned())];
        let endpoint = "https://vendor.example/list".to_owned();
        let request = Request { provider: market::ID, form: "market/dishonest@1", endpoint, parameters };
        let Acquired::Granted(lease) = archive.acquire(&request, Timestamp::UNIX_EPOCH).expect("a lease")
        else {
            unreachable!("no other run uses this archive")
        };
        let keep = Keep { request: &request, body: b"{}", http_status: 200, received_at: Timestamp::now() };
        let (outcome, charged, http_status) = (Ok(Finding::Records), Charged::Yes, Some(200));
        let ending = AttemptEnding { outcome, charged, http_status, code: None, serial: None };
        archive.complete(lease, ending, Some(keep)).expect("it is stored");
        let behind_its_back = Connection::open(&path).expect("the file");
        behind_its_back.pragma_update(None, "synchronous", "off").expect("no waiting");
        Self { archive, behind_its_back, request, _folder: folder }
    }
}

/// A stored body comes back as it was or counts as absent. The first byte chooses how it is said to be stored, the
/// second what its size is said to be.
pub fn stored(data: &[u8]) {
    let [encoding, size, stored @ ..] = data else { return };
    let encoding = ["plain", "zstd", "unknown"][usize::from(encoding % 3)];
    let size = match size {
        0 => i64::try_from(stored.len()).unwrap_or(i64::MAX),
        253 => 1 << 30,
        254 => -1,
        255 => i64::MAX,
        other => i64::from(*other) * 7,
    };
    WORLD.with_borrow_mut(|world| {
        let world = world.get_or_insert_with(World::new);
        let digest: [u8; 32] = Sha256::digest(stored).into();
        let change = "UPDATE answers SET encoding = ?1, body = ?2, size = ?3, sha256 = ?4";
        world
            .behind_its_back
            .execute(change, params![encoding, stored, size, digest])
            .expect("a damaged row");
        let found = world.archive.find(&world.request, Timestamp::UNIX_EPOCH).expect("the archive is read");
        if let Some(answer) = found {
            assert_eq!(answer.body, stored, "the digest is that of the stored bytes");
            super::market(&answer.body);
        }
        let _ = world.archive.take_notices();
    });
}
