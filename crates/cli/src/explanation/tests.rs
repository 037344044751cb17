//! Underlining.

use super::*;

fn explained(message: &str, statement: &str) -> String {
    explain(&Error::new(ErrorKind::Service, format!("SEM0100: {message}")), Some(statement))
}

#[test]
fn the_word_is_underlined_and_the_hint_stands_below() {
    let message = "Failed to resolve scalar expression named 'Stat' [line:position=2:9]. did you mean `State`?";
    let expected = "\
SEM0100: Failed to resolve scalar expression named 'Stat'
  |
2 | | where Stat == 'x'
  |         ^^^^
hint: did you mean `State`?";
    assert_eq!(explained(message, "T\n| where Stat == 'x'\n"), expected);
}

#[test]
fn wide_characters_and_tabs_keep_the_underline_in_place() {
    let text = explained("no such thing [line:position=1:5]", "日本\t=zz");
    assert!(text.ends_with("1 | 日本 =zz\n  |       ^^"), "{text}");
}

#[test]
fn long_lines_are_cut_around_the_word() {
    let statement = format!("T | where {} and bad{}", "a ".repeat(200), " x".repeat(200));
    let column = statement.find("bad").unwrap() + 1;
    let text = explained(&format!("wrong [line:position=1:{column}]"), &statement);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[2].starts_with("1 | …") && lines[2].ends_with('…'), "{text}");
    assert!(lines[2].chars().count() < 110, "{text}");
    let offset = lines[3].find('^').unwrap();
    assert_eq!(lines[2].chars().skip(offset).take(3).collect::<String>(), "bad");
}

#[test]
fn places_outside_the_text_are_not_pointed_at() {
    assert_eq!(explained("odd [line:position=7:1]", "T"), "SEM0100: odd");
    assert_eq!(explained("odd [line:position=0:0]", "T"), "SEM0100: odd");
    assert!(explained("cut [line:position=1:9]", "T |").ends_with("1 | T |\n  |    ^"));
}

#[test]
fn a_message_without_a_place_is_printed_as_it_is() {
    assert_eq!(explained("Database 'x' was not found.", "T"), "SEM0100: Database 'x' was not found.");
}

#[test]
fn results_that_were_cut_say_how_to_have_all() {
    let text = explained("too many records (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).", "T");
    assert!(text.ends_with("\nhint: `set notruncation;` before the query lifts the limit; `--format csv` and `jsonl` write rows as they come"), "{text}");
}

#[test]
fn connections_that_do_not_come_about_have_hints_of_the_flags() {
    let told = |message: &str| explain(&Error::new(ErrorKind::Unreachable, message), None);
    assert!(
        told("cannot reach https://x: invalid peer certificate: UnknownIssuer")
            .contains("hint: trust the authority with `--ca")
    );
    let refused = told("cannot reach http://localhost:8080: Connection refused (os error 111)");
    assert!(refused.ends_with("is `calypso serve` running, and does it listen on http://localhost:8080?"), "{refused}");
    assert!(told("the connection broke").contains("`calypso doctor`"));
}
