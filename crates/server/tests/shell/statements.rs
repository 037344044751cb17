//! Statements, commands and errors in the shell.

use crate::{program::Server, screens::assert_screen, terminal::Terminal};

/// Storms that every test and the guide know.
pub(crate) const STORMS: &str = ".set-or-replace Storms <| datatable(StartTime: datetime, State: string, EventType: string, Damage: long)[\
    datetime(2007-01-05), 'TEXAS', 'Hail', 4500, datetime(2007-02-11), 'KANSAS', 'Tornado', 120000, \
    datetime(2007-03-28), 'TEXAS', 'Tornado', 250000, datetime(2007-04-13), 'TEXAS', 'Hail', 8000, \
    datetime(2007-05-04), 'KANSAS', 'Tornado', 900000, datetime(2007-06-21), 'IOWA', 'Flood', 60000, \
    datetime(2007-07-02), 'TEXAS', 'Flood', 300000, datetime(2007-08-19), 'IOWA', 'Hail', 15000, \
    datetime(2007-09-30), 'KANSAS', 'Hail', 2000, datetime(2007-11-15), 'TEXAS', 'Hail', 31000]";

pub(crate) fn server() -> Server {
    let server = Server::start();
    server.query(&[STORMS]).out();
    server
}

#[test]
fn a_query_over_several_lines_is_answered_with_a_table_and_its_time() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms\r");
    terminal.wait_for("            >");
    terminal.press("| summarize Storms = count(), Damage = sum(Damage) by State\r");
    terminal.enter("| order by Damage desc;");
    assert_screen("query", &server, &terminal.screen());
}

#[test]
fn errors_underline_the_word_and_say_what_to_try() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.enter("Storms | where Stat == 'TEXAS' | count;");
    terminal.enter("Storms | summrize count() by State;");
    terminal.enter("Storm | count;");
    assert_screen("errors", &server, &terminal.screen());
}

#[test]
fn lines_with_a_backslash_are_for_the_shell() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.enter("\\help");
    assert_screen("help", &server, &terminal.screen());
    terminal.enter("\\timing");
    terminal.enter("\\format csv");
    terminal.enter("Storms | count;");
    terminal.wait_for("Count\n10\n\n1 row\n");
    terminal.enter("\\format parquet");
    terminal.wait_for("calypso query --output FILE.parquet");
    terminal.enter("\\db Nowhere");
    terminal.wait_for("there is no database 'Nowhere'");
    terminal.enter("\\nonsense");
    terminal.wait_for("there is no \\nonsense");
    terminal.press("\\quit\r");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_new_database_is_known_at_once() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.enter(".create database Weather");
    terminal.press("\\db Weather\r");
    terminal.wait_for("\nWeather>");
    terminal.enter("print current_database();");
    terminal.wait_for("1 row");
    assert!(terminal.screen().contains("\nWeather\n\n1 row"), "{}", terminal.screen());
}

#[test]
fn without_a_terminal_there_is_no_shell() {
    let told = crate::program::run(&["repl"], b"").failure();
    assert!(told.contains("the shell needs a terminal") && told.contains("calypso query -"), "{told}");
}

#[test]
fn query_without_a_statement_begins_the_shell() {
    let server = server();
    let terminal = Terminal::run(&["query", "--cluster", &server.http], &[]);
    terminal.wait_for_prompt();
    terminal.enter("print 6 * 7;");
    terminal.wait_for("42");
}

#[test]
fn a_service_that_is_not_there_is_said_at_once() {
    let terminal = Terminal::run(&["repl", "--cluster", "http://127.0.0.1:1"], &[]);
    terminal.wait_for("hint: is `calypso serve` running");
    assert_eq!(terminal.end(), 1);
}

#[test]
fn parquet_does_not_garble_the_terminal() {
    let server = server();
    let terminal = Terminal::run(&["query", "--cluster", &server.http, "--format", "parquet", "print 1"], &[]);
    terminal.wait_for("name a file with `--output FILE.parquet`");
    assert_eq!(terminal.end(), 1);
}

#[test]
fn long_results_show_their_beginning_and_say_so() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.enter("range x from 1 to 1500 step 1;");
    terminal.wait_for("\n1000\n\n1500 rows, of which the first 1000 are shown in ");
}
