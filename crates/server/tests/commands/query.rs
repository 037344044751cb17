//! `calypso query`: every form of results, and failures.

use crate::program::{Server, run, run_and_read_one_line};

const ROWS: &str = "datatable(At: datetime, N: long, Text: string, Bag: dynamic)[\
    datetime(2020-01-01 10:00:00), 1, 'a,\"b\"', dynamic({'k': [1]}), \
    datetime(null), -20, 'c|d', dynamic(null)]";

#[test]
fn results_come_in_every_form() {
    let server = Server::start();
    for (format, expected) in [
        (
            "table",
            "\
At                      N  Text   Bag
────────────────────  ───  ─────  ─────────
2020-01-01T10:00:00Z    1  a,\"b\"  {\"k\":[1]}
null                  -20  c|d    null
",
        ),
        (
            "vertical",
            "\
── row 1
At    2020-01-01T10:00:00Z
N     1
Text  a,\"b\"
Bag   {\"k\":[1]}

── row 2
At    null
N     -20
Text  c|d
Bag   null
",
        ),
        (
            "json",
            "\
[
  {\"At\":\"2020-01-01T10:00:00.0000000Z\",\"N\":1,\"Text\":\"a,\\\"b\\\"\",\"Bag\":{\"k\":[1]}},
  {\"At\":null,\"N\":-20,\"Text\":\"c|d\",\"Bag\":null}
]
",
        ),
        (
            "jsonl",
            "\
{\"At\":\"2020-01-01T10:00:00.0000000Z\",\"N\":1,\"Text\":\"a,\\\"b\\\"\",\"Bag\":{\"k\":[1]}}
{\"At\":null,\"N\":-20,\"Text\":\"c|d\",\"Bag\":null}
",
        ),
        (
            "csv",
            "\
At,N,Text,Bag
2020-01-01T10:00:00.0000000Z,1,\"a,\"\"b\"\"\",\"{\"\"k\"\":[1]}\"
,-20,c|d,
",
        ),
        (
            "markdown",
            "\
| At | N | Text | Bag |
| --- | ---: | --- | --- |
| 2020-01-01T10:00:00Z | 1 | a,\"b\" | {\"k\":[1]} |
| null | -20 | c\\|d | null |
",
        ),
    ] {
        assert_eq!(server.query(&["--format", format, ROWS]).out(), expected);
    }
    let long = "range At from datetime(2020-01-01) to datetime(2020-01-02) step 1d \
                | extend Text = 'a text that is too long for so narrow a terminal'";
    let narrow = "\
At                    Text
────────────────────  ──────────────────
2020-01-01T00:00:00Z  a text that is to…
2020-01-02T00:00:00Z  a text that is to…
";
    assert_eq!(server.query(&["--width", "40", long]).out(), narrow);
    let upright = server.query(&["--width", "30", long]).out();
    assert!(upright.starts_with("── row 1\nAt    2020-01-01T00:00:00Z\nText  a text"), "{upright}");
}

#[test]
fn text_comes_from_the_command_line_a_file_or_standard_input() {
    let server = Server::start();
    let file = server.file("q.kql", "\u{feff}// a comment\nprint x = 1\n".as_bytes());
    assert_eq!(server.query(&["--format", "csv", "--file", &file]).out(), "x\n1\n");
    for arguments in [&["-"][..], &[]] {
        let arguments = [&["query", "--cluster", &server.http, "--format", "csv"], arguments].concat();
        assert_eq!(run(&arguments, b"print x = 2").out(), "x\n2\n");
        assert!(run(&arguments, b" // nothing\n").failure().contains("there is no query or command"));
    }
}

#[test]
fn commands_begin_with_a_dot_even_behind_comments() {
    let server = Server::start();
    assert!(server.query(&["--format", "csv", ".show databases"]).out().contains("NetDefaultDB"));
    assert_eq!(server.rows("// how many\n.show databases | count"), "1\n");
    let string = format!("Data Source={};Initial Catalog=NetDefaultDB", server.http);
    assert_eq!(run(&["query", "--cluster", &string, "--format", "csv", "print 1"], b"").out(), "print_0\n1\n");
}

#[test]
fn errors_point_into_the_text_and_end_with_code_1() {
    let server = Server::start();
    let expected = "\
calypso: SEM0100: Failed to resolve scalar expression named 'Stat'
  |
2 | | where Stat > 1
  |         ^^^^
";
    let told = server.query(&["print State = 1\n| where Stat > 1"]).failure();
    assert!(told.starts_with(expected), "{told}");
    let told = server.query(&["print State = 1 | wher State > 1"]).failure();
    assert!(
        told.contains("SYN0002") && told.contains("^^^^") && told.contains("hint: did you mean `where`?"),
        "{told}"
    );
    let told = server.query(&["--database", "Nowhere", "print 1"]).failure();
    assert!(told.starts_with("calypso: BadRequest_DatabaseNotExist: Database 'Nowhere' was not found."), "{told}");
    let told = run(&["query", "--cluster", "http://127.0.0.1:1", "print 1"], b"").failure();
    assert!(told.contains("cannot reach http://127.0.0.1:1") && told.contains("is `calypso serve` running"), "{told}");
    assert_eq!(run(&["query", "--cluster", "nonsense", "print 1"], b"").code, Some(2));
}

#[test]
fn https_needs_the_authority_of_the_server() {
    let server = Server::start();
    let arguments = ["query", "--cluster", &server.https, "--format", "csv", "print x = 1"];
    let told = run(&arguments, b"").failure();
    assert!(told.contains("hint: trust the authority with `--ca FILE`"), "{told}");
    let ca = server.ca();
    assert_eq!(run(&[&arguments[..], &["--ca", &ca]].concat(), b"").out(), "x\n1\n");
    let no_pem = server.file("no.pem", b"nothing");
    let told = run(&[&arguments[..], &["--ca", &no_pem]].concat(), b"").failure();
    assert!(told.contains("cannot use the certificate"), "{told}");
}

#[test]
fn tokens_do_not_travel_in_the_clear() {
    let told = run(&["query", "--cluster", "http://kusto.invalid", "--token", "secret", "print 1"], b"").failure();
    assert!(told.contains("must not travel over plain http") && !told.contains("secret"), "{told}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let server = Server::start();
    let query = "range i from 1 to 100000 step 1";
    let arguments = ["query", "--cluster", &server.http, "--format", "csv", query];
    let outcome = run_and_read_one_line(&arguments);
    assert_eq!((outcome.code, outcome.out.as_str(), outcome.err.as_str()), (Some(0), "i\n", ""));
}

#[test]
fn rows_are_written_as_they_come_and_an_error_behind_them_fails_the_command() {
    let server = Server::start();
    let query = "range i from 1 to 300000 step 1 | extend text = strcat('row ', i)";
    for (format, first) in [("csv", "i,text\n"), ("jsonl", "{\"i\":1,\"text\":\"row 1\"}\n")] {
        let out = server.query(&["--format", format, query]).out();
        assert!(out.starts_with(first), "{format}");
        assert_eq!(out.lines().count(), 300_000 + usize::from(format == "csv"), "{format}");
    }
    let outcome = server.query(&["--format", "csv", "set truncationmaxrecords = 10; range i from 1 to 100000 step 1"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("E_QUERY_RESULT_SET_TOO_LARGE"), "{}", outcome.err);
}

#[test]
fn several_results_are_streamed_one_behind_the_other() {
    let server = Server::start();
    assert_eq!(server.query(&["--format", "csv", "print a = 1; print b = 2"]).out(), "a\n1\n\nb\n2\n");
    assert_eq!(server.query(&["--format", "jsonl", "print a = 1; print b = 2"]).out(), "{\"a\":1}\n{\"b\":2}\n");
    assert_eq!(server.query(&["--format", "csv", "print a = 1 | where a > 1"]).out(), "a\n");
}

#[test]
fn results_go_to_a_file_in_the_form_of_its_ending() {
    let server = Server::start();
    let path = |name: &str| server.dir.path().join(name);
    for (name, begins) in
        [("r.parquet", "PAR1"), ("r.csv", "At,N,"), ("r.json", "[\n"), ("r.jsonl", "{"), ("r.md", "| At")]
    {
        let file = path(name).display().to_string();
        assert_eq!(server.query(&["--output", &file, ROWS]).out(), "");
        assert!(std::fs::read(path(name)).unwrap().starts_with(begins.as_bytes()), "{name}");
    }
    server.create_table("Back (At: datetime, N: long, Text: string, Bag: dynamic)");
    server.query(&[".alter table Back policy streamingingestion enable"]).out();
    server.ingest("Back", &[&path("r.parquet").display().to_string()], b"").out();
    assert_eq!(server.rows("Back | order by N desc"), server.rows(ROWS));
    let kept = std::fs::read(path("r.csv")).unwrap();
    server.query(&["--output", &path("r.csv").display().to_string(), "Nowhere | count"]).failure();
    assert_eq!(std::fs::read(path("r.csv")).unwrap(), kept, "a query that is refused leaves the file as it was");
    let twice = path("twice.parquet").display().to_string();
    let told = server.query(&["--output", &twice, "print 1; print 2"]).failure();
    assert!(told.contains("a Parquet file holds one result, and there are 2"), "{told}");
}
