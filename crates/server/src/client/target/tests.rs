//! What users paste behind `--cluster`.

use super::*;

fn read(text: &str) -> (String, Option<String>) {
    let target: Target = text.parse().unwrap();
    (target.base.to_string(), target.database)
}

#[test]
fn urls_may_name_a_database() {
    assert_eq!(read("http://localhost:8080"), ("http://localhost:8080/".to_owned(), None));
    assert_eq!(
        read("https://help.kusto.windows.net/My%20Samples/"),
        ("https://help.kusto.windows.net/".to_owned(), Some("My Samples".to_owned()))
    );
}

#[test]
fn the_connection_string_that_the_server_prints_is_understood() {
    let expected = ("http://localhost:8080/".to_owned(), Some("NetDefaultDB".to_owned()));
    assert_eq!(read("Data Source=http://localhost:8080;Initial Catalog=NetDefaultDB"), expected);
    assert_eq!(read("http://localhost:8080; database = NetDefaultDB ;"), expected);
    assert_eq!(read("server=http://localhost:8080/NetDefaultDB"), expected);
}

#[test]
fn what_is_not_understood_is_named() {
    for (text, part) in [
        ("localhost:8080", "http://localhost:8080"),
        ("ftp://localhost", "is not a URL"),
        ("http://localhost/a/b", "more than a database"),
        ("http://localhost/%zz", "percent-encoded"),
        ("Data Source=http://localhost;Fed=true", "'Fed'"),
        ("Initial Catalog=a", "lacks 'Data Source'"),
    ] {
        let error = text.parse::<Target>().unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}
