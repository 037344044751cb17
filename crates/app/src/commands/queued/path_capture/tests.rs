//! Paths with times in them.

use super::*;

fn capture(pieces: &[PathPiece]) -> Result<PathCapture, String> {
    PathCapture::new(&PathFormat(pieces.to_vec())).map_err(|error| error.message)
}

fn text(text: &str) -> PathPiece {
    PathPiece::Text(text.to_owned())
}

fn time(pattern: &str) -> PathPiece {
    PathPiece::Time { pattern: pattern.to_owned(), variable: "CreationTime".to_owned() }
}

#[test]
fn times_are_found_wherever_they_stand_in_the_path() {
    let path = "https://h/datasets/f/year=2024/month=03/day=16/b7.parquet";
    let day = DateTime::parse("2024-03-16");
    let capture = |pieces: &[PathPiece]| capture(pieces).unwrap().find(path);
    assert_eq!(capture(&[text("f/year="), time("yyyy'/month='MM'/day='dd"), text("/")]), day);
    assert_eq!(capture(&[time("year={yyyy}/month={MM}/day={dd}/")]), day);
    assert_eq!(capture(&[text("year="), time("yyyy'/month='M\"/day=\"d")]), day);
    assert_eq!(capture(&[text("year="), time("yyyy")]), DateTime::parse("2024-01-01"));
    assert_eq!(capture(&[text("Year="), time("yyyy")]), None);
    assert_eq!(capture(&[text("month="), time("yyyy")]), None);
}

#[test]
fn times_of_day_and_short_years_are_read() {
    let capture = |pattern: &str, path: &str| capture(&[time(pattern)]).unwrap().find(path);
    assert_eq!(capture("yyyyMMddHHmmss", "log-20260102030405.gz"), DateTime::parse("2026-01-02T03:04:05Z"));
    assert_eq!(capture("yy-M-d", "é/26-1-31/"), DateTime::parse("2026-01-31"));
    assert_eq!(capture("yyyy/MM/dd", "2026/13/01"), None);
    assert_eq!(capture("yyyy/MM/dd", "2026/02/30"), None);
    assert_eq!(capture("yyyy/MM/dd", "1999/2026/02/28"), DateTime::parse("2026-02-28"));
    assert_eq!(capture("yyyy/MM", ""), None);
}

#[test]
fn what_cannot_be_captured_is_told() {
    for pattern in ["yyyy-MMM", "MM/dd", "{yyyy", "{yyyyy}", "yyyy\\", ""] {
        let error = capture(&[time(pattern)]).unwrap_err();
        assert!(error.contains("is not a pattern that captures a time"), "{pattern}: {error}");
    }
    let other = PathPiece::Time { pattern: "yyyy".to_owned(), variable: "x".to_owned() };
    assert!(capture(&[other]).unwrap_err().contains("capturing 'x' from a path is not supported"));
}
