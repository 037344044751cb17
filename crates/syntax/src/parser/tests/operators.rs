//! Every tabular operator that has a tree.

use super::{findings, tree};

#[test]
fn filters_and_counts() {
    assert_eq!(tree("T | where a > 1 | filter b"), "(| T (where (Greater a 1)) (where b))");
    assert_eq!(tree("T | take 5 | limit 6 | count"), "(| T (take 5) (take 6) (count))");
    assert_eq!(tree("T | sample 3 | sample-distinct 4 of a"), "(| T (sample 3) (sample-distinct 4 a))");
    assert_eq!(tree("T | getschema | consume decodeblocks=true"), "(| T (getschema) (consume @decodeblocks=true))");
    assert_eq!(tree("T | as hint.materialized=true X"), "(| T (as @hint.materialized=true X))");
    assert_eq!(tree("T | invoke f(1)"), "(| T (invoke (f 1)))");
}

#[test]
fn projections() {
    assert_eq!(tree("T | project a, b = c + 1, (d, e) = f(x)"), "(| T (project a b=(Add c 1) (d e)=(f x)))");
    assert_eq!(tree("T | project-away a*, *b, c"), "(| T (project-away a* *b c))");
    assert_eq!(tree("T | project-keep ['a b'], x*y*1"), "(| T (project-keep a b x*y*1))");
    assert_eq!(tree("T | project-rename a = b, ['c d'] = e"), "(| T (project-rename a=b c d=e))");
    assert_eq!(tree("T | project-reorder a, b* asc, * granny-desc"), "(| T (project-reorder a b*:asc *:granny-desc))");
    assert_eq!(tree("T | distinct * | distinct a, b.c"), "(| T (distinct *) (distinct a (. b c)))");
    assert_eq!(tree("T | serialize | serialize n = row_number()"), "(| T (serialize) (serialize n=(row_number)))");
}

#[test]
fn summarize_with_and_without_its_halves() {
    assert_eq!(
        tree("T | summarize n = count(), max(x) by bin(t, 1h), k = a.b"),
        "(| T (summarize n=(count) (max x) by (bin t ticks(36000000000)) k=(. a b)))"
    );
    assert_eq!(tree("T | summarize by a"), "(| T (summarize by a))");
    assert_eq!(
        tree("T | summarize hint.strategy=shuffle count()"),
        "(| T (summarize @hint.strategy=\"shuffle\" (count)))"
    );
    assert_eq!(tree("T | summarize kind = count()"), "(| T (summarize kind=(count)))");
}

#[test]
fn orders() {
    assert_eq!(tree("T | sort by a asc nulls first, b"), "(| T (sort a:Ascending:nullsFirst b))");
    assert_eq!(tree("T | order by f(a) desc"), "(| T (sort (f a):Descending))");
    assert_eq!(tree("T | top 5 by x desc nulls last"), "(| T (top 5 by x:Descending:nullsLast))");
}

#[test]
fn joins() {
    assert_eq!(
        tree("T | join kind=leftanti hint.remote=left (U | where b) on a, $left.c == $right.d"),
        "(| T (join @hint.remote=\"left\" LeftAnti (| U (where b)) on a (Equal (. $left c) (. $right d))))"
    );
    assert_eq!(tree("T | join U on a | count"), "(| T (join InnerUnique U on a) (count))");
    assert_eq!(tree("T | lookup kind=inner U on a"), "(| T (lookup Inner U on a))");
    assert_eq!(findings("T | join kind=sideways U on a"), ["unknown kind of join"]);
    assert_eq!(findings("T | join U | where a"), ["expected `on` and the columns to join by, found the token `|`"]);
}

#[test]
fn unions() {
    assert_eq!(
        tree("union withsource=S kind=outer isfuzzy=true (T | take 1), U, V*, database('d').*"),
        "(union @withsource=\"S\" @kind=\"outer\" @isfuzzy=true (| T (take 1)) U V* (. (database \"d\") *))"
    );
    assert_eq!(tree("T | union U, * | count"), "(| T (union U *) (count))");
}

#[test]
fn expansions() {
    assert_eq!(
        tree("T | mv-expand bagexpansion=array with_itemindex=i a = b to typeof(long), c limit 10"),
        "(| T (mv-expand @bagexpansion=\"array\" @with_itemindex=\"i\" a=b:long c limit 10))"
    );
    assert_eq!(tree("T | mvexpand a"), "(| T (mv-expand a))");
}

#[test]
fn parses() {
    assert_eq!(
        tree("T | parse kind=regex flags=Ui x with * 'a' y:long \"b\" z *"),
        "(| T (parse Regex { flags: \"Ui\" } x * \"a\" y:long \"b\" z *))"
    );
    assert_eq!(tree("T | parse-where x with 'a' ['y z']"), "(| T (parse-where Simple x \"a\" y z))");
    assert_eq!(tree("T | parse kind=relaxed f(x) with a ',' b"), "(| T (parse Relaxed (f x) a \",\" b))");
}

#[test]
fn sources() {
    assert_eq!(tree("print a = 1, 'x'"), "(print a=1 \"x\")");
    assert_eq!(tree("range x from 1 to 10 step 2"), "(range x 1 10 2)");
    assert_eq!(
        tree("datatable (a:int, ['b c']:string) [1, 'x', int(null), 'y',]"),
        "(datatable [a:int b c:string] 1 \"x\" int(null) \"y\")"
    );
    assert_eq!(tree("(T | take 1) | count"), "(| (| T (take 1)) (count))");
    assert_eq!(tree("database('d').T | count"), "(| (. (database \"d\") T) (count))");
    assert_eq!(tree("['my table'] | count"), "(| ['my table'] (count))");
}

#[test]
fn renders_in_both_forms() {
    assert_eq!(
        tree("T | render timechart with (title='x', ycolumns=a, b, kind=stacked, ymin=0)"),
        "(| T (render timechart title=\"x\" ycolumns=\"a,b\" kind=\"stacked\" ymin=0))"
    );
    assert_eq!(
        tree("T | render barchart kind=stacked title='x'"),
        "(| T (render barchart kind=\"stacked\" title=\"x\"))"
    );
    assert_eq!(tree("T | render 3Dchart"), "(| T (render 3Dchart))");
}

#[test]
fn operators_without_a_tree_are_skipped_to_the_next_pipe() {
    assert_eq!(
        tree("T | reduce by x with threshold=0.1 | graph-match (a)-[e]->(b) where a.x == 1 project a | count"),
        "(| T (unsupported reduce) (unsupported graph-match) (count))"
    );
    assert_eq!(
        tree("T | where a in (externaldata(x:string)[h'u'] with (format='csv') | project x)"),
        "(| T (where (in a (| (unsupported externaldata) (project x)))))"
    );
    assert_eq!(
        tree("G | graph-match (a)-[e*1..3]->(b) where a.x == 1 project b | count"),
        "(| G (unsupported graph-match) (count))"
    );
}

#[test]
fn words_of_operators_are_names_where_a_name_stands() {
    assert_eq!(tree("f(search, find, print)"), "(f search find print)");
    assert_eq!(tree("T | project search, range, top"), "(| T (project search range top))");
    assert_eq!(tree("T datascope=all | count"), "(| T (count))");
}
