//! Tests of reading storage connection strings.

use super::{Place, SourceUri, location};
use crate::container::{Container, Service};

const KEY: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

fn url(text: &str) -> String {
    match SourceUri::parse(text).unwrap().place {
        Place::Web(web) => format!("{} {:?}", web.url, web.access),
        Place::File(path) => path.display().to_string(),
    }
}

fn container(text: &str) -> Option<Container> {
    match SourceUri::parse(text).unwrap().place {
        Place::Web(web) => Container::of(&web.url, &web.access),
        Place::File(_) => None,
    }
}

#[test]
fn every_spelling_becomes_the_url_that_answers() {
    for (text, expected) in [
        ("https://a.blob.core.windows.net/c/b.csv;", "https://a.blob.core.windows.net/c/b.csv Url".to_owned()),
        (
            " https://a.blob.core.windows.net/c/b.csv?sv=1&sig=a%2Bb ",
            "https://a.blob.core.windows.net/c/b.csv?sv=1&sig=a%2Bb Url".to_owned(),
        ),
        (
            &format!("https://a.blob.core.windows.net/c/b.csv;{KEY}"),
            "https://a.blob.core.windows.net/c/b.csv AccountKey".to_owned(),
        ),
        (
            &format!("abfss://fs@a.dfs.core.windows.net/p/q.csv;sharedkey={KEY}"),
            "https://a.blob.core.windows.net/fs/p/q.csv AccountKey".to_owned(),
        ),
        (
            "abfss://fs@a.dfs.core.windows.net/q.csv;sharedkey=?sv=1&sig=x",
            "https://a.blob.core.windows.net/fs/q.csv?sv=1&sig=x Url".to_owned(),
        ),
        (
            "https://a.dfs.core.chinacloudapi.cn/fs/q.csv;token=eyJ0",
            "https://a.blob.core.chinacloudapi.cn/fs/q.csv Token".to_owned(),
        ),
        (
            "https://a.blob.core.windows.net/c/b;managed_identity=9ca5bb85-1c1f-44c3-b33a-0dfcc7ec5f6b",
            "https://a.blob.core.windows.net/c/b ManagedIdentity".to_owned(),
        ),
        (
            "https://b.s3.eu-west-1.amazonaws.com/k/a+b c.csv;AwsCredentials=AK,S/K+1=",
            "https://b.s3.eu-west-1.amazonaws.com/k/a%2Bb%20c.csv Aws".to_owned(),
        ),
        ("gs://bucket/k/a.csv", "https://storage.googleapis.com/bucket/k/a.csv Url".to_owned()),
        ("/data/a.csv", "/data/a.csv".to_owned()),
        ("file:///data/a%20b.csv", "/data/a b.csv".to_owned()),
    ] {
        assert_eq!(url(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_read_says_why_without_the_secret() {
    for (text, code, says) in [
        ("", "BadRequest_EmptyBlobUri", "empty"),
        (" ;sesame", "BadRequest_EmptyBlobUri", "empty"),
        ("not a uri", "BadRequest_InvalidBlobUri", "not a uri"),
        ("ftp://h/x", "BadRequest_InvalidBlobUri", "'ftp'"),
        ("s3://bucket/key", "BadRequest_InvalidBlobUri", "https://bucket.s3.region.amazonaws.com"),
        ("adl://a.azuredatalakestore.net/x;impersonate", "BadRequest_NotSupported", "Gen1"),
        ("https://a.blob.core.windows.net/c/b;impersonate", "BadRequest_NotSupported", "impersonate"),
        ("https://a.blob.core.windows.net/c/b;sesame!", "BadRequest_InvalidBlobUri", "neither an account key"),
        ("https://a.blob.core.windows.net/c/b;token=sesame\nx", "BadRequest_InvalidBlobUri", "token"),
        ("http://a.example/c/b;token=sesame", "BadRequest_InvalidBlobUri", "plain http"),
        ("https://a.blob.core.windows.net/c/b;managed_identity=sesame", "BadRequest_InvalidBlobUri", "object id"),
        ("https://b.s3.amazonaws.com/k;AwsCredentials=sesame", "BadRequest_InvalidBlobUri", "AwsCredentials"),
        ("gs://b/k;GcsCredentials=sesame", "BadRequest_InvalidBlobUri", "service account"),
        ("abfss://a.dfs.core.windows.net/x", "BadRequest_InvalidBlobUri", "filesystem@account"),
    ] {
        let error = SourceUri::parse(text).unwrap_err();
        assert_eq!(error.code(), code, "{text}: {error}");
        assert!(error.to_string().contains(says), "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains("sesame"), "{error:?}");
        assert!(error.is_permanent(), "{text}");
    }
}

#[test]
fn locations_lose_their_secrets() {
    for (text, expected) in [
        ("https://h/c/b.csv?sv=1&sig=x", "https://h/c/b.csv"),
        ("https://h/c/b.csv;key", "https://h/c/b.csv"),
        ("https://user:pw@h/c/b.csv", "https://h/c/b.csv"),
        ("abfss://fs@a.dfs.core.windows.net/p;key", "abfss://fs@a.dfs.core.windows.net/p"),
        ("/tmp/x.csv", "/tmp/x.csv"),
    ] {
        assert_eq!(location(text), expected);
    }
    let uri = SourceUri::parse(&format!("https://u:pw@h.blob.example/c/b.csv?sig=s1;{KEY}")).unwrap();
    assert_eq!(
        format!("{uri} {uri:?}"),
        "https://h.blob.example/c/b.csv SourceUri(\"https://h.blob.example/c/b.csv\")"
    );
}

#[test]
fn file_names_are_the_last_part_decoded() {
    for (text, expected) in [
        ("https://h/c/d/a%20b.csv.gz?sig=x/y.json", "a b.csv.gz"),
        ("https://h/c/", ""),
        ("/tmp/x.parquet", "x.parquet"),
    ] {
        assert_eq!(SourceUri::parse(text).unwrap().file_name(), expected);
    }
}

#[test]
fn containers_are_found_in_hosts_and_in_paths() {
    let azure = |account: &str, endpoint: &str| Service::Azure { account: account.into(), endpoint: endpoint.into() };
    let s3 = |endpoint: &str, bucket_in_host, region: &str| Service::S3 {
        endpoint: endpoint.into(),
        bucket_in_host,
        region: region.into(),
    };
    for (text, service, name, path) in [
        (
            "https://acct.blob.core.windows.net/c/d/e%20f".to_owned(),
            azure("acct", "https://acct.blob.core.windows.net"),
            "c",
            "d/e f",
        ),
        (
            format!("https://acct-secondary.blob.core.windows.net/c;{KEY}"),
            azure("acct", "https://acct-secondary.blob.core.windows.net"),
            "c",
            "",
        ),
        (
            format!("http://127.0.0.1:10000/devstoreaccount1/c/b;{KEY}"),
            azure("devstoreaccount1", "http://127.0.0.1:10000/devstoreaccount1"),
            "c",
            "b",
        ),
        (
            "http://localhost:8080/devstoreaccount1/c/?sv=1&sig=2".to_owned(),
            azure("devstoreaccount1", "http://localhost:8080/devstoreaccount1"),
            "c",
            "",
        ),
        (
            "https://my.bucket.s3.eu-west-1.amazonaws.com/k/l;AwsCredentials=a,b".to_owned(),
            s3("https://my.bucket.s3.eu-west-1.amazonaws.com", true, "eu-west-1"),
            "my.bucket",
            "k/l",
        ),
        (
            "https://s3.dualstack.eu-west-1.amazonaws.com/bucket/k".to_owned(),
            s3("https://s3.dualstack.eu-west-1.amazonaws.com", false, "eu-west-1"),
            "bucket",
            "k",
        ),
        (
            "https://bucket.s3-us-west-2.amazonaws.com/k".to_owned(),
            s3("https://bucket.s3-us-west-2.amazonaws.com", true, "us-west-2"),
            "bucket",
            "k",
        ),
        (
            "https://bucket.s3.amazonaws.com/k".to_owned(),
            s3("https://bucket.s3.amazonaws.com", true, "us-east-1"),
            "bucket",
            "k",
        ),
        (
            "http://127.0.0.1:5000/bucket/k;AwsCredentials=a,b".to_owned(),
            s3("http://127.0.0.1:5000", false, "us-east-1"),
            "bucket",
            "k",
        ),
        (
            "gs://bucket/k".to_owned(),
            Service::Google { endpoint: "https://storage.googleapis.com".into() },
            "bucket",
            "k",
        ),
    ] {
        let found = container(&text).unwrap();
        assert_eq!((&found.service, found.name.as_str(), found.path.as_str()), (&service, name, path), "{text}");
        let url = found.url_of("x/y z").unwrap();
        assert_eq!(container(&format!("{url}{}", text_after_path(&text))).unwrap().path, "x/y z", "{url}");
    }
    assert_eq!(container("https://data.example/c/b"), None);
    assert_eq!(container(&format!("http://127.0.0.1:10000/acc%0Aount/c/b;{KEY}")), None);
}

fn text_after_path(text: &str) -> &str {
    text.find([';', '?']).map_or("", |at| &text[at..])
}
