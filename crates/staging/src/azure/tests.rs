//! Connection strings, signatures and the shapes of requests; that an account takes them is tested in `tests/storage`.

use std::sync::Arc;

use calypso_clock::ManualClock;
use calypso_types::DateTime;

use super::*;
use crate::{AccountKey, wire::queue_xml};

const KEY_TEXT: &str = "c2VjcmV0IHNlY3JldA==";

fn parse(text: &str) -> Result<AzureConnection, Error> {
    AzureConnection::parse(text)
}

#[test]
fn an_account_of_azure_has_its_hosts() {
    let connection =
        parse(&format!("AccountName=acc;AccountKey={KEY_TEXT};EndpointSuffix=core.chinacloudapi.cn")).unwrap();
    assert_eq!(connection.blob_endpoint, "https://acc.blob.core.chinacloudapi.cn");
    assert_eq!(connection.queue_endpoint, "https://acc.queue.core.chinacloudapi.cn");
    assert_eq!(connection.table_endpoint, "https://acc.table.core.chinacloudapi.cn");
    assert_eq!(connection.blob_authority().as_deref(), Some("acc.blob.core.chinacloudapi.cn:443"));
    assert!(!format!("{connection:?}").contains("secret"));
}

#[test]
fn an_emulator_has_the_account_in_its_paths() {
    let connection = parse("usedevelopmentstorage=TRUE;").unwrap();
    assert_eq!(connection.table_endpoint, "http://127.0.0.1:10002/devstoreaccount1");
    assert_eq!(connection.blob_authority().as_deref(), Some("127.0.0.1:10000"));
    let text = format!(
        "DefaultEndpointsProtocol=http;AccountName=a1;AccountKey={KEY_TEXT};BlobEndpoint=http://h:1/a1/;QueueEndpoint=http://h:2/a1;TableEndpoint=http://h:3/a1;"
    );
    assert_eq!(parse(&text).unwrap().blob_endpoint, "http://h:1/a1");
}

#[test]
fn what_is_missing_or_unknown_is_named_and_no_value_is_shown() {
    for (text, named) in [
        ("", "AccountName"),
        ("AccountName=acc", "AccountKey"),
        ("AccountName=a/b;AccountKey=QUJD", "AccountName"),
        ("AccountName=acc;AccountKey=hush!", "base64"),
        ("AccountName=acc;AccountKey=QUJD;Colour=hush", "Colour"),
        ("AccountName=acc;AccountKey=QUJD;BlobEndpoint=ftp://hush", "BlobEndpoint"),
        ("AccountName=acc;SharedAccessSignature=hush", "SharedAccessSignature"),
        ("hush", "name=value"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains(named) && !error.contains("hush"), "{text}: {error}");
    }
}

#[test]
fn calls_are_signed_as_azure_documents() {
    let connection = parse(&format!("AccountName=acc;AccountKey={KEY_TEXT}")).unwrap();
    let now = DateTime::parse("2026-01-02T03:04:05.678Z").unwrap();
    let account = Account::new(connection, Arc::new(ManualClock::new(now))).unwrap();
    let signed = "acc\nrwdlacup\nbqt\nsco\n2026-01-02T02:49:05Z\n2026-01-02T03:19:05Z\n\n\n2019-02-02\n";
    let signature = AccountKey::from_base64("acc", KEY_TEXT).unwrap().sign(signed);
    let query = account.signature(now);
    let pairs = crate::uri::query_pairs(&query);
    let get = |name: &str| pairs.iter().find(|(found, _)| found == name).unwrap().1.clone();
    assert_eq!((get("sig"), get("se").as_str()), (signature, "2026-01-02T03:19:05Z"));
}

#[test]
fn only_uploaded_blobs_are_deleted() {
    let endpoint = "http://h:1/acc";
    let staged = "http://h:1/acc/temp-0/db__T__a%20b.csv";
    assert_eq!(staged_url(endpoint, &format!("{staged}?sv=1&sig=x")), Some(staged));
    assert_eq!(staged_url(endpoint, &format!("{staged};key")), Some(staged));
    for other in [
        "http://h:1/acc/temp-0",
        "http://h:1/acc/temp-0/?x",
        "http://h:1/acc/temp-01/a",
        "http://h:1/acc/other/a",
        "http://h:1/acc/temp-0/../other/a",
        "http://h:1/acc/temp-0/%2E%2e/other/a",
        "http://h:1/acc2/temp-0/a",
        "http://h:12/acc/temp-0/a",
    ] {
        assert_eq!(staged_url(endpoint, other), None, "{other}");
    }
}

#[test]
fn texts_are_cut_to_what_a_property_holds() {
    let mut text = "a".repeat(TEXT_UNITS_MAX - 1) + "😀b";
    cut(&mut text);
    assert_eq!(text.len(), TEXT_UNITS_MAX - 1);
    let mut short = "é😀".to_owned();
    cut(&mut short);
    assert_eq!(short, "é😀");
    assert_eq!(quoted("o'b r"), "o%27%27b%20r");
}

#[test]
fn received_messages_are_read() {
    let body = b"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList><QueueMessage><MessageId>1</MessageId><InsertionTime>Thu, 01 Jan 1970 00:00:00 GMT</InsertionTime><PopReceipt>AgAAAA==</PopReceipt><DequeueCount>2</DequeueCount><MessageText>a&amp;b</MessageText></QueueMessage><QueueMessage><MessageId>2</MessageId><InsertionTime>Thu, 01 Jan 1970 00:00:01 GMT</InsertionTime><PopReceipt>B</PopReceipt><DequeueCount>1</DequeueCount><MessageText/></QueueMessage></QueueMessagesList>";
    let messages = queue_xml::received(body).unwrap();
    assert_eq!(messages[0].receipt, crate::Receipt { message: "1".to_owned(), pop: "AgAAAA==".to_owned() });
    assert_eq!((messages[0].inserted_on, messages[0].dequeue_count), (DateTime::UNIX_EPOCH, 2));
    assert_eq!((messages[0].text.as_str(), messages[1].text.as_str()), ("a&b", ""));
    for none in ["<QueueMessagesList></QueueMessagesList>", "<?xml version=\"1.0\"?><QueueMessagesList />"] {
        assert_eq!(queue_xml::received(none.as_bytes()).unwrap(), []);
    }
    assert!(queue_xml::received(b"<L><M><MessageId>1</MessageId></M></L>").is_err());
}
