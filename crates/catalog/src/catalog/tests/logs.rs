//! The journal and the log of operations.

use calypso_model::{Change, DatabaseId};
use calypso_types::TimeSpan;
use uuid::Uuid;

use super::{Home, START, commit, drop_extent, extent, function, remember, table, table_id, with_tables};
use crate::{CommitEvent, Error, OPERATION_RETENTION, OPERATIONS_MAX, OperationFilter, OperationState};

#[tokio::test]
async fn the_journal_tells_what_changed_and_who_did_it() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let event = CommitEvent::of_command("RENAME-TABLE", ".rename table T to V", "me");
    catalog.update(event, |_| Ok::<_, Error>((vec![table(1, "V")], ()))).await.unwrap();
    let entries = catalog.journal(Some("db"), 2).await.unwrap();
    assert_eq!(entries.len(), 2);
    let rename = &entries[0];
    assert_eq!((rename.event.as_str(), rename.version), ("RENAME-TABLE", 2));
    assert_eq!((rename.entity_name.as_str(), rename.updated_entity_name.as_str()), ("T", "V"));
    assert_eq!((rename.database.as_str(), rename.entity_container_name.as_str()), ("db", "db"));
    assert_eq!((rename.change_command.as_str(), rename.principal.as_str()), (".rename table T to V", "me"));
    assert!(rename.original_entity_state.contains("\"name\":\"T\""));
    assert!(rename.updated_entity_state.contains("\"name\":\"V\""));
    assert_eq!(rename.event_timestamp, START);
    assert_eq!(entries[1].updated_entity_name, "U");
    drop(catalog);
    let all = home.open().await.journal(None, 100).await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(all[3].entity_name, "db");
}

#[tokio::test]
async fn adding_data_leaves_no_journal_entry_but_dropping_it_does() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let seal = Change::SealThrough { table: table_id(1), position: 4 };
    commit(&catalog, vec![extent(1, 1), extent(2, 1), seal, remember(1, [1], START)]).await.unwrap();
    commit(&catalog, vec![drop_extent(1, 1), drop_extent(2, 1), extent(3, 1)]).await.unwrap();
    assert_eq!(catalog.journal(None, 100).await.unwrap().len(), 3);
    commit(&catalog, vec![drop_extent(3, 1)]).await.unwrap();
    let entries = catalog.journal(None, 1).await.unwrap();
    assert_eq!((entries[0].entity_name.as_str(), entries[0].version), ("T", 4));
}

#[tokio::test]
async fn drops_keep_the_entity_as_it_was() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    commit(&catalog, vec![function("f")]).await.unwrap();
    let database = DatabaseId(Uuid::from_u128(1));
    commit(&catalog, vec![Change::DropFunction { database, name: "f".into() }]).await.unwrap();
    commit(&catalog, vec![Change::DropDatabase(database)]).await.unwrap();
    let entries = catalog.journal(None, 2).await.unwrap();
    for entry in &entries {
        assert!(!entry.original_entity_state.is_empty() && entry.updated_entity_state.is_empty(), "{entry:?}");
    }
    assert_eq!((entries[0].entity_name.as_str(), entries[1].entity_name.as_str()), ("db", "f"));
}

#[tokio::test]
async fn operations_are_listed_by_id_and_database_and_survive_reopening() {
    let home = Home::new();
    let catalog = with_tables(&home).await;
    let seal = catalog.start_operation("RowStoreSeal", "db");
    home.clock.advance(TimeSpan::SECOND);
    let merge = catalog.start_operation("ExtentsMerge", "other");
    home.clock.advance(TimeSpan::SECOND);
    catalog.finish_operation(seal.clone(), OperationState::Failed, "disk full");
    let in_db = OperationFilter { database: Some("db".into()), ..OperationFilter::default() };
    let check = |catalog: &super::Catalog, merge_state: OperationState| {
        let found = catalog.operations(&in_db);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].state, found[0].status.as_str()), (OperationState::Failed, "disk full"));
        assert_eq!(found[0].duration(), TimeSpan(2 * TimeSpan::SECOND.0));
        let by_id = OperationFilter { ids: vec![merge.id], ..OperationFilter::default() };
        assert_eq!(catalog.operations(&by_id)[0].state, merge_state);
        let ids: Vec<_> = catalog.operations(&OperationFilter::default()).iter().map(|o| o.id).collect();
        assert_eq!(ids, [seal.id, merge.id]);
    };
    check(&catalog, OperationState::InProgress);
    catalog.close().await.unwrap();
    drop(catalog);
    // Nobody works on the merge any more.
    check(&home.open().await, OperationState::Abandoned);
}

#[tokio::test]
async fn operations_are_bounded_by_number_and_age_also_on_disk() {
    let home = Home::new();
    let catalog = home.open().await;
    for _ in 0..OPERATIONS_MAX + 50 {
        home.clock.advance(TimeSpan::TICK);
        let operation = catalog.start_operation("DataIngestPull", "db");
        catalog.finish_operation(operation, OperationState::Completed, "");
    }
    let all = OperationFilter::default();
    assert_eq!(catalog.operations(&all).len(), OPERATIONS_MAX);
    catalog.close().await.unwrap();
    drop(catalog);
    let catalog = home.open().await;
    assert_eq!(catalog.operations(&all).len(), OPERATIONS_MAX);
    home.clock.advance(OPERATION_RETENTION);
    home.clock.advance(TimeSpan::SECOND);
    let last = catalog.start_operation("DataIngestPull", "db");
    assert_eq!(catalog.operations(&all), std::slice::from_ref(&last));
    catalog.finish_operation(last, OperationState::Completed, "");
    catalog.close().await.unwrap();
    drop(catalog);
    assert_eq!(home.open().await.operations(&all).len(), 1);
}

#[test]
fn operations_can_be_recorded_outside_a_runtime() {
    let home = Home::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let catalog = runtime.block_on(home.open());
    let operation = catalog.start_operation("ExtentsDrop", "db");
    catalog.finish_operation(operation, OperationState::Completed, "");
    runtime.block_on(catalog.close()).unwrap();
    drop(catalog);
    let reopened = runtime.block_on(home.open());
    assert_eq!(reopened.operations(&OperationFilter::default()).len(), 1);
}
