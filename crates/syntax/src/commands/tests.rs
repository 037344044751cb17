//! What commands are read as: the tree without its spans.

use super::parse_command;

mod databases;
mod extents;
mod findings;
mod functions;
mod ingestion;
mod mappings;
mod policies;
mod principals;
mod queued;
mod robustness;
mod secrets;
mod service;
mod tables;

/// Prints a command's tree in Debug's form, names as their bare text.
fn read(text: &str) -> String {
    match parse_command(text) {
        Ok(command) => {
            let debug = without_spans(&format!("{:?}", command.kind));
            let mut out = debug.replace("CommandProperties(", "(").replace("CommandProperty { ", "{ ");
            if command.is_async {
                out.push_str(" async");
            }
            if let Some(tail) = command.tail {
                assert_eq!(&text[tail.offset..], tail.text);
                out.push_str(&format!(" then {}", tail.text));
            }
            out
        }
        Err(finding) => {
            format!("{:?} at {}: {} ({:?})", finding.code, finding.span.start, finding.message, finding.hint)
        }
    }
}

fn without_spans(debug: &str) -> String {
    const OPEN: &str = "Name { text: \"";
    const CLOSE: &str = "\", span: Span {";
    let mut out = String::new();
    let mut rest = debug;
    while let Some(at) = rest.find(OPEN) {
        out.push_str(&rest[..at]);
        rest = &rest[at + OPEN.len()..];
        let end = rest.find(CLOSE).unwrap();
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        rest = &rest[rest.find("} }").unwrap() + 3..];
    }
    out + rest
}
