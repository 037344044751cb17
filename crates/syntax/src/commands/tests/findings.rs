//! What is wrong with a command, where, and what to do about it.

use super::read;

#[test]
fn mistakes_are_told_from_what_is_not_supported() {
    let cases = [
        (
            ".show table my-table details",
            r#"Syntax at 14: expected the end of the name, found the token `-` (Some("quote a name that has dashes: `['my-table']`"))"#,
        ),
        (
            ".shwo tables",
            r#"Syntax at 1: expected the verb of a management command, such as `show`, found the word `shwo` (Some("did you mean `show`?"))"#,
        ),
        (
            ".show tabels",
            r#"Syntax at 6: expected what to show, such as `tables`, found the word `tabels` (Some("did you mean `table`?"))"#,
        ),
        (
            ".show table T detials",
            r#"Syntax at 14: expected one of `cslschema`, `data statistics`, `details`, `extents`, `ingestion`, `policy`, `principal`, `principals`, `schema`, found the word `detials` (Some("did you mean `details`?"))"#,
        ),
        (".show external table X", "NotSupported at 1: the command `.show external table` is not supported (None)"),
        (
            ".show materialized-views",
            "NotSupported at 1: the command `.show materialized-views` is not supported (None)",
        ),
        (".show workload_groups", "NotSupported at 1: the command `.show workload_groups` is not supported (None)"),
        (
            ".show table T operations mirroring-status",
            "NotSupported at 14: the command `.show table operations` is not supported (None)",
        ),
        (".undo drop table T version=x", "NotSupported at 1: the command `.undo drop table` is not supported (None)"),
        (".export async to csv (h'x') <| T", "NotSupported at 1: the command `.export` is not supported (None)"),
        (
            ".purge table T records in database D <| where x",
            "NotSupported at 1: the command `.purge` is not supported (None)",
        ),
        (
            ".create materialized-view V on table T { T }",
            "NotSupported at 1: the command `.create materialized-view` is not supported (None)",
        ),
        (
            ".create async ifnotexists materialized-view V on table T { T }",
            "NotSupported at 1: the command `.create ifnotexists materialized-view` is not supported (None)",
        ),
        (
            ".alter materialized-view V folder 'x'",
            "NotSupported at 1: the command `.alter materialized-view` is not supported (None)",
        ),
        (
            ".create table T",
            "Syntax at 15: expected `(` and the columns' names and types, found the end of the command (None)",
        ),
        (".create table T (a)", "Syntax at 18: expected `:` and a type, found the token `)` (None)"),
        (
            ".create table T (a:number)",
            r#"Syntax at 19: expected a scalar type, found the word `number` (Some("the scalar types are bool, datetime, decimal, dynamic, guid, int, long, real, string, timespan"))"#,
        ),
        (".create table T (a:int, a:long)", "DuplicateName at 24: the column `a` is declared twice (None)"),
        (".create table T (a:int", "Syntax at 22: expected `,` or `)`, found the end of the command (None)"),
        (
            ".create table T (a:int) garbage",
            "Syntax at 24: expected the end of the command, or `|` and a query, found the word `garbage` (None)",
        ),
        (
            ".create tabel T (a:int)",
            r#"Syntax at 8: expected one of `database`, `function`, `table`, `tables`, found the word `tabel` (Some("did you mean `table`?"))"#,
        ),
        (
            ".drop",
            "Syntax at 5: expected one of `cluster`, `column`, `database`, `extent`, `extents`, `function`, `functions`, `table`, `tables`, found the end of the command (None)",
        ),
        (
            r#".alter table T policy retention {"SoftDeletePeriod":"1.0"}"#,
            r#"Syntax at 32: expected `softdelete = 30d`, `recoverability = …` or the policy's JSON in quotes, found the token `{` (Some("put the JSON in quotes: `'{…}'`"))"#,
        ),
        (
            ".alter table T policy retenton '{}'",
            r#"Syntax at 22: expected the name of a policy, such as `retention`, found the word `retenton` (Some("did you mean `retention`?"))"#,
        ),
        (
            ".alter table T policy caching hot = 10",
            r#"Syntax at 36: expected a timespan, found the number `10` (Some("write a number with its unit, such as `30d` or `12h`"))"#,
        ),
        (
            r#".create table T ingestion json mapping 'm' "[unclosed"#,
            r#"Syntax at 43: the string has no closing quote (Some("close the string on its line, or use ``` for text of several lines"))"#,
        ),
        (".create function f() { T | take 1", "Syntax at 33: expected `}`, found the end of the command (None)"),
        (".create function f { T }", "Syntax at 19: expected `(` and the parameters, found the token `{` (None)"),
        (
            ".ingest inline into table T 1,2",
            r#"Syntax at 28: expected `<|` and data, found the number `1` (Some("the data follows `<|`, one record per line"))"#,
        ),
        (".ingest inline into table T [1,2", "Syntax at 28: the record has no closing `]` (None)"),
        (
            ".show operations notaguid",
            r#"Syntax at 17: expected an operation's id, found the word `notaguid` (Some("a guid is written 74be27de-1e4e-49d9-b579-fe0b331d3642"))"#,
        ),
        (".set T", "Syntax at 6: expected `<|` and a query, found the end of the command (None)"),
        (
            ".set stored_query_result X <| T",
            "NotSupported at 1: the command `.set stored_query_result` is not supported (None)",
        ),
        (".set-or-replace T U <| print 1", "Syntax at 18: expected `<|` and a query, found the word `U` (None)"),
        (
            ".add database D owners ('x')",
            "Syntax at 16: expected one of `admins`, `ingestors`, `monitors`, `unrestrictedviewers`, `users`, `viewers`, found the word `owners` (None)",
        ),
        (
            ".add foo",
            "Syntax at 5: expected one of `cluster`, `database`, `function`, `table`, found the word `foo` (None)",
        ),
        (
            ".delete table T records <| T",
            "NotSupported at 16: the command `.delete table records` is not supported (None)",
        ),
        (
            ".show database D mirroring",
            "Syntax at 17: expected one of `details`, `extents`, `identity`, `ingestion`, `journal`, `policies`, `policy`, `principals`, `schema`, found the word `mirroring` (None)",
        ),
        (
            ".clear cluster cache groupmembership",
            "NotSupported at 1: the command `.clear cluster cache` is not supported (None)",
        ),
        (
            ".alter column T.C policy encoding type='identifier'",
            "NotSupported at 18: the command `.alter column policy` is not supported (None)",
        ),
        (
            ".alter table D.T folder 'x'",
            r#"Syntax at 13: of a table of another database (`D`) only policies can be named (Some("send the command with that database"))"#,
        ),
        (
            ".show table D.T details",
            r#"Syntax at 12: of a table of another database (`D`) only policies can be named (Some("send the command with that database"))"#,
        ),
        (
            r#".ingest into table T ('x') with '{"format":"json"}'"#,
            r#"NotSupported at 32: properties as JSON text are not supported (Some("write them as `with (name = value, …)`"))"#,
        ),
        (
            ".alter database D persist metadata 'x'",
            "NotSupported at 18: the command `.alter database persist` is not supported (None)",
        ),
        (
            ".alter workload_group x 'y'",
            "NotSupported at 1: the command `.alter workload_group` is not supported (None)",
        ),
        (
            "print 1",
            r#"Syntax at 0: a management command begins with `.` (Some("a query goes to the query endpoint; put comments behind the command's first word"))"#,
        ),
        (
            "// c\n.show tables",
            r#"Syntax at 0: a management command begins with `.` (Some("a query goes to the query endpoint; put comments behind the command's first word"))"#,
        ),
        (
            ".create table A (a:int)\n.create table B (b:int)",
            r#"Syntax at 24: expected the end of the command, found the token `.` (Some("send one command per request, or all of them with `.execute database script <|`"))"#,
        ),
        (".update table T delete D append A <| x", "NotSupported at 1: the command `.update` is not supported (None)"),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}
