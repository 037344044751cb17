//! Blobs: whole or not at all, in blocks or in one piece, within limits, for a time.

use super::*;
use crate::{
    StagingAccount as _,
    wire::block_list::{BlockReference, BlockSource},
};

async fn upload(staging: &LocalStaging, bytes: &[u8]) -> Upload {
    let mut upload = staging.blobs().upload(0).await.unwrap();
    for piece in bytes.chunks(3) {
        upload.write(piece).await.unwrap();
    }
    upload
}

fn temp(staging: &LocalStaging, name: &str) -> BlobName {
    staging.blobs().name(TEMP_CONTAINER, name).unwrap()
}

async fn put(staging: &LocalStaging, name: &str, bytes: &[u8]) -> BlobProperties {
    let upload = upload(staging, bytes).await;
    staging.blobs().put(temp(staging, name), upload, BlobWrite::default()).await.unwrap()
}

async fn put_block(staging: &LocalStaging, name: &str, id: &str, bytes: &[u8]) {
    let upload = upload(staging, bytes).await;
    staging.blobs().put_block(temp(staging, name), id, upload).await.unwrap();
}

fn latest(ids: &[&str]) -> Vec<BlockReference> {
    ids.iter().map(|id| BlockReference { source: BlockSource::Latest, id: (*id).to_owned() }).collect()
}

async fn put_list(staging: &LocalStaging, name: &str, ids: &[&str]) -> Result<BlobProperties, Error> {
    staging.blobs().put_block_list(temp(staging, name), &latest(ids), BlobWrite::default()).await
}

async fn text(staging: &LocalStaging, name: &str) -> String {
    let found = staging.blobs().properties(&temp(staging, name)).await.unwrap();
    fs::read_to_string(staging.blobs().file(&found).path).unwrap()
}

/// The URL that a client has for a blob.
async fn url(place: &Place, staging: &LocalStaging, name: &str) -> String {
    let resources = staging.resources(&origin(), place.clock.now()).await.unwrap();
    let container = resources.into_iter().find(|resource| resource.url.contains(TEMP_CONTAINER)).unwrap().url;
    let (path, access) = container.split_once('?').unwrap();
    format!("{path}/{name}?{access}")
}

/// Waits until files that nothing names are deleted, which happens behind the answer.
async fn files_become(place: &Place, count: usize) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while place.files() != count {
        assert!(std::time::Instant::now() < deadline, "{} files instead of {count}", place.files());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_blob_survives_a_crash_and_an_upload_that_did_not_end_does_not() {
    let place = Place::new();
    let staging = place.open().await;
    put(&staging, "a b+c:d", b"hello").await;
    let unfinished = upload(&staging, b"lost").await;
    assert_eq!(place.files(), 2);
    let (reopened, copy) = place.open_after_crash().await;
    assert_eq!(text(&reopened, "a b+c:d").await, "hello");
    assert_eq!(reopened.staged_bytes(), 5);
    assert_eq!(fs::read_dir(copy.path().join("staging/blobs")).unwrap().count(), 1);
    drop(unfinished);
    assert_eq!((place.files(), staging.staged_bytes()), (1, 5));
}

#[tokio::test]
async fn a_blob_is_replaced_unless_it_must_not_be_there() {
    let place = Place::new();
    let staging = place.open().await;
    let first = put(&staging, "x", b"one").await;
    let second = put(&staging, "x", b"second").await;
    assert_ne!(first.etag, second.etag);
    assert_eq!((text(&staging, "x").await.as_str(), staging.staged_bytes()), ("second", 6));
    files_become(&place, 1).await;
    let condition = BlobCondition { if_none_match: Some("*".to_owned()), ..BlobCondition::default() };
    let write = BlobWrite { condition, ..BlobWrite::default() };
    let refused = staging.blobs().put(temp(&staging, "x"), upload(&staging, b"third").await, write.clone()).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { .. })));
    assert!(staging.blobs().put(temp(&staging, "y"), upload(&staging, b"third").await, write).await.is_ok());
    assert_eq!(staging.staged_bytes(), 11);
}

#[tokio::test]
async fn a_client_that_did_not_hear_the_answer_is_answered_again() {
    let place = Place::new();
    let staging = place.open().await;
    let condition = BlobCondition { if_none_match: Some("*".to_owned()), ..BlobCondition::default() };
    let write = BlobWrite { condition, request_id: "one".to_owned(), ..BlobWrite::default() };
    let name = || temp(&staging, "x");
    let first = staging.blobs().put(name(), upload(&staging, b"same").await, write.clone()).await.unwrap();
    let again = staging.blobs().put(name(), upload(&staging, b"same").await, write.clone()).await.unwrap();
    assert_eq!(first, again);
    assert!(staging.blobs().put(name(), upload(&staging, b"else").await, write.clone()).await.is_err());
    let other = BlobWrite { request_id: "two".to_owned(), ..write };
    assert!(staging.blobs().put(name(), upload(&staging, b"same").await, other).await.is_err());
    files_become(&place, 1).await;
}

#[tokio::test]
async fn blocks_become_a_blob_in_the_order_of_the_list() {
    let place = Place::new();
    let staging = place.open().await;
    for (id, bytes) in [("c", "three"), ("a", "one"), ("b", "two"), ("d", "unused"), ("b", "TWO")] {
        put_block(&staging, "x", id, bytes.as_bytes()).await;
    }
    assert!(staging.blobs().properties(&temp(&staging, "x")).await.is_err());
    assert!(matches!(put_list(&staging, "x", &["a", "missing"]).await, Err(Error::InvalidBlockList)));
    put_list(&staging, "x", &["a", "b", "c"]).await.unwrap();
    assert_eq!((text(&staging, "x").await.as_str(), staging.staged_bytes()), ("oneTWOthree", 11));
    files_become(&place, 1).await;
}

#[tokio::test]
async fn blocks_survive_a_crash_and_a_list_may_be_sent_again() {
    let place = Place::new();
    let staging = place.open().await;
    put_block(&staging, "x", "a", b"one").await;
    put_block(&staging, "x", "b", b"two").await;
    let (reopened, _copy) = place.open_after_crash().await;
    let first = put_list(&reopened, "x", &["a", "b"]).await.unwrap();
    assert_eq!(put_list(&reopened, "x", &["a", "b"]).await.unwrap(), first);
    assert_eq!(text(&reopened, "x").await, "onetwo");
}

#[tokio::test]
async fn blocks_of_the_blob_may_be_used_again() {
    let place = Place::new();
    let staging = place.open().await;
    put_block(&staging, "x", "a", b"one").await;
    put_block(&staging, "x", "b", b"two").await;
    put_list(&staging, "x", &["a", "b"]).await.unwrap();
    put_block(&staging, "x", "b", b"2").await;
    put_block(&staging, "x", "c", b"3").await;
    let list = [(BlockSource::Committed, "b"), (BlockSource::Latest, "b"), (BlockSource::Latest, "a")];
    let list = list.map(|(source, id)| BlockReference { source, id: id.to_owned() });
    staging.blobs().put_block_list(temp(&staging, "x"), &list, BlobWrite::default()).await.unwrap();
    assert_eq!(text(&staging, "x").await, "two2one");
    assert!(matches!(put_list(&staging, "x", &["c"]).await, Err(Error::InvalidBlockList)));
}

#[tokio::test]
async fn a_single_block_becomes_the_blob_without_a_copy() {
    let place = Place::new();
    let staging = place.open().await;
    put_block(&staging, "x", "a", b"all").await;
    put_list(&staging, "x", &["a"]).await.unwrap();
    assert_eq!((text(&staging, "x").await.as_str(), place.files(), staging.staged_bytes()), ("all", 1, 3));
    put_list(&staging, "empty", &[]).await.unwrap();
    assert_eq!(text(&staging, "empty").await, "");
}

#[tokio::test]
async fn limits_of_blobs_and_of_all_data_hold() {
    let place = Place::new();
    let limits = LocalStagingSettings { blob_bytes_max: 10, bytes_max: 15, blocks_max: 2, ..place.settings() };
    let staging = place.open_with(limits).await;
    put(&staging, "x", &[b'x'; 10]).await;
    let mut too_large = staging.blobs().upload(0).await.unwrap();
    assert!(matches!(too_large.write(&[b'x'; 11]).await, Err(Error::TooLarge { limit: 10, .. })));
    let mut no_room = staging.blobs().upload(0).await.unwrap();
    assert!(matches!(no_room.write(&[b'x'; 6]).await, Err(Error::Full { limit: 15, .. })));
    drop((too_large, no_room));
    assert!(matches!(staging.blobs().upload(11).await, Err(Error::TooLarge { limit: 10, .. })));
    assert!(matches!(staging.blobs().upload(6).await, Err(Error::Full { limit: 15, .. })));
    assert_eq!(staging.staged_bytes(), 10);
    for id in ["a", "b"] {
        put_block(&staging, "y", id, b"1").await;
    }
    let third = staging.blobs().put_block(temp(&staging, "y"), "c", upload(&staging, b"1").await).await;
    assert!(matches!(third, Err(Error::TooLarge { limit: 2, .. })));
    put_block(&staging, "y", "a", b"2").await;
    staging.blobs().delete(temp(&staging, "x"), BlobCondition::default()).await.unwrap();
    assert_eq!(staging.staged_bytes(), 2);
    put(&staging, "z", &[b'z'; 10]).await;
}

#[tokio::test]
async fn lists_have_prefixes_and_pages() {
    let place = Place::new();
    let staging = place.open().await;
    for name in ["b/1", "a/2", "a/1", "a/3", "c"] {
        put(&staging, name, b"").await;
    }
    let page = staging.blobs().list(TEMP_CONTAINER, "a/", "", 2).await.unwrap();
    let names = |page: &BlobPage| page.blobs.iter().map(|blob| blob.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&page), ["a/1", "a/2"]);
    let rest = staging.blobs().list(TEMP_CONTAINER, "a/", page.next.as_deref().unwrap(), 2).await.unwrap();
    assert_eq!((names(&rest), rest.next), (vec!["a/3".to_owned()], None));
    assert!(staging.blobs().list(EXPORT_CONTAINER, "", "", 9).await.unwrap().blobs.is_empty());
    assert!(staging.blobs().list("other", "", "", 9).await.is_err());
}

#[tokio::test]
async fn our_own_blobs_are_known_by_their_signature_whatever_the_host() {
    let place = Place::new();
    let staging = place.open().await;
    put(&staging, "a b.csv", b"1,2").await;
    let url = url(&place, &staging, "a%20b.csv").await;
    let now = place.clock.now();
    for form in [url.clone(), url.replace("localhost:8080", "elsewhere.example"), format!("{url};impersonate")] {
        let found = staging.own_blob(&form, now).await.unwrap().unwrap();
        assert_eq!((fs::read(found.path).unwrap(), found.bytes), (b"1,2".to_vec(), 3));
    }
    for foreign in [
        url.split('?').next().unwrap().to_owned(),
        url.replace("calypsostaging", "other"),
        url.replace("sig=", "sig=A"),
        url.replace("temp-0", "temp-1"),
        "https://account.blob.core.windows.net/c/b?sig=x".to_owned(),
    ] {
        assert_eq!(staging.own_blob(&foreign, now).await.unwrap(), None, "{foreign}");
        staging.delete_blob(&foreign).await.unwrap();
    }
    place.pass(4 * 24 * 60 * 60);
    let expired = staging.own_blob(&url, place.clock.now()).await;
    assert!(matches!(expired, Err(Error::Forbidden { .. })));
    staging.delete_blob(&url).await.unwrap();
    staging.delete_blob(&url).await.unwrap();
    assert!(matches!(staging.own_blob(&url, now).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn old_blobs_go_unless_a_waiting_message_may_name_them() {
    const DAY: i64 = 24 * 60 * 60;
    let place = Place::new();
    let staging = place.open().await;
    put(&staging, "unnamed", b"12345").await;
    place.pass(2 * DAY);
    put(&staging, "named", b"123").await;
    staging.ready_queue().put("named".to_owned()).await.unwrap();
    put_block(&staging, "left", "a", b"1").await;
    place.pass(3 * DAY);
    let expired = staging.expire(place.clock.now()).await.unwrap();
    assert_eq!((expired.blobs, expired.blocks), (1, 1));
    place.pass(2 * DAY);
    assert_eq!(staging.expire(place.clock.now()).await.unwrap(), Expired::default());
    place.pass(3 * DAY);
    let expired = staging.expire(place.clock.now()).await.unwrap();
    assert_eq!((expired.messages, expired.blobs), (1, 1));
    assert_eq!(staging.staged_bytes(), 0);
    files_become(&place, 0).await;
}
