//! Cutting answers into frames.

use std::collections::VecDeque;

use super::splitter::{Splitter, SplitterError};

const FRAMES: [&str; 3] = [r#"{"a":[1,{"b":"]}\"\\"}]}"#, r#"{"é":"{[","u":"\u00e9"}"#, "{}"];

fn split(text: &str, piece_bytes: usize, limit: usize) -> (Vec<String>, Result<(), SplitterError>) {
    let (mut splitter, mut frames) = (Splitter::new(limit), VecDeque::new());
    splitter.expect_end();
    for piece in text.as_bytes().chunks(piece_bytes) {
        if let Err(error) = splitter.push(piece, &mut frames) {
            return (frames.into(), Err(error));
        }
    }
    let end = splitter.finish();
    (frames.into(), end)
}

#[test]
fn frames_are_found_whatever_stands_between_them_and_however_they_arrive() {
    for text in [
        format!("[{}]", FRAMES.join(",")),
        format!("[{}\n]\n", FRAMES.join("\n,")),
        format!(" [ {} ] ", FRAMES.join(" ,\r\n ")),
    ] {
        for piece_bytes in [1, 2, 3, 7, 1000] {
            let (frames, end) = split(&text, piece_bytes, 1000);
            assert_eq!((frames.as_slice(), end), (FRAMES.map(str::to_owned).as_slice(), Ok(())), "{piece_bytes}");
        }
    }
}

#[test]
fn frames_beyond_the_limit_are_refused_before_they_are_held() {
    let text = format!("[{},{{\"x\":\"{}\"}}]", FRAMES[2], "y".repeat(10_000));
    let (frames, end) = split(&text, 100, 50);
    assert_eq!((frames.len(), end), (1, Err(SplitterError::TooLarge { limit: 50 })));
}

#[test]
fn answers_that_end_early_or_hold_something_else_are_errors() {
    for text in ["", "[", "[{}", "[{},", "[{\"a\":", "[{} {}]", "[1]", "[[]]", "[{}]x", "[{}}"] {
        assert!(split(text, 3, 100).1.is_err(), "{text}");
    }
    let (_, end) = split("Bad request: no array", 4, 100);
    assert_eq!(end, Err(SplitterError::Refused("Bad request: no array".to_owned())));
    let mut unfinished = Splitter::new(10);
    unfinished.push(b"[{}]", &mut VecDeque::new()).unwrap();
    assert!(unfinished.finish().is_err(), "the last frame was not seen");
}

#[test]
fn bytes_that_are_no_utf8_are_an_error() {
    let mut splitter = Splitter::new(100);
    assert!(splitter.push(b"[{\"\xff\":1}]", &mut VecDeque::new()).is_err());
}
