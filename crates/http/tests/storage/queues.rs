//! Queues over HTTP.

use calypso_staging::ResourceKind::{FailedIngestionsQueue, ReadyForAggregationQueue};

use crate::{account::Account, fake::Answer};

impl Account {
    async fn post_message(&self, rest: &str, text: &str) -> Answer {
        let body = format!("<?xml version=\"1.0\"?>\n<QueueMessage><MessageText>{text}</MessageText></QueueMessage>");
        self.call(ReadyForAggregationQueue, "POST", &format!("/messages{rest}"), &[], body).await
    }

    async fn messages(&self, rest: &str) -> Answer {
        self.call(ReadyForAggregationQueue, "GET", &format!("/messages{rest}"), &[], "").await
    }
}

#[tokio::test]
async fn a_message_is_put_received_and_deleted() {
    let account = Account::open().await;
    let put = account.post_message("?timeout=30", "eyJhIjoxfQ==").await;
    assert_eq!((put.status.as_u16(), put.header("content-type")), (201, "application/xml"));
    assert_eq!(put.elements("InsertionTime"), ["Fri, 02 Jan 2026 03:04:05 GMT"]);
    assert_eq!(put.elements("ExpirationTime"), ["Fri, 09 Jan 2026 03:04:05 GMT"]);
    assert_eq!(put.elements("TimeNextVisible"), ["Fri, 02 Jan 2026 03:04:05 GMT"]);
    assert!(put.elements("MessageText").is_empty());
    let got = account.messages("?numofmessages=32&visibilitytimeout=60").await;
    assert_eq!(got.status, 200);
    assert_eq!(got.elements("MessageText"), ["eyJhIjoxfQ=="]);
    assert_eq!(got.elements("DequeueCount"), ["1"]);
    assert_eq!(got.elements("MessageId"), put.elements("MessageId"));
    let (id, pop) = (got.elements("MessageId")[0], got.elements("PopReceipt")[0]);
    let path = format!("/messages/{id}?popreceipt={pop}");
    assert_eq!(account.call(ReadyForAggregationQueue, "DELETE", &path, &[], "").await.status, 204);
    let again = account.call(ReadyForAggregationQueue, "DELETE", &path, &[], "").await;
    assert_eq!(again.refusal(), (404, "MessageNotFound"));
}

#[tokio::test]
async fn received_messages_are_hidden_for_a_time_and_peeking_hides_none() {
    let account = Account::open().await;
    for text in ["one", "two"] {
        account.post_message("", text).await;
    }
    let peeked = account.messages("?peekonly=true&numofmessages=5").await;
    assert_eq!(peeked.elements("MessageText"), ["one", "two"]);
    assert!(peeked.elements("PopReceipt").is_empty() && peeked.elements("TimeNextVisible").is_empty());
    assert_eq!(account.messages("").await.elements("MessageText"), ["one"]);
    assert_eq!(account.messages("").await.elements("MessageText"), ["two"]);
    let none = account.messages("").await;
    assert_eq!((none.status.as_u16(), none.elements("QueueMessage").len()), (200, 0));
    account.pass(30);
    let again = account.messages("?numofmessages=2").await;
    assert_eq!((again.elements("MessageText"), again.elements("DequeueCount")), (vec!["one", "two"], vec!["2", "2"]));
}

#[tokio::test]
async fn an_update_needs_the_last_receipt_and_gives_a_new_one() {
    let account = Account::open().await;
    account.post_message("", "old").await;
    let got = account.messages("").await;
    let (id, pop) = (got.elements("MessageId")[0], got.elements("PopReceipt")[0]);
    let path = format!("/messages/{id}?popreceipt={pop}&visibilitytimeout=10");
    let body = "<QueueMessage><MessageText>new &amp; better</MessageText></QueueMessage>";
    let updated = account.call(ReadyForAggregationQueue, "PUT", &path, &[], body).await;
    assert_eq!(updated.status, 204);
    assert_eq!(updated.header("x-ms-time-next-visible"), "Fri, 02 Jan 2026 03:04:15 GMT");
    assert_ne!(updated.header("x-ms-popreceipt"), pop);
    let stale = account.call(ReadyForAggregationQueue, "PUT", &path, &[], body).await;
    assert_eq!(stale.refusal(), (404, "MessageNotFound"));
    account.pass(10);
    assert_eq!(account.messages("").await.elements("MessageText"), ["new &amp; better"]);
}

#[tokio::test]
async fn a_queue_tells_its_length_and_is_cleared() {
    let account = Account::open().await;
    for text in ["a", "b", "c"] {
        account.post_message("", text).await;
    }
    let metadata = account.call(ReadyForAggregationQueue, "GET", "?comp=metadata", &[], "").await;
    assert_eq!((metadata.status.as_u16(), metadata.header("x-ms-approximate-messages-count")), (200, "3"));
    let other = account.call(FailedIngestionsQueue, "GET", "?comp=metadata", &[], "").await;
    assert_eq!(other.header("x-ms-approximate-messages-count"), "0");
    assert_eq!(account.call(ReadyForAggregationQueue, "DELETE", "/messages", &[], "").await.status, 204);
    assert!(account.messages("?peekonly=true").await.elements("MessageId").is_empty());
    assert_eq!(account.call(ReadyForAggregationQueue, "PUT", "", &[], "").await.status, 204);
}

#[tokio::test]
async fn times_of_messages_are_as_asked() {
    let account = Account::open().await;
    let put = account.post_message("?visibilitytimeout=5&messagettl=10", "later").await;
    assert_eq!(put.elements("ExpirationTime"), ["Fri, 02 Jan 2026 03:04:15 GMT"]);
    assert_eq!(put.elements("TimeNextVisible"), ["Fri, 02 Jan 2026 03:04:10 GMT"]);
    assert!(account.messages("").await.elements("MessageId").is_empty());
    account.pass(5);
    assert_eq!(account.messages("?visibilitytimeout=0").await.elements("MessageText"), ["later"]);
    account.pass(5);
    assert!(account.messages("").await.elements("MessageId").is_empty());
    let forever = account.post_message("?messagettl=-1", "forever").await;
    assert_eq!(forever.elements("ExpirationTime"), ["Fri, 31 Dec 9999 23:59:59 GMT"]);
}

#[tokio::test]
async fn one_call_gives_at_most_32_messages_however_many_are_asked_for() {
    let account = Account::open().await;
    for number in 0..34 {
        account.post_message("", &number.to_string()).await;
    }
    assert_eq!(account.messages("?peekonly=true&numofmessages=33").await.elements("MessageId").len(), 32);
    assert_eq!(account.messages("?numofmessages=33").await.elements("MessageId").len(), 32);
    assert_eq!(account.messages("?numofmessages=33").await.elements("MessageId").len(), 2);
}

#[tokio::test]
async fn wrong_requests_say_what_is_wrong() {
    let account = Account::open().await;
    for (rest, code) in [
        ("?numofmessages=0", "OutOfRangeQueryParameterValue"),
        ("?numofmessages=x", "InvalidQueryParameterValue"),
        ("?visibilitytimeout=604801", "OutOfRangeQueryParameterValue"),
    ] {
        assert_eq!(account.messages(rest).await.refusal(), (400, code), "{rest}");
    }
    assert_eq!(account.post_message("?messagettl=0", "x").await.refusal(), (400, "InvalidQueryParameterValue"));
    let empty = account.call(ReadyForAggregationQueue, "POST", "/messages", &[], "<QueueMessage/>").await;
    assert_eq!(empty.refusal(), (400, "InvalidXmlDocument"));
    assert_eq!(account.post_message("", &"x".repeat(64 * 1024 + 1)).await.refusal(), (413, "RequestBodyTooLarge"));
    assert_eq!(account.post_message("", &"x".repeat(64 * 1024)).await.status, 201);
    let path = "/messages/00000000-0000-0000-0000-000000000001";
    let bare = account.call(ReadyForAggregationQueue, "DELETE", path, &[], "").await;
    assert_eq!(bare.refusal(), (400, "MissingRequiredQueryParameter"));
    let acl = account.call(ReadyForAggregationQueue, "GET", "?comp=acl", &[], "").await;
    assert_eq!(acl.refusal(), (400, "UnsupportedQueryParameter"));
}
