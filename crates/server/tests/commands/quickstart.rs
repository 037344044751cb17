//! `calypso quickstart` from beginning to end.

use crate::program::{run, run_and_read_one_line};

#[test]
fn the_tutorial_shows_queries_and_their_results() {
    let outcome = run(&["quickstart"], b"");
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""), "{}", outcome.out);
    for part in [
        "  .create table MyStormEvents (\n      StartTime: datetime,\n",
        "      StormSummary: dynamic)\n",
        "  .alter table MyStormEvents policy streamingingestion enable\n",
        "-- 1000 rows on disk and visible to queries after ",
        "  MyStormEvents\n  | count\n\n  Count\n  ─────\n   1000\n",
        "  | top 1 by EndTime\n\n  StartTime       2007-12-",
        "  | top 5 by Events\n\n  State     Events  PropertyDamage\n",
        "  calypso serve ",
        "  Connection string of the SDKs: Data Source=http://localhost:8080;Initial Catalog=NetDefaultDB\n",
        "from azure.kusto.data import KustoClient\n",
        "https://learn.microsoft.com/kusto/query/",
    ] {
        assert!(outcome.out.contains(part), "{part}\n---\n{}", outcome.out);
    }
    assert!(!outcome.out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let outcome = run_and_read_one_line(&["quickstart", "--rows", "1"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert!(outcome.out.starts_with("Calypso "));
}

#[test]
fn a_file_of_the_users_is_streamed_without_its_header() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("storms.csv");
    let records = "StartTime,EndTime,State,DamageProperty,DamageCrops,Source,StormSummary\n\
                   2007-01-01,2007-01-02,OHIO,5,0,Public,\"{\"\"TotalDamages\"\": 5}\"\n\
                   2007-02-01,2007-02-02,IOWA,0,0,Public,{}\n";
    std::fs::write(&path, records).unwrap();
    let out = run(&["quickstart", "--data", path.to_str().unwrap()], b"").out();
    assert!(out.contains("storms.csv, but for its header"), "{out}");
    assert!(out.contains("  Count\n  ─────\n      2\n"), "{out}");
}

#[test]
fn what_goes_wrong_ends_with_code_1() {
    let outcome = run(&["quickstart", "--data", "no-such-file.csv"], b"");
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""));
    assert!(outcome.err.contains("cannot read no-such-file.csv"), "{}", outcome.err);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("odd.csv");
    std::fs::write(&path, "\"never closed").unwrap();
    let outcome = run(&["quickstart", "--data", path.to_str().unwrap()], b"");
    assert_eq!(outcome.code, Some(1), "{}", outcome.out);
    assert!(outcome.err.starts_with("calypso: "), "{}", outcome.err);
}

#[test]
fn the_data_stays_only_if_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = crate::program::calypso(arguments).env("TMPDIR", dir.path()).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["quickstart", "--rows", "2"]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    let out = run(&["quickstart", "--rows", "2", "--keep"]);
    let line = out.lines().find(|line| line.contains("serve --data-dir")).unwrap();
    assert!(std::path::Path::new(line.split_whitespace().last().unwrap()).join("tls").parent().unwrap().is_dir());
}
