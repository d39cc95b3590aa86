//! Files as they appear beside and under their names.

use super::*;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn create_and_write(path: &Path, text: &str) -> OutputFile {
    let file = OutputFile::create(path).unwrap();
    file.writer().unwrap().write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn a_file_appears_when_it_is_complete_with_the_mode_of_the_one_before() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    fs::write(&path, "before").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let file = create_and_write(&path, "after");
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    file.commit().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "after");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(!partial_name(&path).exists());
}

#[test]
fn a_second_writer_is_refused_and_a_file_that_was_left_is_used_again() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    let first = create_and_write(&path, "first, and longer");
    assert!(OutputFile::create(&path).unwrap_err().en().contains("another run"));
    let left = first.leave_partial().unwrap();
    assert_eq!(fs::read_to_string(&left).unwrap(), "first, and longer");
    create_and_write(&path, "second").commit().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "second");
}

#[test]
fn a_temporary_file_without_content_is_removed() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    drop(OutputFile::create(&path).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_follows_a_link_or_opens_a_pipe_at_the_temporary_name() {
    let folder = folder();
    let (path, victim) = (folder.path().join("out.csv"), folder.path().join("victim"));
    fs::write(&victim, "precious").unwrap();
    let partial = partial_name(&path);
    symlink(&victim, &partial).unwrap();
    assert!(OutputFile::create(&path).is_err());
    fs::remove_file(&partial).unwrap();
    fs::hard_link(&victim, &partial).unwrap();
    assert!(OutputFile::create(&path).is_err());
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    fs::remove_file(&partial).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &partial,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert!(OutputFile::create(&path).is_err());
}

#[test]
fn a_symbolic_link_has_its_target_written() {
    let folder = folder();
    let (link, target) = (folder.path().join("link.csv"), folder.path().join("target.csv"));
    symlink("target.csv", &link).unwrap();
    create_and_write(&link, "once").commit().unwrap();
    create_and_write(&link, "twice").commit().unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&target).unwrap(), "twice");
}

#[test]
fn standard_output_is_known_by_its_names() {
    let folder = folder();
    let link = folder.path().join("link");
    symlink("/dev/stdout", &link).unwrap();
    assert!(is_standard_output(Path::new("/dev/stdout")) && is_standard_output(&link));
    assert!(!is_standard_output(Path::new("/dev/stderr")) && !is_standard_output(Path::new("1")));
}
