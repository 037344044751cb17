//! Commands about policies.

use super::read;

#[test]
fn policies_are_read_as_json_and_in_their_short_forms() {
    let cases = [
        (
            ".show database MyDb  policy retention | project ChildEntities, EntityType",
            "Policy(PolicyCommand { entity: Database(Some(MyDb)), policy: retention, action: Show }) then | project ChildEntities, EntityType",
        ),
        (
            ".alter table t policy streamingingestion enable",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: t }]), policy: streamingingestion, action: Alter(Flag(true)) })",
        ),
        (
            ".alter table t policy streamingingestion disable",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: t }]), policy: streamingingestion, action: Alter(Flag(false)) })",
        ),
        (
            r#".alter table t policy ingestionbatching @'{"MaximumBatchingTimeSpan":"00:00:10"}'"#,
            r#"Policy(PolicyCommand { entity: Tables([TableName { database: None, name: t }]), policy: ingestionbatching, action: Alter(Json("{\"MaximumBatchingTimeSpan\":\"00:00:10\"}")) })"#,
        ),
        (
            r#".alter table t policy auto_delete @'{ "ExpiryDate" : "2026", "DeleteIfNotEmpty": true }'"#,
            r#"Policy(PolicyCommand { entity: Tables([TableName { database: None, name: t }]), policy: auto_delete, action: Alter(Json("{ \"ExpiryDate\" : \"2026\", \"DeleteIfNotEmpty\": true }")) })"#,
        ),
        (
            ".show database policy policy caching",
            "Policy(PolicyCommand { entity: Database(Some(policy)), policy: caching, action: Show })",
        ),
        (
            ".show database * policy merge",
            "Policy(PolicyCommand { entity: AllDatabases, policy: merge, action: Show })",
        ),
        (
            ".alter table T policy caching hot = 10d",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: caching, action: Alter(Caching { data_hot: TimeSpan(8640000000000), index_hot: TimeSpan(8640000000000), hot_windows: [] }) })",
        ),
        (
            ".alter table D.T policy caching hot=30d, hot_window = datetime(2021-01-01) .. datetime(2021-02-01), hot_window = datetime(2021-04-01) .. datetime(2021-05-01)",
            "Policy(PolicyCommand { entity: Tables([TableName { database: Some(D), name: T }]), policy: caching, action: Alter(Caching { data_hot: TimeSpan(25920000000000), index_hot: TimeSpan(25920000000000), hot_windows: [(DateTime(637450560000000000), DateTime(637477344000000000)), (DateTime(637528320000000000), DateTime(637554240000000000))] }) })",
        ),
        (
            ".alter database D policy caching hotdata = 1d hotindex = 2d",
            "Policy(PolicyCommand { entity: Database(Some(D)), policy: caching, action: Alter(Caching { data_hot: TimeSpan(864000000000), index_hot: TimeSpan(1728000000000), hot_windows: [] }) })",
        ),
        (
            ".alter cluster policy caching hot = 2d",
            "Policy(PolicyCommand { entity: Cluster, policy: caching, action: Alter(Caching { data_hot: TimeSpan(1728000000000), index_hot: TimeSpan(1728000000000), hot_windows: [] }) })",
        ),
        (
            ".alter-merge table T policy retention softdelete = 10d recoverability = disabled",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: retention, action: AlterMerge(Retention { soft_delete: Some(TimeSpan(8640000000000)), recoverable: Some(false) }) })",
        ),
        (
            ".alter-merge database policy retention recoverability = enabled",
            "Policy(PolicyCommand { entity: Database(None), policy: retention, action: AlterMerge(Retention { soft_delete: None, recoverable: Some(true) }) })",
        ),
        (
            ".alter tables (A, B) policy retention '{}'",
            r#"Policy(PolicyCommand { entity: Tables([TableName { database: None, name: A }, TableName { database: None, name: B }]), policy: retention, action: Alter(Json("{}")) })"#,
        ),
        (
            ".alter tables (A, ['B']) policy caching hot = 1d",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: A }, TableName { database: None, name: B }]), policy: caching, action: Alter(Caching { data_hot: TimeSpan(864000000000), index_hot: TimeSpan(864000000000), hot_windows: [] }) })",
        ),
        (
            ".show table T policy update",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: update, action: Show })",
        ),
        (
            ".show table * policy retention",
            "Policy(PolicyCommand { entity: AllTables, policy: retention, action: Show })",
        ),
        (".show cluster policy caching", "Policy(PolicyCommand { entity: Cluster, policy: caching, action: Show })"),
        (
            ".delete table T policy retention   // gone",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: retention, action: Delete })",
        ),
        (
            ".delete database D policy merge",
            "Policy(PolicyCommand { entity: Database(Some(D)), policy: merge, action: Delete })",
        ),
        (
            ".alter table T policy roworder (a asc, b desc) | take 1",
            r#"Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: roworder, action: Alter(Text("(a asc, b desc)")) }) then | take 1"#,
        ),
        (
            r#".alter table T policy row_level_security enable "f()""#,
            r#"Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: row_level_security, action: Alter(Text("enable \"f()\"")) })"#,
        ),
        (
            ".alter table T policy ingestiontime true",
            "Policy(PolicyCommand { entity: Tables([TableName { database: None, name: T }]), policy: ingestiontime, action: Alter(Flag(true)) })",
        ),
        (
            r#".alter cluster policy request_classification '{}' <| iff(true, "a", "b")"#,
            r#"Policy(PolicyCommand { entity: Cluster, policy: request_classification, action: Alter(Text("'{}' <| iff(true, \"a\", \"b\")")) })"#,
        ),
        (
            ".show table D.T policy caching",
            "Policy(PolicyCommand { entity: Tables([TableName { database: Some(D), name: T }]), policy: caching, action: Show })",
        ),
        (
            ".alter cluster policy callout '[]'",
            r#"Policy(PolicyCommand { entity: Cluster, policy: callout, action: Alter(Json("[]")) })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}
