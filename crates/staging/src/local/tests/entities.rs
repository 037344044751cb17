//! The table of statuses.

use super::*;
use crate::{EntityValue, StagingAccount as _, wire::table_filter::TableFilter};

fn key(partition_key: &str, row_key: &str) -> EntityKey {
    EntityKey { partition_key: partition_key.to_owned(), row_key: row_key.to_owned() }
}

fn status(text: &str) -> Entity {
    Entity::from([("Status".to_owned(), EntityValue::String(text.to_owned()))])
}

#[tokio::test]
async fn an_entity_is_inserted_once() {
    let place = Place::new();
    let staging = place.open().await;
    let table = staging.table();
    table.put(key("p", "r"), EntityChange::Insert, status("Pending")).await.unwrap();
    let again = table.put(key("p", "r"), EntityChange::Insert, status("Again")).await;
    assert!(matches!(again, Err(Error::AlreadyExists { .. })));
    assert_eq!(table.get(&key("p", "r")).await.unwrap().properties, status("Pending"));
    assert!(matches!(table.get(&key("p", "x")).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn what_is_merged_can_be_read_again_however_long_it_is() {
    let place = Place::new();
    let staging = place.open().await;
    // Two bytes each, so that the limit falls within a character if the text begins with one byte.
    staging.merge_status("p", "r", status(&format!("x{}", "é".repeat(100_000)))).await.unwrap();
    let stored = staging.table().get(&key("p", "r")).await.unwrap().properties;
    assert_eq!(stored, status(&format!("x{}", "é".repeat(32_767))));
    let many: Entity = (0..250).map(|n| (format!("P{n}"), EntityValue::Int(n))).collect();
    staging.merge_status("p", "r", many.clone()).await.unwrap();
    let more = many.into_iter().map(|(name, value)| (format!("{name}x"), value)).collect();
    assert!(matches!(staging.merge_status("p", "r", more).await, Err(Error::TooLarge { .. })));
    assert_eq!(staging.table().get(&key("p", "r")).await.unwrap().properties.len(), 251);
}

#[tokio::test]
async fn a_merged_status_keeps_what_it_does_not_name() {
    let place = Place::new();
    let staging = place.open().await;
    let sent = Entity::from([("Table".to_owned(), EntityValue::String("T".to_owned()))]);
    staging.table().put(key("p", "r"), EntityChange::Insert, sent).await.unwrap();
    staging.merge_status("p", "r", status("Succeeded")).await.unwrap();
    staging.merge_status("p", "new", status("Failed")).await.unwrap();
    let found = staging.table().get(&key("p", "r")).await.unwrap();
    assert_eq!(found.properties.len(), 2);
    assert_eq!(staging.table().get(&key("p", "new")).await.unwrap().properties, status("Failed"));
    let (reopened, _copy) = place.open_after_crash().await;
    assert_eq!(reopened.table().get(&key("p", "r")).await.unwrap(), found);
}

#[tokio::test]
async fn changes_hold_to_their_conditions() {
    let place = Place::new();
    let staging = place.open().await;
    let table = staging.table();
    let missing = table.put(key("p", "r"), EntityChange::Replace(EntityCondition::Exists), status("x")).await;
    assert!(matches!(missing, Err(Error::NotFound { .. })));
    let first = table.put(key("p", "r"), EntityChange::Insert, status("a")).await.unwrap();
    let second = table.put(key("p", "r"), EntityChange::Replace(EntityCondition::ChangedOn(first)), status("b")).await;
    assert!(second.unwrap() > first, "the clock stands still, the ETag does not");
    let stale = EntityCondition::ChangedOn(first);
    let refused = table.put(key("p", "r"), EntityChange::Merge(stale), status("c")).await;
    assert!(matches!(refused, Err(Error::ConditionNotMet { .. })));
    assert!(matches!(table.delete(key("p", "r"), stale).await, Err(Error::ConditionNotMet { .. })));
    table.delete(key("p", "r"), EntityCondition::Exists).await.unwrap();
    assert!(matches!(table.delete(key("p", "r"), EntityCondition::Exists).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn queries_go_on_where_they_stopped() {
    let place = Place::new();
    let staging = place.open().await;
    for number in 0..7 {
        let row = format!("r{number}");
        let text = if number % 2 == 0 { "Failed" } else { "Pending" };
        staging.table().put(key("p", &row), EntityChange::Insert, status(text)).await.unwrap();
    }
    staging.table().put(key("q", "r"), EntityChange::Insert, status("Failed")).await.unwrap();
    let filter = TableFilter::parse("PartitionKey eq 'p' and Status eq 'Failed'").unwrap();
    let (mut rows, mut next) = (Vec::new(), None);
    loop {
        let page = staging.table().query(&filter, next, 3).await.unwrap();
        assert!(page.entities.len() <= 3);
        rows.extend(page.entities.into_iter().map(|entity| entity.key.row_key));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(rows, ["r0", "r2", "r4", "r6"]);
}

#[tokio::test]
async fn statuses_are_kept_for_a_time_after_their_last_change() {
    const DAY: i64 = 24 * 60 * 60;
    let place = Place::new();
    let staging = place.open_with(LocalStagingSettings { entities_max: 2, ..place.settings() }).await;
    staging.merge_status("p", "old", status("x")).await.unwrap();
    place.pass(10 * DAY);
    staging.merge_status("p", "new", status("x")).await.unwrap();
    let refused = staging.merge_status("p", "third", status("x")).await;
    assert!(matches!(refused, Err(Error::Full { limit: 2, .. })));
    place.pass(5 * DAY);
    assert_eq!(staging.expire(place.clock.now()).await.unwrap().statuses, 1);
    assert!(staging.table().get(&key("p", "old")).await.is_err());
    staging.merge_status("p", "third", status("x")).await.unwrap();
}
