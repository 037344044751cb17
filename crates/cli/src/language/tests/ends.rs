//! Where statements end.

use super::is_whole;

#[test]
fn a_query_ends_with_a_semicolon_or_an_empty_line() {
    assert!(!is_whole("Storms | count"));
    assert!(is_whole("Storms | count;"));
    assert!(is_whole("Storms | count; // all of them"));
    assert!(is_whole("Storms\n| count\n"));
    assert!(!is_whole("Storms\n| where a == ';'"));
}

#[test]
fn a_command_and_a_line_for_the_shell_end_with_their_line() {
    assert!(is_whole(".show tables"));
    assert!(is_whole("\\format csv"));
    assert!(!is_whole(".create table T (a: long,"));
    assert!(!is_whole(".set T <|"));
}

#[test]
fn what_follows_a_command_in_lines_of_its_own_ends_with_an_empty_one() {
    let script = ".execute database script <|\n.create table A (a: long)";
    assert!(!is_whole(script) && is_whole(&format!("{script}\n.create table B (b: long)\n")));
    let data = ".ingest inline into table T <|\n1,it's";
    assert!(!is_whole(data) && is_whole(&format!("{data}\n")));
    assert!(is_whole(".set-or-append T <| Storms | take 1"));
}

#[test]
fn open_brackets_strings_and_bars_go_on() {
    for text in ["print f(1", "print 'abc", "Storms |", "Storms | where a ==", "print a =", "print ```x"] {
        assert!(!is_whole(text) && !is_whole(&format!("{text}\n")), "{text}");
        assert!(is_whole(&format!("{text}\n\n")), "{text}: a second empty line ends everything");
    }
    assert!(!is_whole("print f(1;"));
}

#[test]
fn declarations_wait_for_what_uses_them() {
    assert!(!is_whole("let x = 1;"));
    assert!(!is_whole("let f = (a: long) { a + 1 };"));
    assert!(!is_whole("set notruncation;"));
    assert!(is_whole("let x = 1; print x;"));
    assert!(is_whole("let x = 1;\nprint x\n"));
}

#[test]
fn nothing_is_whole_and_a_comment_waits_for_its_query() {
    assert!(is_whole("") && is_whole("  \n"));
    assert!(!is_whole("// the count"));
    assert!(is_whole("// the count\nStorms | count;"));
}
