//! `calypso ingest`: files, standard input, formats, and what cannot be streamed.

use crate::program::Server;

fn server() -> Server {
    let server = Server::start();
    server.create_table("T (a: long, b: string)");
    server.query(&[".alter table T policy streamingingestion enable"]).out();
    server
}

#[test]
fn files_and_standard_input_become_rows() {
    let server = server();
    let csv = server.file("one.csv", b"1,x\n2,y\n");
    let json = server.file("two.json", b"[\n{\"a\": 3, \"b\": \"z\"}\n]\n");
    let told = server.ingest("T", &[&csv, &json], b"").out();
    assert_eq!(told, format!("{csv}: 2 rows\n{json}: 1 row\n2 of 2 sources, 3 rows\n"));
    let told = server.ingest("T", &["--mode", "streaming", "--wait", "--format", "tsv", "-"], b"4\tw\n").out();
    assert_eq!(told, "standard input: 1 row\n");
    assert_eq!(server.rows("T | order by a asc"), "1,x\n2,y\n3,z\n4,w\n");
}

#[test]
fn results_of_a_query_can_be_ingested_again() {
    let server = server();
    let rows = server.rows("range a from 1 to 3 step 1 | extend b = strcat('it is \"', a, '\",\\n')");
    assert_eq!(server.ingest("T", &["--format", "csv", "-"], rows.as_bytes()).out(), "standard input: 3 rows\n");
    assert_eq!(server.rows("T | order by a asc"), rows);
}

#[test]
fn mappings_are_applied_by_name() {
    let server = server();
    let mapping = r#".create table T ingestion json mapping 'm' '[{"column":"a","Properties":{"Path":"$.deep.a"}}]'"#;
    server.query(&[mapping]).out();
    let told = server.ingest("T", &["--format", "json", "--mapping", "m", "-"], b"{\"deep\":{\"a\":7}}\n").out();
    assert_eq!(told, "standard input: 1 row\n");
    assert_eq!(server.rows("T"), "7,\n");
    let told = server.ingest("T", &["--format", "json", "--mapping", "no", "-"], b"{}").failure();
    assert!(told.contains("BadRequest_MappingReferenceWasNotFound"), "{told}");
}

#[test]
fn the_same_source_id_is_ingested_once() {
    let server = server();
    let arguments = ["--source-id", "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f", "--format", "csv", "-"];
    server.ingest("T", &arguments, b"1,x\n").out();
    server.ingest("T", &arguments, b"1,x\n").out();
    assert_eq!(server.rows("T | count"), "1\n");
}

#[test]
fn what_cannot_be_done_is_refused_with_its_reason() {
    let server = server();
    let csv = server.file("a.csv", b"1,x\n");
    let odd = server.file("a.docx", b"1,x\n");
    for (arguments, reason) in [
        (&["--ignore-first-record", &csv][..], "streaming ingestion cannot skip the first record"),
        (&["--mode", "queued", &csv], "queued ingestion is not available yet"),
        (&["-"], "say it with --format"),
        (&[odd.as_str()], "say it with --format"),
        (&["missing.csv"], "missing.csv: No such file"),
        (&["--source-id", "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f", &csv, &csv], "for a single source"),
    ] {
        let told = server.ingest("T", arguments, b"").failure();
        assert!(told.contains(reason), "{arguments:?}: {told}");
    }
    assert_eq!(server.ingest("T", &["--format", "cvs", &csv], b"").code, Some(2));
    let told = server.ingest("Nowhere", &[&csv], b"").failure();
    assert!(told.contains("BadRequest_TableNotExist") && told.contains("hint: `.show tables`"), "{told}");
    assert_eq!(server.rows("T | count"), "0\n");
}

#[test]
fn one_failure_among_several_sources_does_not_stop_the_others() {
    let server = server();
    let (csv, missing) = (server.file("a.csv", b"1,x\n"), server.dir.path().join("b.csv").display().to_string());
    let outcome = server.ingest("T", &[&missing, &csv], b"");
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.out, format!("{csv}: 1 row\n1 of 2 sources, 1 rows\n"));
    assert!(outcome.err.contains("b.csv: No such file") && outcome.err.contains("1 of 2 sources failed"));
}

#[test]
fn too_much_for_a_stream_is_refused_before_it_is_sent() {
    let server = server();
    // Numbers that do not compress below the limit.
    let mut state = 1_u64;
    let mut noise = Vec::with_capacity(12 << 20);
    while noise.len() < 12 << 20 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        noise.extend_from_slice(&state.to_be_bytes()[..4]);
    }
    let large = server.file("large.parquet", &noise);
    let told = server.ingest("T", &["--mode", "streaming", &large], b"").failure();
    assert!(told.contains("more than 10 MiB cannot be streamed") && told.contains("--mode queued"), "{told}");
    let told = server.ingest("T", &[&large], b"").failure();
    assert!(told.contains("queued ingestion is not available yet"), "{told}");
}
