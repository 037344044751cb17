//! Statements and functions.

use super::super::{parse_expression, parse_from, parse_function, parse_tail};
use super::outline::{expr, outline};
use super::tree;

#[test]
fn let_binds_scalars_tables_and_functions() {
    assert_eq!(tree("let a = 1; let T = U | where b; T"), "(let a 1)\n(let T (| U (where b)))\nT");
    assert_eq!(
        tree("let f = (a:int, b:string='x', c:long=-1) { a + c }; f(1)"),
        "(let f (function a:int b:string=\"x\" c:long=-1 {(Add a c)}))\n(f 1)"
    );
    assert_eq!(
        tree("let f = (T:(*), U:(x:long, y:real)) { let n = 1; T | take n; }; f(V, W)"),
        "(let f (function T:(*) U:(x:long y:real) {(let n 1); (| T (take n))}))\n(f V W)"
    );
    assert_eq!(tree("let v = view () { T };"), "(let v (view {T}))");
    assert_eq!(tree("let m = materialize(T | count); m"), "(let m (materialize (| T (count))))\nm");
    assert_eq!(tree("let x = (T | count); x"), "(let x (| T (count)))\nx");
    assert_eq!(tree("let ['a b'] = (1 + 2) * 3;"), "(let a b (Multiply (Add 1 2) 3))");
}

#[test]
fn options_and_parameters_are_statements() {
    assert_eq!(tree("set notruncation; set maxrows = 5; T"), "(set notruncation)\n(set maxrows 5)\nT");
    assert_eq!(
        tree("declare query_parameters (a:int = 3, b:string, c:datetime = datetime(null)); a"),
        "(declare a:int=3 b:string c:datetime=datetime(null))\na"
    );
}

#[test]
fn statements_without_a_tree_are_named() {
    assert_eq!(tree("alias database d = cluster('c').database('e'); T"), "(unsupported alias database)\nT");
    assert_eq!(tree("declare pattern p = (a:string)[b:string] { ('x').['y'] = { T; }; }; T"), "(pattern p 1)\nT");
    assert_eq!(tree("restrict access to (T, U*); T"), "(unsupported restrict access)\nT");
}

#[test]
fn empty_statements_and_directives_vanish() {
    assert_eq!(tree("#connect x\n;; T ;"), "T");
    assert_eq!(tree(" // nothing"), "");
}

#[test]
fn words_that_begin_statements_may_be_tables() {
    assert_eq!(tree("set | count"), "(| set (count))");
    assert_eq!(tree("alias | count"), "(| alias (count))");
}

#[test]
fn a_query_behind_a_command_keeps_its_place_in_the_text() {
    let text = ".set-or-append T <| U | take 1";
    let parsed = parse_from(text, 19);
    assert_eq!(parsed.diagnostics, Vec::new());
    assert_eq!(outline(&parsed.script), "(| U (take 1))");
    let (_, findings) = parse_expression("a +");
    assert_eq!(findings[0].span.start, 3);
    assert_eq!(expr(&parse_expression("a | count").0), "(| a (count))");
}

#[test]
fn the_tail_of_a_command_reads_the_commands_result() {
    let text = ".show tables | project A = '1' | take 1; print 2";
    let parsed = parse_tail(text, 13);
    assert_eq!(parsed.diagnostics, Vec::new());
    assert_eq!(outline(&parsed.script), "(| $command_result (project A=\"1\") (take 1))\n(print 2)");
}

#[test]
fn a_stored_function_is_parameters_and_a_body() {
    let (function, findings) = parse_function("(a:int, b:string='x') { T | take a }");
    assert_eq!(findings, Vec::new());
    assert_eq!(function.map(|function| (function.parameters.len(), function.body.len())), Some((2, 1)));
    assert_eq!(parse_function("() { T } x").1[0].message, "expected the end of the function, found the word `x`");
    assert!(parse_function("T | take 1").0.is_none());
}
