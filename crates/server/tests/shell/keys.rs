//! Completion, colours, history, and keys that end things.

use crate::{
    screens::assert_screen,
    statements::server,
    terminal::{DEADLINE, Terminal},
};

#[test]
fn tab_offers_operators_with_what_they_do() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms | project\t");
    terminal.wait_for("chooses, computes and orders columns");
    assert_screen("completion-operators", &server, &terminal.screen());
}

#[test]
fn tab_offers_columns_of_the_live_schema_and_functions_with_their_signatures() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms | where St\t");
    terminal.wait_for("datetime, of Storms");
    assert_screen("completion-columns", &server, &terminal.screen());
    terminal.press("\u{3}");
    terminal.wait_for_prompt();
    terminal.press("Storms | extend Day = startofd\t");
    terminal.wait_for("startofday(");
}

#[test]
fn a_table_that_was_created_is_offered() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.enter(".create table Brandnew (Fresh: long)");
    terminal.press("Bran\t");
    terminal.wait_for("> Brandnew");
}

#[test]
fn roles_have_colours_and_without_colours_there_are_none() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms | summarize n = count() by State // all");
    terminal.wait_for("// all");
    let (of_table, of_operator) = (terminal.style_of("Storms"), terminal.style_of("summarize"));
    let (of_function, of_column) = (terminal.style_of("count"), terminal.style_of("State"));
    assert_eq!(of_operator, (vt100::Color::Idx(4), true));
    assert_eq!(of_function, (vt100::Color::Idx(6), false));
    assert_eq!((of_table, of_column), ((vt100::Color::Idx(3), true), (vt100::Color::Idx(3), false)));
    let plain = Terminal::start_with(&server, &[("NO_COLOR", "1")]);
    plain.press("Storms | summarize");
    plain.wait_for("summarize");
    assert_eq!(plain.style_of("summarize"), (vt100::Color::Default, false));
}

/// Asks again and again until it holds.
fn poll(what: &str, holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < DEADLINE, "waited in vain: {what}");
    }
}

#[test]
fn control_c_cancels_the_query_here_and_at_the_service() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("range x from 1 to 1000000000 step 1 | summarize dcount(hash_sha256(tostring(x)));\r");
    let running = ".show running queries | where Text contains 'hash_sha256' | count";
    poll("the query runs", || server.rows(running) == "1\n");
    terminal.press("\u{3}");
    terminal.wait_for("cancelled");
    terminal.enter("print Alive = 1;");
    terminal.wait_for("Alive");
    poll("the query has ended at the service", || server.rows(running) == "0\n");
}

#[test]
fn control_c_forgets_what_was_typed_and_control_d_leaves() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms | nonsense");
    terminal.wait_for("nonsense");
    terminal.press("\u{3}");
    terminal.wait_for_prompt();
    terminal.enter("print Next = 1;");
    terminal.wait_for("Next");
    terminal.press("\u{4}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_history_lasts_and_has_no_secrets() {
    let server = server();
    let file = server.dir.path().join("history").display().to_string();
    let variables = [("CALYPSO_HISTORY", file.as_str())];
    let terminal = Terminal::start_with(&server, &variables);
    terminal.enter("print Remembered = 1;");
    terminal.enter("print h'a secret';");
    terminal.press("\u{4}");
    assert_eq!(terminal.end(), 0);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert_eq!(kept.lines().collect::<Vec<_>>(), ["print Remembered = 1;"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "for the owner's eyes only");
    }
    let terminal = Terminal::start_with(&server, &variables);
    terminal.press("\u{1b}[A");
    terminal.wait_for("> print Remembered = 1;");
}

#[test]
fn what_is_pasted_is_sent_as_one_statement() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("\u{1b}[200~Storms\n| where State == 'IOWA'\n\n| count\u{1b}[201~");
    terminal.wait_for("| count");
    terminal.press(";\r");
    terminal.wait_for("1 row");
    assert!(terminal.screen().contains("\n    2\n"), "{}", terminal.screen());
}

#[test]
fn completion_works_in_every_line() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms\r| where State == 'IOWA'\r| summ\t");
    terminal.wait_for("> | summarize");
    terminal.press("count();");
    terminal.wait_for("| summarize count();");
    terminal.press("\r");
    terminal.wait_for("1 row");
}

#[test]
fn a_script_of_commands_is_typed_over_several_lines() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press(".execute database script <|\r.create table One (a: long)\r.create table Two (a: long)\r\r");
    terminal.wait_for("2 rows");
    assert_eq!(server.rows(".show tables | where TableName in ('One', 'Two') | count"), "2\n");
}
