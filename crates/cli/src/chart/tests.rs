//! Charts as text.

use calypso_types::{Scalar, ScalarType};
use kusto_data::Column;

use super::*;

fn table(columns: &[(&str, ScalarType)], rows: &[&[&str]]) -> Table {
    let row = |row: &&[&str]| row.iter().zip(columns).map(|(text, (_, ty))| Scalar::parse_as(*ty, text)).collect();
    let rows = rows.iter().map(row).collect();
    Table::new("PrimaryResult", columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect(), rows).unwrap()
}

fn visualization(properties: &str) -> Visualization {
    Visualization::read(properties).unwrap()
}

fn drawn(table: &Table, properties: &str, width: usize) -> String {
    draw(table, &visualization(properties), Some(width), false).unwrap()
}

fn refused(table: &Table, properties: &str) -> String {
    draw(table, &visualization(properties), Some(80), false).unwrap_err()
}

fn by_state() -> Table {
    table(
        &[("State", ScalarType::String), ("Events", ScalarType::Long)],
        &[&["TEXAS", "40"], &["KANSAS", "20"], &["IOWA", "5"], &["", "0"]],
    )
}

fn by_kind() -> Table {
    table(
        &[("State", ScalarType::String), ("Hail", ScalarType::Long), ("Wind", ScalarType::Long)],
        &[&["TEXAS", "40", "10"], &["KANSAS", "20", "30"]],
    )
}

fn by_day() -> Table {
    let rows: Vec<[String; 2]> =
        (1..=31).map(|day: i64| [format!("2007-01-{day:02}"), ((day - 16) * (day - 16)).to_string()]).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    table(&[("Day", ScalarType::DateTime), ("Events", ScalarType::Long)], &rows)
}

#[test]
fn what_is_drawn_is_read_from_the_property() {
    let read = visualization(
        r#"{"Visualization":"columnchart","Title":"Storms","XColumn":"State","Series":"a, b","YColumns":["x"],
            "Kind":"stacked","Legend":"hidden","YAxis":"log","Accumulate":true,"Ymin":0,"Ymax":"NaN"}"#,
    );
    assert_eq!((read.chart.as_str(), read.title.as_deref()), ("columnchart", Some("Storms")));
    assert_eq!((read.series.len(), read.y_columns.len()), (2, 1));
    assert!(read.is_stacked() && read.legend_hidden && read.y_log && read.accumulate);
    assert_eq!((read.y_min, read.y_max), (Some(0.0), None));
    for nothing in ["", "null", r#"{"Visualization":null}"#, r#"{"Visualization":"table"}"#] {
        assert_eq!(Visualization::read(nothing), None, "{nothing}");
    }
}

#[test]
fn bars_lie_with_their_names_and_values() {
    let expected = [
        "                 Storms",
        "  TEXAS │█████████████████████ 40",
        " KANSAS │██████████▌ 20",
        "   IOWA │██▋ 5",
        "(empty) │ 0",
    ];
    let text = drawn(&by_state(), r#"{"Visualization":"barchart","Title":"Storms"}"#, 40);
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn stacked_bars_add_up_and_a_legend_tells_them_apart() {
    let text = drawn(&by_kind(), r#"{"Visualization":"barchart","Kind":"stacked"}"#, 48);
    let expected = "\
█ Hail  ▒ Wind
 TEXAS │████████████████████████▒▒▒▒▒▒ 50
KANSAS │████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 50
";
    assert_eq!(text, expected);
}

#[test]
fn a_pie_is_drawn_as_shares() {
    let text = drawn(&by_state(), r#"{"Visualization":"piechart"}"#, 40);
    assert!(text.contains("TEXAS │█████████████████████ 61.5 %\n"), "{text}");
    assert!(text.ends_with("(a pie chart as bars: shares of 65)\n"), "{text}");
}

#[test]
fn columns_stand_on_their_names() {
    let text = drawn(&by_kind(), r#"{"Visualization":"columnchart"}"#, 40);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "█ Hail  ▒ Wind");
    assert!(lines[1].starts_with("40 │"), "{text}");
    assert!(lines.last().unwrap().contains("TEXAS") && lines.last().unwrap().contains("KANSAS"), "{text}");
    let full = lines.iter().filter(|line| line.contains('█') && line.contains('│')).count();
    assert_eq!(full, 12, "the highest bar is as high as the axis:\n{text}");
}

#[test]
fn columns_without_room_lie_down() {
    let rows: Vec<[String; 2]> = (0..40).map(|n| [format!("category {n}"), n.to_string()]).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let many = table(&[("c", ScalarType::String), ("n", ScalarType::Long)], &rows);
    let text = drawn(&many, r#"{"Visualization":"columnchart"}"#, 60);
    assert!(text.starts_with(" category 0 │"), "{text}");
}

#[test]
fn a_time_chart_has_times_below_and_numbers_beside() {
    let text = drawn(&by_day(), r#"{"Visualization":"timechart"}"#, 60);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].trim_start().starts_with("250│"), "{text}");
    assert!(lines[lines.len() - 2].contains('└'), "{text}");
    let below = lines.last().unwrap();
    for time in ["2007-01-01", "2007-01-16", "2007-01-31"] {
        assert!(below.contains(time), "{text}");
    }
    let dots = |line: &str| line.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c));
    assert!(lines.iter().filter(|line| dots(line)).count() >= 10, "the curve is as high as the chart:\n{text}");
}

#[test]
fn series_come_from_texts_and_without_colours_have_signs() {
    let storms = table(
        &[("Day", ScalarType::DateTime), ("State", ScalarType::String), ("n", ScalarType::Long)],
        &[
            &["2007-01-01", "TEXAS", "1"],
            &["2007-01-02", "TEXAS", "5"],
            &["2007-01-01", "IOWA", "3"],
            &["2007-01-02", "IOWA", "2"],
        ],
    );
    let text = drawn(&storms, r#"{"Visualization":"timechart"}"#, 60);
    assert!(text.starts_with("* TEXAS  o IOWA\n"), "{text}");
    assert!(text.matches('*').count() > 5 && text.matches('o').count() > 5, "{text}");
    let coloured = draw(&storms, &visualization(r#"{"Visualization":"timechart"}"#), Some(60), true).unwrap();
    assert!(coloured.starts_with("\u{1b}[34m● TEXAS\u{1b}[0m  \u{1b}[33m● IOWA\u{1b}[0m\n"), "{coloured:?}");
}

#[test]
fn arrays_of_make_series_are_points() {
    let series = table(
        &[("n", ScalarType::Dynamic), ("Day", ScalarType::Dynamic)],
        &[&[
            "[1, 2, 3, null]",
            r#"["2007-01-01T00:00:00.0000000Z","2007-01-02T00:00:00.0000000Z","2007-01-03T00:00:00.0000000Z","2007-01-04T00:00:00.0000000Z"]"#,
        ]],
    );
    let data = ChartData::of(&series, &visualization(r#"{"Visualization":"timechart"}"#)).unwrap();
    assert_eq!((data.series.len(), data.series[0].points.len()), (1, 3));
    assert_eq!(data.x_name, "Day");
}

#[test]
fn cards_show_the_values_of_the_first_row() {
    let one = table(&[("Storms", ScalarType::Long)], &[&["1234"]]);
    let expected = "\
╭────────────╮
│            │
│    1234    │
│   Storms   │
│            │
╰────────────╯
";
    assert_eq!(drawn(&one, r#"{"Visualization":"card"}"#, 40), expected);
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let negative = table(&[("a", ScalarType::String), ("n", ScalarType::Long)], &[&["x", "-1"]]);
    let texts = table(&[("a", ScalarType::String), ("b", ScalarType::String)], &[&["x", "y"]]);
    let empty = table(&[("a", ScalarType::String), ("n", ScalarType::Long)], &[]);
    for (table, chart, reason) in [
        (&by_state(), "treemap", "`render treemap` is not drawn in a terminal"),
        (&by_state(), "timechart", "there is no column of times"),
        (&texts, "barchart", "there is no column of numbers"),
        (&negative, "barchart", "bars cannot show values below nought"),
        (&empty, "columnchart", "there are no rows to draw"),
    ] {
        assert_eq!(refused(table, &format!(r#"{{"Visualization":"{chart}"}}"#)), reason);
    }
    let named = r#"{"Visualization":"barchart","XColumn":"Nowhere"}"#;
    assert_eq!(refused(&by_state(), named), "there is no column 'Nowhere'");
}

#[test]
fn marks_of_an_axis_are_round_numbers() {
    use super::axis::{Marks, short};
    assert_eq!(Marks::around(0.0, 97.0, 6).labels, ["0", "20", "40", "60", "80", "100"]);
    assert_eq!(Marks::around(-3.0, 4.0, 6).labels, ["-4", "-2", "0", "2", "4"]);
    assert_eq!(Marks::around(5.0, 5.0, 3).labels, ["0", "5"]);
    for (value, text) in
        [(0.0, "0"), (1234.0, "1234"), (12_345.0, "12.35k"), (2.5e6, "2.5M"), (0.25, "0.25"), (3e-9, "3.0e-9")]
    {
        assert_eq!(short(value), text);
    }
}

#[test]
fn one_point_and_equal_values_are_no_trouble() {
    let one = table(&[("x", ScalarType::DateTime), ("y", ScalarType::Real)], &[&["2007-01-01", "0"]]);
    for chart in ["timechart", "areachart", "scatterchart"] {
        assert!(drawn(&one, &format!(r#"{{"Visualization":"{chart}"}}"#), 40).lines().count() > 5);
    }
}

#[test]
fn shares_of_areas_add_up_to_a_hundred() {
    let rows: [&[&str]; 2] = [&["1", "1", "3"], &["2", "2", "2"]];
    let areas = table(&[("x", ScalarType::Long), ("a", ScalarType::Long), ("b", ScalarType::Long)], &rows);
    let text = drawn(&areas, r#"{"Visualization":"areachart","Kind":"stacked100","XColumn":"x"}"#, 40);
    let highest = text.lines().nth(1).unwrap();
    assert!(highest.starts_with("100│oooo"), "{text}");
    assert!(text.lines().nth(4).unwrap().contains('o') && text.contains("**"), "{text}");
}
