//! Commands about principals.

use super::read;

#[test]
fn principals_and_roles_are_read() {
    let cases = [
        (
            ".show database MyDb principals",
            "Principal(PrincipalCommand { entity: Database(Some(MyDb)), action: Show })",
        ),
        (".show cluster principals", "Principal(PrincipalCommand { entity: Cluster, action: Show })"),
        (
            ".show principal roles",
            "Principal(PrincipalCommand { entity: Cluster, action: ShowRoles { principal: None } })",
        ),
        (
            ".show database D principal 'aaduser=x' roles",
            r#"Principal(PrincipalCommand { entity: Database(Some(D)), action: ShowRoles { principal: Some("aaduser=x") } })"#,
        ),
        (
            ".set database D viewers none skip-results",
            "Principal(PrincipalCommand { entity: Database(Some(D)), action: Set(PrincipalChange { role: viewers, principals: [], skip_results: true, notes: None }) })",
        ),
        (
            ".set table T admins ('a')",
            r#"Principal(PrincipalCommand { entity: Table(T), action: Set(PrincipalChange { role: admins, principals: ["a"], skip_results: false, notes: None }) })"#,
        ),
        (
            r#".add database D viewers ('aadapp=x;y', "aaduser=z") 'notes'"#,
            r#"Principal(PrincipalCommand { entity: Database(Some(D)), action: Add(PrincipalChange { role: viewers, principals: ["aadapp=x;y", "aaduser=z"], skip_results: false, notes: Some("notes") }) })"#,
        ),
        (
            ".add database viewers ('aadapp=x')",
            r#"Principal(PrincipalCommand { entity: Database(None), action: Add(PrincipalChange { role: viewers, principals: ["aadapp=x"], skip_results: false, notes: None }) })"#,
        ),
        (
            ".add table T ingestors ('x') skip-results 'n'",
            r#"Principal(PrincipalCommand { entity: Table(T), action: Add(PrincipalChange { role: ingestors, principals: ["x"], skip_results: true, notes: Some("n") }) })"#,
        ),
        (
            ".add cluster alldatabasesviewers ('x')",
            r#"Principal(PrincipalCommand { entity: Cluster, action: Add(PrincipalChange { role: alldatabasesviewers, principals: ["x"], skip_results: false, notes: None }) })"#,
        ),
        (
            ".drop database D admins ('x')",
            r#"Principal(PrincipalCommand { entity: Database(Some(D)), action: Drop(PrincipalChange { role: admins, principals: ["x"], skip_results: false, notes: None }) })"#,
        ),
        (
            ".drop function f admins ('x')",
            r#"Principal(PrincipalCommand { entity: Function(f), action: Drop(PrincipalChange { role: admins, principals: ["x"], skip_results: false, notes: None }) })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}
