//! Precedence, paths, calls, lists.

use super::{findings, tree};

#[test]
fn looser_operators_enclose_tighter_ones() {
    assert_eq!(tree("a or b and c == d + e * f"), "(Or a (And b (Equal c (Add d (Multiply e f)))))");
    assert_eq!(tree("(a or b) and c"), "(And (Or a b) c)");
    assert_eq!(tree("a - b - c"), "(Subtract (Subtract a b) c)");
    assert_eq!(tree("a < b == c"), "(Equal (Less a b) c)");
    assert_eq!(tree("a * b has 'x'"), "(Multiply a (Has b \"x\"))");
    assert_eq!(tree("a <> -b"), "(NotEqual a (Minus b))");
}

#[test]
fn terms_of_and_and_or_keep_their_order() {
    assert_eq!(tree("a and b and c"), "(And (And a b) c)");
    assert_eq!(tree("a or b or c or d"), "(Or (Or a b) (Or c d))");
}

#[test]
fn string_operators_are_read_with_their_negations() {
    assert_eq!(tree("a !has_cs b"), "(NotHasCs a b)");
    assert_eq!(tree("a matches regex @'\\d'"), "(MatchesRegex a \"\\\\d\")");
    assert_eq!(tree("a =~ 'x' or b !~ 'y'"), "(Or (EqualTilde a \"x\") (NotEqualTilde b \"y\"))");
    assert_eq!(tree("* has 'x'"), "(Has * \"x\")");
    assert_eq!(tree("* == 'x'"), "(Equal * \"x\")");
}

#[test]
fn lists_and_ranges_follow_their_operand() {
    assert_eq!(tree("a in (1, 2)"), "(in a 1 2)");
    assert_eq!(tree("a !in~ ('x')"), "(!in~ a \"x\")");
    assert_eq!(tree("a in (T | project b)"), "(in a (| T (project b)))");
    assert_eq!(tree("a in ((T | project b))"), "(in a (| T (project b)))");
    assert_eq!(tree("a has_any (b, 'c')"), "(has_any a b \"c\")");
    assert_eq!(tree("a !between (1 .. b + 5) and c"), "(And (!between a 1 (Add b 5)) c)");
    assert_eq!(tree("a between (1d..2.5h)"), "(between a ticks(864000000000) ticks(90000000000))");
}

#[test]
fn paths_and_elements_chain_from_the_left() {
    assert_eq!(tree("a.b['c'][0][d + 1]"), "([] ([] (. (. a b) c) 0) (Add d 1))");
    assert_eq!(tree("$left.a == $right.b"), "(Equal (. $left a) (. $right b))");
    assert_eq!(tree("database('d').T"), "(. (database \"d\") T)");
    assert_eq!(tree("cluster('c').database('d').f(1)"), "(.f (.database (cluster \"c\") \"d\") 1)");
    assert_eq!(tree("a[-1]"), "([] a -1)");
}

#[test]
fn names_may_be_bracketed_or_keywords_of_other_places() {
    assert_eq!(tree("['a b'] + [\"c-d\"]"), "(Add ['a b'] ['c-d'])");
    assert_eq!(
        tree("T | where kind == 1 and type == 2 and count > 3"),
        "(| T (where (And (And (Equal kind 1) (Equal type 2)) (Greater count 3))))"
    );
    assert_eq!(tree("T | extend title = step, limit = from"), "(| T (extend title=step limit=from))");
    assert_eq!(tree("Größe.täglich"), "(. Größe täglich)");
    assert_eq!(tree("3Dchart"), "3Dchart");
}

#[test]
fn calls_take_names_stars_and_pipelines() {
    assert_eq!(tree("f(a=1, *, b)"), "(f a=1 * b)");
    assert_eq!(tree("count()"), "(count)");
    assert_eq!(tree("arg_max(t, *)"), "(arg_max t *)");
    assert_eq!(tree("toscalar(T | count)"), "(toscalar (| T (count)))");
    assert_eq!(
        tree("toscalar(range x from 1 to 3 step 1 | summarize max(x))"),
        "(toscalar (| (range x 1 3 1) (summarize (max x))))"
    );
    assert_eq!(tree("range(1, 3, 1)"), "(range 1 3 1)");
    assert_eq!(tree("f(typeof(*, a:long), typeof(int))"), "(f (typeof *:* a:long) (typeof :int))");
}

#[test]
fn comparisons_do_not_chain() {
    assert_eq!(findings("T | where a == b == c"), ["comparisons cannot be chained"]);
    assert_eq!(findings("T | where 1 < a < 3"), ["comparisons cannot be chained"]);
}

#[test]
fn a_word_that_is_an_operator_needs_brackets_as_a_name() {
    assert_eq!(findings("T | project and, a"), ["the name `and` needs brackets"]);
    assert_eq!(findings("T | where and a"), ["expected an expression, found the word `and`"]);
}
