//! Keeps secrets of commands and queries out of logs and of `.show queries`.

use std::borrow::Cow;

use crate::lexer::{Lexer, TokenKind};

/// What stands in place of a secret.
const MASK: &str = "***";

/// Names whose value, behind `=`, is a secret: of signed URLs, of storage keys, of SQL connection strings.
const SECRET_NAMES: [&str; 9] = [
    "sig",
    "accountkey",
    "sharedaccesskey",
    "sharedaccesssignature",
    "password",
    "pwd",
    "awscredentials",
    "clientsecret",
    "appkey",
];

/// Replaces what must not be logged by `***`: hidden strings (`h'…'`), signatures of shared access URLs, and
/// passwords and keys of connection strings.
#[must_use]
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let mut spans = hidden_strings(text);
    spans.extend(named_values(text));
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in spans {
        if start >= at {
            out.push_str(&text[at..start]);
            out.push_str(MASK);
        }
        at = at.max(end);
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Returns the contents of hidden strings, without prefix and quotes; of unclosed ones, to where they stop.
fn hidden_strings(text: &str) -> Vec<(usize, usize)> {
    let mut lexer = Lexer::new(text, 0);
    let mut spans = Vec::new();
    loop {
        let token = lexer.next_token();
        let literal = token.span.text(text);
        match token.kind {
            TokenKind::End => return spans,
            TokenKind::String | TokenKind::BadString | TokenKind::BadEscape if literal.starts_with(['h', 'H']) => {
                let prefix = literal.len() - literal.trim_start_matches(['h', 'H', '@']).len();
                let quotes =
                    ["```", "~~~"].into_iter().find(|fence| literal[prefix..].starts_with(fence)).map_or(1, str::len);
                let open = prefix + quotes;
                let closed = token.kind != TokenKind::BadString;
                let end = if closed { literal.len() - quotes } else { literal.len() };
                spans.push((token.span.start + open, token.span.start + end.max(open)));
            }
            _ => {}
        }
    }
}

/// Returns the values behind `name=` for the secret names, wherever they stand.
fn named_values(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    for (equal, _) in text.match_indices('=') {
        let name_start = bytes[..equal].iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
        let name = &text[name_start..equal];
        let compares = bytes.get(equal + 1) == Some(&b'=');
        if compares || !SECRET_NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name)) {
            continue;
        }
        let start = equal + 1;
        let ends = |byte: &u8| {
            byte.is_ascii_whitespace() || matches!(byte, b'&' | b'"' | b'\'' | b';' | b')' | b'`' | b'<' | b'\\')
        };
        let length = bytes[start..].iter().position(ends).unwrap_or(bytes.len() - start);
        if length > 0 {
            spans.push((start, start + length));
        }
    }
    spans
}
