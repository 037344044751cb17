//! Which signatures admit what.

use calypso_types::{DateTime, TimeSpan};

use super::*;
use crate::{Error, uri::query_pairs};

const CONTAINER: SasResource<'static> = SasResource::Container("temp-0");
const BLOB: SasResource<'static> = SasResource::Blob { container: "temp-0", name: "a b+c:d.csv" };

fn key() -> AccountKey {
    AccountKey::new("account", b"a key for tests".to_vec())
}

fn now() -> DateTime {
    DateTime::parse("2026-01-02T03:04:05.678Z").unwrap()
}

fn mint(resource: &SasResource<'_>, permissions: &str) -> String {
    let expires_on = DateTime(now().0 + TimeSpan::DAY.0);
    key().shared_access(resource, permissions, now(), expires_on)
}

fn check(query: &str, resource: &SasResource<'_>, permissions: &str, at: DateTime) -> Result<(), Error> {
    let pairs = query_pairs(query);
    let access = SharedAccess::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    access.check(&key(), resource, permissions, at, false)
}

fn reason(query: &str, resource: &SasResource<'_>, permissions: &str, at: DateTime) -> &'static str {
    match check(query, resource, permissions, at) {
        Err(Error::Forbidden { reason }) => reason,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[test]
fn each_kind_of_resource_is_admitted_with_its_own_signature_only() {
    let all = [CONTAINER, BLOB, SasResource::Queue("temp-0"), SasResource::Table("temp0")];
    for signed in &all {
        let query = mint(signed, "r");
        for asked in &all {
            let inside = matches!((signed, asked), (SasResource::Container(_), SasResource::Blob { .. }));
            assert_eq!(check(&query, asked, "r", now()).is_ok(), signed == asked || inside, "{signed:?} {asked:?}");
        }
    }
}

#[test]
fn another_name_account_or_key_is_refused() {
    let query = mint(&CONTAINER, "rw");
    let other = SasResource::Blob { container: "export-0", name: "a" };
    assert_eq!(reason(&query, &other, "r", now()), "it is not valid for this resource");
    for stranger in [AccountKey::new("account2", b"a key for tests".to_vec()), AccountKey::new("account", vec![1; 64])]
    {
        let query = stranger.shared_access(&CONTAINER, "r", now(), DateTime(now().0 + TimeSpan::DAY.0));
        assert_eq!(reason(&query, &CONTAINER, "r", now()), "it is not valid for this resource");
    }
}

#[test]
fn a_signature_is_good_from_its_start_until_before_its_end() {
    let query = mint(&CONTAINER, "r");
    let at = |span: i64| DateTime(now().0 + span);
    assert!(check(&query, &BLOB, "r", at(TimeSpan::DAY.0 - TimeSpan::SECOND.0)).is_ok());
    assert_eq!(reason(&query, &BLOB, "r", at(TimeSpan::DAY.0)), "it has expired");
    assert_eq!(reason(&query, &BLOB, "r", at(-TimeSpan::SECOND.0)), "it is not valid yet");
}

#[test]
fn an_operation_needs_one_of_its_permissions() {
    let query = mint(&CONTAINER, "rac");
    assert!(check(&query, &BLOB, "cw", now()).is_ok());
    assert_eq!(reason(&query, &BLOB, "d", now()), "it lacks the permission");
}

#[test]
fn what_clients_make_of_a_signature_is_still_it() {
    let query = mint(&CONTAINER, "racwdl");
    let pairs = query_pairs(&query);
    let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()).unwrap();
    let signature = value("sig");
    let encoded = signature.replace('+', "%2B").replace('/', "%2f").replace('=', "%3d");
    // Sorted, with times of seven digits, permissions in another order, a raw plus and slash, and foreign parameters.
    let forms = [
        format!(
            "se=2026-01-03T03%3A04%3A05Z&sig={encoded}&sp=racwdl&sr=c&st=2026-01-02T03%3A04%3A05Z&sv={SAS_VERSION}"
        ),
        format!(
            "sv={SAS_VERSION}&se=2026-01-03T03:04:05.0000000Z&st=2026-01-02T03:04:05.0000000Z&sr=c&sp=rwdlac&sig={encoded}&timeout=30"
        ),
        format!("comp=block&blockid=AA%3D%3D&{}", query.replace("%3A", ":")),
        format!("sv={SAS_VERSION}&st=2026-01-02T03:04:05Z&se=2026-01-03T03:04:05Z&sr=c&sp=racwdl&sig={signature}"),
    ];
    for form in forms {
        assert!(check(&form, &BLOB, "w", now()).is_ok(), "{form}");
    }
}

#[test]
fn whatever_is_changed_in_a_signature_breaks_it() {
    let query = mint(&CONTAINER, "rl");
    let changes = [
        query.replace("sp=rl", "sp=rwl"),
        query.replace("se=2026-01-03", "se=2027-01-03"),
        query.replace("st=2026-01-02", "st=2025-01-02"),
        query.replace("sr=c", "sr=b"),
        query.replace(SAS_VERSION, "2020-12-06"),
        format!("{query}&spr=http"),
        format!("{query}&rsct=text%2Fhtml"),
        query.split("&sig=").next().unwrap().to_owned(),
    ];
    for changed in changes {
        assert_ne!(changed, query);
        assert_eq!(reason(&changed, &BLOB, "r", now()), "it is not valid for this resource", "{changed}");
    }
    assert_eq!(reason("timeout=30", &BLOB, "r", now()), "there is none");
    let restricted = format!("{query}&sip=127.0.0.1");
    assert_eq!(reason(&restricted, &BLOB, "r", now()), "it has a restriction that is not supported");
}

#[test]
fn the_signed_text_is_azures() {
    // The lines that Azure documents for each service, empty where nothing is said.
    let text = shared_access::SignedText {
        permissions: "r",
        starts_on: "S",
        expires_on: "E",
        protocol: "https",
        ..Default::default()
    };
    assert_eq!(
        text.to_string(&BLOB, "acc"),
        format!("r\nS\nE\n/blob/acc/temp-0/a b+c:d.csv\n\n\nhttps\n{SAS_VERSION}\nb\n\n\n\n\n\n\n")
    );
    assert_eq!(
        text.to_string(&SasResource::Queue("q"), "acc"),
        format!("r\nS\nE\n/queue/acc/q\n\n\nhttps\n{SAS_VERSION}")
    );
    assert_eq!(
        text.to_string(&SasResource::Table("Tab"), "acc"),
        format!("r\nS\nE\n/table/acc/tab\n\n\nhttps\n{SAS_VERSION}\n\n\n\n")
    );
}

#[test]
fn a_key_does_not_show_itself() {
    let key = AccountKey::from_base64("name", "c2VjcmV0").unwrap();
    assert_eq!(format!("{key:?}"), "AccountKey { account: \"name\", .. }");
    assert!(
        AccountKey::from_base64("name", "not base64!").is_err_and(|error| !error.to_string().contains("not base64!"))
    );
}
