//! `calypso ingest`: every kind of source, every mode, tables that are made, and what is refused.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use crate::program::{Outcome, Server};

/// Queued data need not wait long.
const SOON: [&str; 6] = ["--batching-floor", "1s", "--batching-default", "1s", "--queue-poll", "50ms"];

fn server() -> Server {
    let server = Server::start_with(&SOON);
    server.create_table("T (a: long, b: string)");
    server.query(&[".alter table T policy streamingingestion enable"]).out();
    server
}

/// Returns the lines of a run that succeeded, but for the last, which begins as it must.
fn told(outcome: Outcome, summary: &str) -> String {
    let out = outcome.out();
    let (lines, last) = out.trim_end().rsplit_once('\n').unwrap();
    assert!(last.starts_with(summary), "{out}");
    format!("{lines}\n")
}

fn readings(name: &str) -> String {
    format!("{}/../../tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn files_and_standard_input_become_rows() {
    let server = server();
    let csv = server.file("one.csv", b"1,x\n2,y\n");
    let json = server.file("two.json", b"[\n{\"a\": 3, \"b\": \"z\"}\n]\n");
    let lines = told(server.ingest("T", &["--parallel", "1", &csv, &json], b""), "2 sources, 3 rows, ");
    assert_eq!(lines, format!("{csv}: 2 rows\n{json}: 1 row\n"));
    let outcome = server.ingest("T", &["--mode", "streaming", "--wait", "--format", "tsv", "-"], b"4\tw\n");
    assert_eq!(told(outcome, "1 source, 1 row, "), "standard input: 1 row\n");
    assert_eq!(server.rows("T | order by a asc"), "1,x\n2,y\n3,z\n4,w\n");
}

#[test]
fn formats_are_told_by_content_where_no_name_tells() {
    let server = server();
    told(server.ingest("T", &["-"], b"1;x\n2;y\n"), "1 source, 2 rows, ");
    let plain = server.file("plain", b"{\"a\": 3, \"b\": \"z\"}\n{\"a\": 4, \"b\": \"w\"}\n");
    told(server.ingest("T", &[&plain], b""), "1 source, 2 rows, ");
    assert_eq!(server.rows("T | order by a asc"), "1,x\n2,y\n3,z\n4,w\n");
}

#[test]
fn patterns_are_expanded_where_no_shell_did() {
    let server = server();
    for (name, text) in [("p-1.csv", "1,x\n"), ("p-2.csv", "2,y\n"), ("q.csv", "9,no\n")] {
        server.file(name, text.as_bytes());
    }
    let pattern = server.dir.path().join("p-*.csv").display().to_string();
    told(server.ingest("T", &[&pattern], b""), "2 sources, 2 rows, ");
    assert_eq!(server.rows("T | order by a asc"), "1,x\n2,y\n");
    let none = server.dir.path().join("r-*.csv").display().to_string();
    assert!(server.ingest("T", &[&none], b"").failure().contains("no file matches"));
    let folder = server.dir.path().display().to_string();
    let told = server.ingest("T", &[&folder], b"").failure();
    assert!(told.contains("is a folder\nhint: name the files in it"), "{told}");
}

#[test]
fn results_of_a_query_can_be_ingested_again() {
    let server = server();
    let rows = server.rows("range a from 1 to 3 step 1 | extend b = strcat('it is \"', a, '\",\\n')");
    told(server.ingest("T", &["--format", "csv", "-"], rows.as_bytes()), "1 source, 3 rows, ");
    assert_eq!(server.rows("T | order by a asc"), rows);
}

#[test]
fn mappings_are_applied_by_name_and_from_a_file() {
    let server = server();
    let elements = r#"[{"column":"a","Properties":{"Path":"$.deep.a"}}]"#;
    server.query(&[&format!(".create table T ingestion json mapping 'm' '{elements}'")]).out();
    told(
        server.ingest("T", &["--format", "json", "--mapping", "m", "-"], b"{\"deep\":{\"a\":7}}\n"),
        "1 source, 1 row",
    );
    let file = server.file("mapping.txt", elements.as_bytes());
    let arguments = ["--format", "json", "--mapping-file", &file, "--wait", "-"];
    told(server.ingest("T", &arguments, b"{\"deep\":{\"a\":8}}\n"), "1 source, 1 row in 1 batch, ");
    assert_eq!(server.rows("T | order by a asc"), "7,\n8,\n");
    let told = server.ingest("T", &["--format", "json", "--mapping", "no", "-"], b"{}").failure();
    assert!(told.contains("BadRequest_MappingReferenceWasNotFound"), "{told}");
}

#[test]
fn a_header_is_left_out_in_every_mode() {
    let server = server();
    let csv = server.file("h.csv", b"a,\"b\nb\"\n1,x\n");
    for mode in ["streaming", "managed", "queued"] {
        let arguments = ["--mode", mode, "--ignore-first-record", "--wait", "--flush", &csv];
        assert_eq!(told(server.ingest("T", &arguments, b""), "1 source, 1 row"), format!("{csv}: 1 row\n"));
    }
    assert_eq!(server.rows("T"), "1,x\n1,x\n1,x\n");
}

#[test]
fn a_header_that_becomes_a_row_is_told() {
    let server = server();
    let csv = server.file("h.csv", b"a,b\n1,x\n2,y\n");
    let mut outcome = server.ingest("T", &[&csv], b"");
    let warning = std::mem::take(&mut outcome.err);
    assert!(warning.starts_with(&format!("the first record of {csv} looks like the names")), "{warning}");
    assert!(warning.ends_with("hint: `--ignore-first-record` leaves it out\n"), "{warning}");
    told(outcome, "1 source, 3 rows, ");
    // Nothing is said where there is nothing to say.
    told(server.ingest("T", &["--ignore-first-record", &csv], b""), "1 source, 2 rows, ");
    told(server.ingest("T", &["--create-table", "--header", "no", &csv], b""), "1 source, 3 rows, ");
    told(server.ingest("T", &[&server.file("d.csv", b"1,x\n2,y\n")], b""), "1 source, 2 rows, ");
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
fn tags_are_put_on_extents_and_looked_for() {
    let server = server();
    let tags = ["--drop-by", "d", "--ingest-by", "i", "--ingest-if-not-exists", "i", "--wait", "--format", "csv", "-"];
    told(server.ingest("T", &tags, b"1,x\n"), "1 source, 1 row in 1 batch, ");
    assert!(told(server.ingest("T", &tags, b"1,x\n"), "1 source, 0 rows").contains("skipped"));
    assert_eq!(
        server.rows("T | extend t = tostring(extent_tags()) | project t"),
        "\"[\"\"drop-by:d\"\",\"\"ingest-by:i\"\"]\"\n"
    );
}

#[test]
fn urls_are_fetched_by_the_service() {
    let server = server();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/blob.csv", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap();
            let body = if request[..count].starts_with(b"HEAD") { "" } else { "5,url\n" };
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n";
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    let secret = format!("{url}?sig=secret");
    let lines = told(server.ingest("T", &["--mode", "queued", "--wait", &secret], b""), "1 source, 1 row in 1 batch");
    assert_eq!(lines, format!("{url}: 1 row\n"));
    assert_eq!(server.rows("T"), "5,url\n");
}

#[test]
fn a_missing_table_is_shown_as_it_would_be_made_and_made_on_request() {
    let server = Server::start_with(&SOON);
    let csv = server.file("new.csv", b"id,at,what\n1,2026-01-01T00:00:00Z,x\n2,2026-01-02T00:00:00Z,y\n");
    let told_why = server.ingest("New", &[&csv], b"").failure();
    let create = "create table New (id: long, at: datetime, what: string)";
    assert!(told_why.contains("there is no table 'New'") && told_why.contains(create), "{told_why}");
    let told_why = server.ingest("New", &["--create-table", &csv], b"").failure();
    assert!(told_why.contains(".create-merge table New (id: long") && told_why.contains("`--yes`"), "{told_why}");
    assert_eq!(server.rows(".show tables | count"), "0\n");
    let outcome = server.ingest("New", &["--create-table", "--yes", &csv], b"");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(outcome.err.contains(".create-merge table New"), "{}", outcome.err);
    assert_eq!(server.rows("New | summarize count(), take_any(gettype(at))"), "2,datetime\n");
}

#[test]
fn tables_are_made_for_json_with_a_mapping_and_for_files_that_state_their_schema() {
    let server = Server::start_with(&SOON);
    for (table, name) in [("J", "readings.json"), ("P", "readings.parquet")] {
        let outcome = server.ingest(table, &["--create-table", "-y", &readings(name)], b"");
        assert_eq!(outcome.code, Some(0), "{}", outcome.err);
        assert!(outcome.out.contains("1 source, 5 rows"), "{}", outcome.out);
        let rows = server
            .rows(&format!("{table} | order by id asc | take 2 | project id, city, celsius, hour = hourofday(at)"));
        assert_eq!(rows, "1,Oslo,-7.5,6\n2,Lima,19.25,6\n", "{name}");
    }
    assert_eq!(server.rows("J | where id == 1 | project notes.wind[1]"), "2\n");
    assert_eq!(server.rows(".show table J ingestion json mappings | project Name"), "J_mapping\n");
    let both = [readings("readings.json"), readings("readings.parquet")];
    let outcome = server.ingest("Both", &["--create-table", "-y", &both[0], &both[1]], b"");
    assert!(outcome.out.contains("2 sources, 10 rows"), "{}{}", outcome.out, outcome.err);
}

#[test]
fn the_end_of_every_queued_source_decides_the_exit_code() {
    let server = server();
    let (good, bad) = (server.file("good.csv", b"1,x\n"), server.file("bad.csv", b"2,\"y\n"));
    let outcome = server.ingest("T", &["--mode", "queued", "--wait", &good, &bad], b"");
    assert_eq!(outcome.code, Some(1), "{}", outcome.out);
    assert!(outcome.out.contains(&format!("{good}: 1 row\n1 of 2 sources, 1 row in ")), "{}", outcome.out);
    assert!(outcome.err.contains("Stream_ClosingQuoteMissing") && outcome.err.contains("hint: `calypso status "));
    let outcome = server.ingest("T", &["--mode", "queued", &good], b"");
    assert!(outcome.out().contains("rows appear when their batch is sealed; `calypso status "));
}

#[test]
fn what_cannot_be_done_is_refused_with_its_reason() {
    let server = server();
    let csv = server.file("a.csv", b"1,x\n");
    let odd = server.file("a.docx", b"PK\x03\x04 words");
    for (arguments, reason) in [
        (&["--mode", "streaming", "--tag", "x", &csv][..], "hint: `--mode managed` or `--mode queued` carries it"),
        (&["-"], "say it with `--format`"),
        (&[odd.as_str()], "say its format with `--format`"),
        (&["missing.csv"], "missing.csv: No such file"),
        (&["--source-id", "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f", &csv, &csv], "for a single source"),
    ] {
        let told = server.ingest("T", arguments, b"").failure();
        assert!(told.contains(reason), "{arguments:?}: {told}");
    }
    assert_eq!(server.ingest("T", &["--format", "cvs", &csv], b"").code, Some(2));
    assert_eq!(server.ingest("T", &["--parallel", "0", &csv], b"").code, Some(2));
    assert_eq!(server.rows("T | count"), "0\n");
}

#[test]
fn one_failure_among_several_sources_does_not_stop_the_others() {
    let server = server();
    let (csv, missing) = (server.file("a.csv", b"1,x\n"), server.dir.path().join("b.csv").display().to_string());
    let outcome = server.ingest("T", &[&missing, &csv], b"");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.starts_with(&format!("{csv}: 1 row\n1 of 2 sources, 1 row, ")), "{}", outcome.out);
    assert!(outcome.err.contains("b.csv: No such file") && outcome.err.contains("1 of 2 sources failed"));
}

#[test]
fn what_is_too_much_for_a_stream_is_queued_in_managed_mode() {
    let server = server();
    let rows = (0..600_000).map(|row| format!("{row},some text that is long enough\n")).collect::<String>();
    let large = server.file("large.csv", rows.as_bytes());
    let lines = told(server.ingest("T", &["--wait", &large], b""), "1 source, 600,000 rows in 1 batch, ");
    assert_eq!(lines, format!("{large}: 600,000 rows\n"));
    assert_eq!(server.rows("T | count"), "600000\n");
}

#[test]
fn why_data_were_queued_instead_of_streamed_is_told() {
    let server = Server::start();
    server.create_table("U (a: long)");
    server.query(&[".alter table U policy streamingingestion disable"]).out();
    let out = server.ingest("U", &["--format", "csv", "-"], b"1\n").out();
    assert!(out.contains("queued as ") && out.contains("since it was not streamed: "), "{out}");
}
