//! Properties that hold for every command: no text panics, tails and scripts are parted, names for logs exist.

use calypso_types::Scalar;

use crate::{is_management_command, parse_command, split_script};

const SAMPLES: [&str; 9] = [
    ".create function with (docstring='é') f(a:long, T:(x:string)) { T | where x == \"}\" | take a }; print 1",
    ".alter table ['a b'] policy caching hot = 30d, hot_window = datetime(2021-01-01) .. datetime(2021-02-01) | take 1",
    ".ingest inline into table T with (format=\"json\") [2015,\"{\"\"a\"\":[1]}\"]\n [é]",
    ".show tables (A, ['ü']) extents (74be27de-1e4e-49d9-b579-fe0b331d3642) where tags !has 'a' and tags contains \"b\"",
    ".create-or-alter table T ingestion json mapping 'n' '['\n'{\"column\":\"a\"}]' with (removeOldestIfRequired=true)",
    ".drop extents older 10 days from tables (A, B)",
    ".add database D viewers ('aadapp=x', 'y') skip-results 'notes'",
    ".alter-merge table T policy retention softdelete = 10d recoverability = disabled",
    ".ingest-from-storage-queued into table database('é').T SkipBatching=true <| .list blobs (h'u') PathFormat=('a' datetime_pattern('yyyy', c))",
];

#[test]
fn no_part_of_a_command_panics() {
    for sample in SAMPLES {
        let places: Vec<usize> = sample.char_indices().map(|(at, _)| at).collect();
        for &cut in &places {
            let _ = parse_command(&sample[..cut]);
            let _ = parse_command(&format!(".{}", &sample[cut..]));
            let _ = parse_command(&format!("{}){}", &sample[..cut], &sample[cut..]));
        }
    }
}

#[test]
fn a_dot_behind_white_space_makes_a_command_a_comment_before_it_does_not() {
    assert!(is_management_command(" \r\n\t.show tables"));
    assert!(!is_management_command("// comment\n.show tables"));
    assert!(!is_management_command("T | take 1"));
    assert!(parse_command("\r\n .show tables // all\r\n").is_ok());
}

#[test]
fn tails_are_read_by_the_query_parser() {
    for (text, statements) in [
        (" .show tables | project A=\"|\"; print 1", 2),
        (".show database D policy retention | take 1", 1),
        (".show tables ; print 1", 2),
    ] {
        let tail = parse_command(text).unwrap().tail.unwrap();
        let parsed = crate::parse_tail(text, tail.offset);
        assert_eq!(parsed.diagnostics, [], "{text}");
        assert_eq!(parsed.script.statements.len(), statements, "{text}");
    }
}

#[test]
fn scripts_are_parted_at_dots_that_begin_lines() {
    let script = "\n//\n// Create tables\n.create-merge table T(a:string,\n b:string) // x\n\n.create function f() {\n  T\n  | extend b = a\n  .c\n}\n  .show tables\n// end";
    let pieces: Vec<String> = split_script(script).into_iter().map(|piece| piece.text).collect();
    assert_eq!(
        pieces,
        [
            ".create-merge table T(a:string,\n b:string)",
            ".create function f() {\n  T\n  | extend b = a\n  .c\n}",
            ".show tables"
        ]
    );
    for piece in split_script(script) {
        assert!(script[piece.offset..].starts_with(&piece.text));
        assert!(parse_command(&piece.text).is_ok(), "{}", piece.text);
    }
    assert_eq!(split_script(" // nothing\n"), []);
}

#[test]
fn property_values_have_a_text_and_a_flag() {
    let command = parse_command(
        ".create table T (a:int) with (folder=\"f\", n=1, on=\"True\", at=datetime(2020-01-01), span=1d, folder='g')",
    );
    let Ok(crate::ast::ManagementCommand {
        kind: crate::ast::CommandKind::Table(crate::ast::command::TableCommand::Define { properties, .. }),
        ..
    }) = command
    else {
        panic!("{command:?}");
    };
    assert_eq!(properties.text("FOLDER").as_deref(), Some("g"));
    assert_eq!(properties.text("n").as_deref(), Some("1"));
    assert_eq!(properties.flag("on"), Some(true));
    assert_eq!(properties.text("at").as_deref(), Some("2020-01-01T00:00:00.0000000Z"));
    assert_eq!(properties.text("span").as_deref(), Some("1.00:00:00"));
    assert_eq!(properties.get("n").map(|n| n.value.clone()), Some(Scalar::Long(1)));
    assert_eq!(properties.flag("missing"), None);
}

#[test]
fn commands_have_kustos_names_in_logs_and_say_whether_they_read() {
    let cases = [
        (".show tables", "TablesShow", true),
        (".create table T (a:int)", "TableCreate", false),
        (".create-or-alter function f() {1}", "FunctionCreateOrAlter", false),
        (".alter-merge table T policy retention softdelete = 1d", "RetentionPolicyAlterMerge", false),
        (".show table T policy merge", "ExtentsMergePolicyShow", true),
        (".append T <| U", "TableAppend", false),
        (".ingest into table T ('u')", "DataIngestPull", false),
        (".ingest-from-storage-queued into T <| 'u'", "IngestFromStorageQueued", false),
        (".list blobs ('u')", "BlobsList", true),
        (".show queued ingestion operations 'x'", "QueuedIngestionOperationsShow", true),
        (".cancel queued ingestion operation 'x'", "QueuedIngestionOperationCancel", false),
        (".get kusto identity token", "KustoIdentityTokenGet", true),
        (".cancel query 'x'", "QueryCancel", false),
        (".drop-pretend extents from T", "ExtentsDrop", true),
    ];
    for (text, name, reads) in cases {
        let command = parse_command(text).unwrap();
        assert_eq!((command.command_type().as_str(), command.is_read_only()), (name, reads), "{text}");
    }
}
