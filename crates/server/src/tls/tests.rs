//! When certificates are made, kept and renewed.

use std::fs;

use super::*;
use calypso_types::TimeSpan;

fn day(n: i64) -> DateTime {
    DateTime(DateTime::parse("2026-01-01").unwrap().0 + n * TimeSpan::DAY.0)
}

#[test]
fn certificates_are_kept_between_runs_and_renewed_near_their_end() {
    let dir = tempfile::tempdir().unwrap();
    let files = TlsFiles::new(dir.path());
    files.server_config(&[], day(0)).unwrap();
    let (ca, server) = (fs::read(files.ca()).unwrap(), fs::read(files.server()).unwrap());
    files.server_config(&[], day(300)).unwrap();
    assert_eq!(fs::read(files.server()).unwrap(), server);
    files.server_config(&[], day(350)).unwrap();
    assert_ne!(fs::read(files.server()).unwrap(), server);
    assert_eq!(fs::read(files.ca()).unwrap(), ca);
}

#[test]
fn a_new_name_makes_a_new_certificate_under_the_same_authority() {
    let dir = tempfile::tempdir().unwrap();
    let files = TlsFiles::new(dir.path());
    files.server_config(&[], day(0)).unwrap();
    let (ca, server) = (fs::read(files.ca()).unwrap(), fs::read(files.server()).unwrap());
    files.server_config(&["kusto.lan".to_owned(), "10.0.0.1".to_owned()], day(0)).unwrap();
    assert_ne!(fs::read(files.server()).unwrap(), server);
    assert_eq!(fs::read(files.ca()).unwrap(), ca);
    let facts = fs::read_to_string(files.server_facts()).unwrap();
    assert!(facts.contains("ingest-kusto.lan") && !facts.contains("ingest-10.0.0.1"), "{facts}");
}

#[test]
fn an_operators_own_certificate_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let files = TlsFiles::new(dir.path());
    files.server_config(&[], day(0)).unwrap();
    fs::remove_file(files.server_facts()).unwrap();
    let server = fs::read(files.server()).unwrap();
    files.server_config(&["other".to_owned()], day(1000)).unwrap();
    assert_eq!(fs::read(files.server()).unwrap(), server);
}

#[cfg(unix)]
#[test]
fn keys_are_for_the_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let files = TlsFiles::new(dir.path());
    files.server_config(&[], day(0)).unwrap();
    for path in [files.ca_key(), files.server_key()] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
