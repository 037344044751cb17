//! `calypso local`: KQL over files of every kind, without a server.

use std::{fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use crate::program::{Outcome, run};

fn readings(name: &str) -> String {
    format!("{}/../../tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn local(arguments: &[&str], input: &[u8]) -> Outcome {
    run(&[&["local", "--format", "csv", "--no-header"], arguments].concat(), input)
}

fn file(dir: &TempDir, name: &str, bytes: &[u8]) -> String {
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_same_rows_come_from_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let expected = "1,Oslo\n2,Lima\n3,Oslo\n";
    let json = fs::read(readings("readings.json")).unwrap();
    let paths = [
        readings("readings.json"),
        readings("readings.parquet"),
        readings("readings.avro"),
        readings("readings.orc"),
        file(&dir, "readings.jsonl", &json),
        file(&dir, "readings.json.gz", &gzipped(&json)),
        file(&dir, "readings.csv", b"id,city\n1,Oslo\n2,Lima\n3,Oslo\n"),
        file(&dir, "readings.csv.gz", &gzipped(b"id,city\n1,Oslo\n2,Lima\n3,Oslo\n")),
        file(&dir, "readings.tsv", b"id\tcity\n1\tOslo\n2\tLima\n3\tOslo\n"),
        file(&dir, "readings", b"id;city\n1;Oslo\n2;Lima\n3;Oslo\n"),
    ];
    for path in paths {
        let told = local(&["readings | order by id asc | take 3 | project id, city", &path], b"").out();
        assert_eq!(told, expected, "{path}");
    }
}

#[test]
fn tables_can_be_named_joined_and_made_of_many_files() {
    let dir = tempfile::tempdir().unwrap();
    file(&dir, "day-1.csv", b"id,city\n1,Oslo\n");
    file(&dir, "day-2.csv", b"city,id,note\nLima,2,x\n");
    let days = format!("Days={}", dir.path().join("day-*.csv").display());
    let people = file(&dir, "people.jsonl", b"{\"city\":\"Oslo\",\"name\":\"a b\"}\n");
    let query = "Days | join kind=leftouter people on city | order by id asc | project id, city, note, name";
    assert_eq!(local(&[query, &days, &people], b"").out(), "1,Oslo,,a b\n2,Lima,x,\n");
    let told = local(&[".show tables | order by TableName asc | project TableName", &days, &people], b"").out();
    assert_eq!(told, "Days\npeople\n");
}

#[test]
fn standard_input_is_a_table_and_a_query_needs_no_data() {
    assert_eq!(local(&["stdin | where a > 1", "-"], b"a,b\n1,x\n2,y\n").out(), "2,y\n");
    assert_eq!(local(&["print 1 + 1"], b"").out(), "2\n");
}

#[test]
fn a_header_is_told_by_the_data_unless_said() {
    let dir = tempfile::tempdir().unwrap();
    let words = file(&dir, "words.csv", b"name,city\na,Oslo\n");
    let outcome = local(&["words | count", &words], b"");
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(0), "1\n"));
    assert!(outcome.err.contains("the first line is taken for names; `--header no` if it is data"), "{}", outcome.err);
    assert_eq!(local(&["--header", "no", "words | project Column2", &words], b"").out(), "city\nOslo\n");
    assert_eq!(local(&["--header", "yes", "words | project city", &words], b"").out(), "Oslo\n");
}

#[test]
fn names_and_paths_with_odd_characters_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, "a;b ?c.csv", b"id,by\n1,x\n");
    assert_eq!(local(&["a_b_c | project ['by']", &path], b"").out(), "x\n");
    let json = file(&dir, "odd.jsonl", b"{\"a/b\": 1, \"a b\": 2}\n");
    assert_eq!(local(&["odd | project a_b, ['a b']", &json], b"").out(), "1,2\n");
}

#[test]
fn errors_point_into_the_query_and_name_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let csv = file(&dir, "t.csv", b"id\n1\n");
    let told = local(&["t | where idd == 1", &csv], b"").failure();
    assert!(told.contains("1 | t | where idd == 1") && told.contains("^^^"), "{told}");
    assert!(local(&["t | count", "missing.csv"], b"").failure().contains("missing.csv"));
    assert!(local(&["missing.csv"], b"").failure().contains("there is no file 'missing.csv'"));
    assert!(local(&[&csv], b"").failure().contains("there is no query\nhint: it comes first"));
    let odd = file(&dir, "odd.bin", b"words without any order\n");
    assert!(local(&["odd | count", &odd], b"").failure().contains("say it with `--data-format`"));
    let empty = file(&dir, "empty.csv", b"");
    assert!(local(&["empty | count", &empty], b"").failure().contains("empty.csv"));
}

#[test]
fn nothing_is_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    let csv = file(&dir, "t.csv", b"id\n1\n");
    let temporary = tempfile::tempdir().unwrap();
    let mut command = crate::program::calypso(&["local", "t | count", &csv]);
    let outcome = command.env("TMPDIR", temporary.path()).output().unwrap();
    assert!(outcome.status.success());
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}
