//! Charts of `render`.

use crate::{screens::assert_screen, statements::server, terminal::Terminal};

#[test]
fn charts_are_drawn_where_tables_would_be() {
    let server = server();
    for (name, query) in [
        (
            "timechart",
            "Storms | make-series Damage = sum(Damage) on StartTime from datetime(2007-01-01) to datetime(2008-01-01) \
             step 30d | render timechart with (title='Damage, by month');",
        ),
        (
            "columnchart",
            "Storms | summarize Damage = sum(Damage) by EventType | order by EventType asc | render columnchart;",
        ),
        ("piechart", "Storms | summarize count() by State | order by State asc | render piechart;"),
    ] {
        let terminal = Terminal::start_with(&server, &[("NO_COLOR", "1")]);
        terminal.press(query);
        terminal.press("\r");
        terminal.wait_for(" in ");
        terminal.wait_for_prompt();
        assert_screen(name, &server, &terminal.screen());
    }
}

#[test]
fn series_have_colours_and_a_legend() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms | summarize sum(Damage) by bin(StartTime, 90d), State | order by State desc, StartTime asc | render timechart;\r");
    terminal.wait_for("● TEXAS");
    assert_eq!(terminal.style_of("● TEXAS").0, vt100::Color::Idx(4));
}

#[test]
fn what_is_not_drawn_is_a_table_that_says_so() {
    let server = server();
    let terminal = Terminal::start(&server);
    terminal.press("Storms | summarize count() by State | render treemap;\r");
    terminal.wait_for("(as a table: `render treemap` is not drawn in a terminal)");
}

#[test]
fn charts_can_be_asked_for_without_a_terminal() {
    let server = server();
    let query = "Storms | summarize Storms = count() by State | order by State asc | render barchart";
    let expected = "  IOWA │███████▎ 2\nKANSAS │██████████▊ 3\n TEXAS │██████████████████ 5\n";
    assert_eq!(server.query(&["--format", "chart", "--width", "36", query]).out(), expected);
    assert!(server.query(&[query]).out().starts_with("State   Storms\n"));
}
