//! Commands about tables and columns.

use super::read;

#[test]
fn tables_and_columns_are_read() {
    let cases = [
        (".show tables", "Table(Show { tables: None, details: false })"),
        (
            ".show tables | project TableName, DatabaseName",
            "Table(Show { tables: None, details: false }) then | project TableName, DatabaseName",
        ),
        (
            r#".show tables | where TableName == "X""#,
            r#"Table(Show { tables: None, details: false }) then | where TableName == "X""#,
        ),
        (
            ".create table t (c:string, ['d e']:long, f:System.Int32)",
            "Table(Define { creation: Create, tables: [TableDefinition { name: t, columns: [(c, String), (d e, Long), (f, Int)] }], properties: ([]) })",
        ),
        (
            ".create-merge table t (['c']:string)",
            "Table(Define { creation: CreateMerge, tables: [TableDefinition { name: t, columns: [(c, String)] }], properties: ([]) })",
        ),
        (
            ".alter-merge table t (a:dynamic)",
            "Table(Define { creation: AlterMerge, tables: [TableDefinition { name: t, columns: [(a, Dynamic)] }], properties: ([]) })",
        ),
        (".drop table t ifexists skip-seal", "Table(Drop { tables: [t], if_exists: true })"),
        (".drop table t skip-seal", "Table(Drop { tables: [t], if_exists: false })"),
        (".drop table t", "Table(Drop { tables: [t], if_exists: false })"),
        (".drop tables (a,b,  c) ifexists", "Table(Drop { tables: [a, b, c], if_exists: true })"),
        (
            ".drop table t | where TableName == 'x'",
            "Table(Drop { tables: [t], if_exists: false }) then | where TableName == 'x'",
        ),
        (
            ".create tables A (x:int), B (y:long) with (folder='f')",
            r#"Table(Define { creation: Create, tables: [TableDefinition { name: A, columns: [(x, Int)] }, TableDefinition { name: B, columns: [(y, Long)] }], properties: ([{ name: folder, value: String("f") }]) })"#,
        ),
        (
            ".create table N based-on O ifnotexists with (docstring='d')",
            r#"Table(CreateBasedOn { name: N, based_on: O, if_not_exists: true, properties: ([{ name: docstring, value: String("d") }]) })"#,
        ),
        (
            ".create table date(a:date)",
            "Table(Define { creation: Create, tables: [TableDefinition { name: date, columns: [(a, DateTime)] }], properties: ([]) })",
        ),
        (
            r#".alter table T (a:int) with (docstring='x', folder="y")"#,
            r#"Table(Define { creation: Alter, tables: [TableDefinition { name: T, columns: [(a, Int)] }], properties: ([{ name: docstring, value: String("x") }, { name: folder, value: String("y") }]) })"#,
        ),
        (".show table T", "Table(ShowColumns { table: T })"),
        (".show table T details", "Table(Show { tables: Some([T]), details: true })"),
        (".show table T cslschema", "Table(ShowCslSchema { table: T })"),
        (".show table T schema as json", "Table(ShowJsonSchema { table: T })"),
        (".show table T schema", "Table(ShowCslSchema { table: T })"),
        (".show tables details", "Table(Show { tables: None, details: true })"),
        (".show tables (A, B) details", "Table(Show { tables: Some([A, B]), details: true })"),
        (
            ".show table T data statistics with (samplepercent=1.5, scope=all, from=datetime(2020-01-01), to=1d)",
            r#"Table(ShowDataStatistics { table: T, properties: ([{ name: samplepercent, value: Real(1.5) }, { name: scope, value: String("all") }, { name: from, value: DateTime(DateTime(637134336000000000)) }, { name: to, value: TimeSpan(TimeSpan(864000000000)) }]) })"#,
        ),
        (".rename table A to B", "Table(Rename { renames: [TableRename { from: A, to: B, if_exists: false }] })"),
        (
            ".rename tables A=B, B=A ifexists",
            "Table(Rename { renames: [TableRename { from: B, to: A, if_exists: false }, TableRename { from: A, to: B, if_exists: true }] })",
        ),
        (".clear table T data", "Table(Clear { table: T })"),
        (".clear async table T data", "Table(Clear { table: T }) async"),
        (".alter table T docstring 'a' 'b'", r#"Table(SetDocstring { table: T, docstring: "ab" })"#),
        (".alter table T folder 'x'", r#"Table(SetFolder { table: T, folder: "x" })"#),
        (
            ".alter column T.C type=long",
            "Column(AlterType { column: ColumnName { database: None, table: T, name: C }, column_type: Long })",
        ),
        (
            ".alter column D.T.['C'] type = string",
            "Column(AlterType { column: ColumnName { database: Some(D), table: T, name: C }, column_type: String })",
        ),
        (".drop column T.C ifexists", "Column(Drop { table: T, columns: [C], if_exists: true })"),
        (".drop table T columns (a, b)", "Column(Drop { table: T, columns: [a, b], if_exists: false })"),
        (
            ".rename column T.C to D",
            "Column(Rename { renames: [ColumnRename { from: ColumnName { database: None, table: T, name: C }, to: D }] })",
        ),
        (
            ".rename columns X = T.A, Y = T.B",
            "Column(Rename { renames: [ColumnRename { from: ColumnName { database: None, table: T, name: A }, to: X }, ColumnRename { from: ColumnName { database: None, table: T, name: B }, to: Y }] })",
        ),
        (
            r#".alter table T column-docstrings (a: 'x', b:"y")"#,
            r#"Column(SetDocstrings { table: T, docstrings: [ColumnDocstring { column: a, docstring: "x" }, ColumnDocstring { column: b, docstring: "y" }], merge: false })"#,
        ),
        (
            ".alter-merge table T column-docstrings (a:'x')",
            r#"Column(SetDocstrings { table: T, docstrings: [ColumnDocstring { column: a, docstring: "x" }], merge: true })"#,
        ),
        (".show tables;", "Table(Show { tables: None, details: false })"),
        (".show tables ; print 1", "Table(Show { tables: None, details: false }) then ; print 1"),
        ("   \n .show tables", "Table(Show { tables: None, details: false })"),
        (".show  table   T   details  ", "Table(Show { tables: Some([T]), details: true })"),
        (".Show Tables", "Table(Show { tables: None, details: false })"),
        (".alter table [My Table] folder 'x'", r#"Table(SetFolder { table: My Table, folder: "x" })"#),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}
