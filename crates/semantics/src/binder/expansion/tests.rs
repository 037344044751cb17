//! What a hostile query may make of names that stand for expressions of names.

use std::sync::Arc;

use calypso_model::ClusterState;

use crate::{GlobalState, bind};

fn messages(text: &str) -> Vec<String> {
    let globals = GlobalState {
        cluster_names: Vec::new(),
        cluster: Arc::new(ClusterState::default()),
        database: "NetDefaultDB".to_owned(),
        ..GlobalState::default()
    };
    let binding = bind(&calypso_syntax::parse(text).script, &globals);
    binding.diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

fn chain(length: usize, next: impl Fn(usize) -> String) -> String {
    let statements: String = (1..length).map(|k| format!("let a{k} = {};", next(k - 1))).collect();
    format!("let a0 = rand(); {statements} print a{}", length - 1)
}

#[test]
fn a_long_chain_of_names_is_refused_before_it_exhausts_the_stack() {
    assert_eq!(messages(&chain(200, |k| format!("a{k} + 1"))), Vec::<String>::new());
    let messages = messages(&chain(3000, |k| format!("a{k} + 1")));
    assert!(messages[0].starts_with("with its names replaced"), "{messages:?}");
}

#[test]
fn names_that_double_what_they_stand_for_are_refused_before_they_fill_the_memory() {
    let messages = messages(&chain(60, |k| format!("a{k} + a{k}")));
    assert!(messages[0].contains("parts"), "{messages:?}");
}

#[test]
fn a_pipe_through_very_many_operators_is_refused_at_the_first_too_many() {
    let piped = |count: usize| messages(&format!("range x from 1 to 3 step 1 {}", "| where x > 1 ".repeat(count)));
    assert_eq!(piped(1_000), Vec::<String>::new());
    assert_eq!(piped(1_001), ["the query pipes through more than 1000 operators"]);
}
