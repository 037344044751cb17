//! `calypso status` and `calypso failures`: where data are, and what did not arrive.

use crate::program::{Outcome, Server, run};

const ID: &str = "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f";

fn server() -> Server {
    let soon = ["--batching-floor", "1s", "--batching-default", "1s", "--queue-poll", "50ms"];
    let server = Server::start_with(&soon);
    server.create_table("T (a: long, b: string)");
    server.query(&[".alter table T policy streamingingestion enable"]).out();
    server
}

fn command(server: &Server, arguments: &[&str]) -> Outcome {
    let (name, rest) = arguments.split_first().unwrap();
    run(&[&[*name, "--cluster", &server.http], rest].concat(), b"")
}

#[test]
fn a_source_is_followed_by_its_id() {
    let server = server();
    let arguments = ["--mode", "queued", "--wait", "--source-id", ID, "--format", "csv", "-"];
    server.ingest("T", &arguments, b"1,x\n2,y\n").out();
    let told = command(&server, &["status", ID]).out();
    assert!(told.starts_with(&format!("{ID}  Succeeded  T in NetDefaultDB\n  received  ")), "{told}");
    assert!(told.contains("sealed by Time, ") && told.contains("1 source") && told.contains("  2 rows\n"), "{told}");
    let listed = command(&server, &["status", "--table", "T"]).out();
    assert!(listed.contains("Succeeded") && listed.contains(ID), "{listed}");
    let json = command(&server, &["status", "--format", "jsonl", ID]).out();
    assert!(json.contains("\"IngestionStatus\":\"Succeeded\""), "{json}");
    assert!(command(&server, &["status", "--failed"]).out().contains("no queued sources"));
}

#[test]
fn a_source_that_nobody_knows_or_that_failed_ends_with_code_1() {
    let server = server();
    let told = command(&server, &["status", ID]).failure();
    assert!(told.contains(&format!("knows nothing of {ID}")) && told.contains("hint: "), "{told}");
    let arguments = ["--mode", "queued", "--wait", "--source-id", ID, "--format", "csv", "-"];
    assert_eq!(server.ingest("T", &arguments, b"1,\"x\n").code, Some(1));
    let outcome = command(&server, &["status", ID]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.contains("Permanent Stream_ClosingQuoteMissing\n    "), "{}", outcome.out);
    assert!(outcome.err.contains("1 source did not get into the table"), "{}", outcome.err);
}

#[test]
fn failures_of_both_ways_are_listed_and_checked_for() {
    let server = server();
    let none = command(&server, &["failures", "--check", "--since", "1h"]).out();
    assert!(none.contains("no failures to ingest in the database 'NetDefaultDB'"), "{none}");
    for mode in ["streaming", "queued"] {
        assert_eq!(server.ingest("T", &["--mode", mode, "--wait", "--format", "csv", "-"], b"1,\"x\n").code, Some(1));
    }
    let told = command(&server, &["failures", "--table", "T"]).out();
    for part in ["T  streaming  Permanent  Stream_ClosingQuoteMissing", "closing quote is missing", "2 failures"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let outcome = command(&server, &["failures", "--check", "--format", "csv"]);
    assert_eq!((outcome.code, outcome.out.lines().count()), (Some(1), 3), "{}", outcome.out);
    assert!(command(&server, &["failures", "--table", "Other"]).out().contains("of the table 'Other'"));
}
