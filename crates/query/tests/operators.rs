//! Tabular operators over constant tables.

mod support;

use support::run;

#[track_caller]
fn check(query: &str, expected: &[&str]) {
    let results = run(query).unwrap_or_else(|e| panic!("{query}\n{e}"));
    assert_eq!(results.last().expect("a result"), expected, "{query}");
}

const T: &str = "let T = datatable(k:string, v:long, t:datetime) ['a', 1, datetime(2020-01-01), 'b', 2, datetime(2020-01-02), 'a', 3, datetime(2020-01-03), 'c', long(null), datetime(null)];";

fn t(rest: &str) -> String {
    format!("{T} T | {rest}")
}

#[test]
fn print_names_its_columns_by_position() {
    check("print 1, a = 2, 'x'", &["print_0:long|a:long|print_2:string", "1|2|x"]);
}

#[test]
fn range_gives_both_ends() {
    check("range x from 1 to 7 step 3", &["x:long", "1", "4", "7"]);
    check("range x from 3 to 1 step -1", &["x:long", "3", "2", "1"]);
}

#[test]
fn where_drops_rows_for_which_the_condition_is_null() {
    check(&t("where v > 1 | project k, v"), &["k:string|v:long", "b|2", "a|3"]);
    check(&t("where v != 1 | project k, v"), &["k:string|v:long", "b|2", "a|3", "c|null"]);
}

#[test]
fn sort_is_descending_with_nulls_last_by_default() {
    check(&t("sort by v | project v"), &["v:long", "3", "2", "1", "null"]);
    check(&t("sort by v asc | project v"), &["v:long", "null", "1", "2", "3"]);
}

#[test]
fn order_survives_filters_and_projections_behind_it() {
    let query = "range x from 1 to 20000 step 1 | sort by x desc | where x % 5000 == 0 | extend y = x * 2 | project y";
    check(query, &["y:long", "40000", "30000", "20000", "10000"]);
}

#[test]
fn top_orders_and_bounds() {
    check(&t("top 2 by v | project k, v"), &["k:string|v:long", "a|3", "b|2"]);
}

#[test]
fn summarize_names_and_groups() {
    check(
        &t("summarize count(), sum(v), avg(v), max(t) by k | sort by k asc"),
        &[
            "k:string|count_:long|sum_v:long|avg_v:real|max_t:datetime",
            "a|2|4|2.0|2020-01-03T00:00:00.0000000Z",
            "b|1|2|2.0|2020-01-02T00:00:00.0000000Z",
            "c|1|0|NaN|null",
        ],
    );
}

#[test]
fn summarize_over_no_rows_gives_the_documented_defaults() {
    check(
        &t("where false | summarize count(), sum(v), avg(v), make_list(v), dcount(k), max(v)"),
        &["count_:long|sum_v:long|avg_v:real|list_v:dynamic|dcount_k:long|max_v:long", "0|0|NaN|[]|0|null"],
    );
}

#[test]
fn arg_max_returns_the_row_of_the_greatest_key() {
    check(
        &t("summarize arg_max(v, *) by k | sort by k asc"),
        &[
            "k:string|v:long|t:datetime",
            "a|3|2020-01-03T00:00:00.0000000Z",
            "b|2|2020-01-02T00:00:00.0000000Z",
            "c|null|null",
        ],
    );
}

#[test]
fn aggregates_take_part_in_expressions() {
    check(&t("summarize r = sum(v) * 1.0 / count()"), &["r:real", "1.5"]);
}

#[test]
fn make_list_keeps_the_order_of_a_sort() {
    check(&t("sort by v asc | summarize make_list(k)"), &["list_k:dynamic", r#"["c","a","b","a"]"#]);
}

#[test]
fn percentiles_are_nearest_rank() {
    let query = "range x from 1 to 100 step 1 | summarize percentiles(x, 5, 50, 99.5)";
    check(query, &["percentile_x_5:long|percentile_x_50:long|percentile_x_99_5:long", "5|50|100"]);
}

#[test]
fn joins_of_every_kind_give_the_documented_columns() {
    let tables = "let L = datatable(k:string, a:long)['x',1,'x',2,'y',3]; let R = datatable(k:string, b:string)['x','r','z','q'];";
    let join = |kind: &str| format!("{tables} L | join kind={kind} R on k | sort by k asc, k asc");
    check(&join("inner"), &["k:string|a:long|k1:string|b:string", "x|1|x|r", "x|2|x|r"]);
    check(&join("leftouter"), &["k:string|a:long|k1:string|b:string", "x|1|x|r", "x|2|x|r", "y|3||"]);
    check(&join("leftanti"), &["k:string|a:long", "y|3"]);
    check(&join("leftsemi"), &["k:string|a:long", "x|1", "x|2"]);
    check(&join("rightanti"), &["k:string|b:string", "z|q"]);
    check(&format!("{tables} L | join R on k | count"), &["Count:long", "1"]);
    check(
        &format!("{tables} L | lookup R on k | sort by a asc"),
        &["k:string|a:long|b:string", "x|1|r", "x|2|r", "y|3|"],
    );
}

#[test]
fn union_lines_up_columns_by_name_and_type() {
    check(
        "let A = datatable(a:long)[1]; let B = datatable(a:long, b:string)[2,'x']; union withsource=s A, B | sort by a asc",
        &["s:string|a:long|b:string", "union_arg0|1|", "union_arg1|2|x"],
    );
}

#[test]
fn window_functions_see_their_neighbours() {
    check(
        &t(
            "sort by v asc nulls last | extend n = row_number(), p = prev(v), q = next(v, 1, -1), s = row_cumsum(v) | project v, n, p, q, s",
        ),
        &["v:long|n:long|p:long|q:long|s:long", "1|1|null|2|1", "2|2|1|3|3", "3|3|2|null|6", "null|4|3|-1|6"],
    );
}

#[test]
fn subqueries_run_before_the_query() {
    check(&t("where v == toscalar(T | summarize max(v)) | project k, v"), &["k:string|v:long", "a|3"]);
    check(&t("where k in ((T | where v >= 2 | project k)) | count"), &["Count:long", "3"]);
}

#[test]
fn dynamic_values_unfold_and_answer_paths() {
    check(
        "print d = dynamic({'a':{'b':[1,2]}}) | project x = d.a.b[1], y = d['a'].b[-1], z = d.missing",
        &["x:dynamic|y:dynamic|z:dynamic", "2|2|null"],
    );
    check("print d = dynamic([1,'a',null]) | mv-expand d", &["d:dynamic", "1", "a", "null"]);
}

#[test]
fn parse_reads_columns_out_of_text() {
    check(
        "print s = 'id=42, name=bob' | parse s with 'id=' id:long ', name=' name",
        &["s:string|id:long|name:string", "id=42, name=bob|42|bob"],
    );
}

#[test]
fn functions_of_the_query_expand_in_place() {
    check("let f = (a:long, b:long = 10) { a * b }; print f(2), f(2, 3)", &["print_0:long|print_1:long", "20|6"]);
    check(&format!("{T} let g = (S:(v:long)) {{ S | where v > 1 | count }}; g(T)"), &["Count:long", "2"]);
}

#[test]
fn null_comparisons_follow_kusto() {
    check(
        "print a = int(null) == 1, b = int(null) != 1, c = int(null) == int(null), d = not(int(null) == 1)",
        &["a:bool|b:bool|c:bool|d:bool", "false|true|null|true"],
    );
}

#[test]
fn unknown_names_are_reported_with_their_kind() {
    assert!(run("Nope | count").is_err_and(|e| e.contains("Failed to resolve table expression named 'Nope'")));
    assert!(run("print x = nofunction(1)").is_err_and(|e| e.contains("Unknown function: 'nofunction'")));
    assert!(run(&t("project kk")).is_err_and(|e| e.contains("'kk'")));
}

#[test]
fn getschema_lists_columns() {
    check(
        &t("getschema | project ColumnName, ColumnType"),
        &["ColumnName:string|ColumnType:string", "k|string", "v|long", "t|datetime"],
    );
}

#[test]
fn several_statements_give_several_results() {
    assert_eq!(run("print 1; print 2").expect("runs").len(), 2);
}

#[test]
fn scan_carries_state_from_row_to_row() {
    check(
        "range x from 1 to 3 step 1 | scan declare (total:long=0) with (step s: true => total = x + s.total;)",
        &["x:long|total:long", "1|1", "2|3", "3|6"],
    );
}

#[test]
fn a_subquery_runs_for_each_row_or_group() {
    check(
        "datatable(n:int, a:dynamic)[0, dynamic([5,1,3]), 1, dynamic([4,10])] | mv-apply v = a to typeof(long) on (top 1 by v)",
        &["n:int|a:dynamic|v:long", "0|[5,1,3]|5", "1|[4,10]|10"],
    );
    check(
        &t("partition by k (top 1 by v | project k, v) | sort by k asc"),
        &["k:string|v:long", "a|3", "b|2", "c|null"],
    );
}

#[test]
fn series_fill_places_without_rows() {
    check(
        &t(
            "where isnotnull(t) | make-series s = sum(v) default=0 on t from datetime(2020-01-01) to datetime(2020-01-05) step 1d by k | sort by k asc | project k, s",
        ),
        &["k:string|s:dynamic", "a|[1,0,3,0]", "b|[0,2,0,0]"],
    );
}

#[test]
fn plugins_learn_their_columns_from_data() {
    check(
        "datatable(d:dynamic)[dynamic({'Name':'John','Age':20}), dynamic({'Name':'Dave','Height':170})] | evaluate bag_unpack(d)",
        &["Age:long|Height:long|Name:string", "20|null|John", "null|170|Dave"],
    );
    check(&t("where isnotnull(v) | project k, v | evaluate pivot(k, sum(v))"), &["a:long|b:long", "4|2"]);
}

#[test]
fn pairs_of_keys_and_values_become_columns() {
    check(
        "print s = 'a=1 b=x y' | parse-kv s as (a:long, b:string) with (pair_delimiter=' ', kv_delimiter='=') | project a, b",
        &["a:long|b:string", "1|x"],
    );
}

#[test]
fn a_materialized_name_is_one_table_wherever_it_stands() {
    check("let m = materialize(range x from 1 to 3 step 1); m | join kind=inner m on x | count", &["Count:long", "3"]);
}

#[test]
fn a_fork_gives_a_result_for_each_branch() {
    let results = run("range x from 1 to 4 step 1 | fork (where x > 2) (count)").expect("runs");
    assert_eq!(results, vec![vec!["x:long", "3", "4"], vec!["Count:long", "4"]]);
}
