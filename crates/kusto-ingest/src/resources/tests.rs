//! Which resources are tried, and in which order.

use calypso_clock::{ManualClock, SeededIds};
use calypso_types::DateTime;

use super::*;

/// A manager that nobody is asked by.
fn manager(resources: &[ResourceUri]) -> ResourceManager {
    let service = Client::new("http://localhost:1").unwrap();
    let timing = Timing {
        clock: Arc::new(ManualClock::new(DateTime::UNIX_EPOCH)),
        ids: Arc::new(SeededIds::new(1)),
        ..Timing::default()
    };
    let manager = ResourceManager::new(&service, &Attempts::new(timing));
    let accounts = resources.iter().map(ResourceUri::account);
    manager.inner.accounts.lock().keep(accounts, DateTime::UNIX_EPOCH);
    manager
}

fn containers(names: &[&str]) -> Vec<ResourceUri> {
    names.iter().map(|name| ResourceUri::parse(&format!("http://h:1/{name}?sig=x")).unwrap()).collect()
}

fn names(resources: &[ResourceUri]) -> Vec<String> {
    resources.iter().map(|resource| resource.url().path().trim_start_matches('/').to_owned()).collect()
}

#[test]
fn accounts_alternate_and_their_resources_take_turns() {
    let all = containers(&["a/0", "a/1", "a/2", "b/0"]);
    let manager = manager(&all);
    let mut firsts_of_a = Vec::new();
    for _ in 0..3 {
        let order = names(&manager.in_order(&all));
        assert_eq!(order.len(), 4);
        assert!(
            order[..2].contains(&"b/0".to_owned()),
            "the second account comes before the first's second: {order:?}"
        );
        firsts_of_a.push(order.into_iter().find(|name| name.starts_with('a')).unwrap());
    }
    firsts_of_a.sort();
    assert_eq!(firsts_of_a, ["a/0", "a/1", "a/2"]);
}

#[test]
fn an_account_that_failed_is_tried_last() {
    let all = containers(&["a/0", "b/0", "c/0"]);
    let manager = manager(&all);
    manager.report_usage(&all[1], false);
    manager.report_usage(&all[2], true);
    for _ in 0..10 {
        assert_eq!(names(&manager.in_order(&all))[2], "b/0");
    }
}

#[test]
fn nothing_is_shown_of_what_a_manager_holds() {
    assert_eq!(format!("{:?}", manager(&containers(&["a/0"]))), "ResourceManager { .. }");
}
