//! Turns query or command text into tokens.
//!
//! Tokens carry no values, only a kind and a span; values are read from the text when the parser wants them
//! (`string::value`, `number::…`), so that lexing is one pass without allocation per token. White space and
//! `//` comments vanish here. Text that is no token becomes one of the `Bad…` kinds: the parser reports it when
//! it meets it, so text that is skipped (inline data after `<|`) stays silent.

pub(crate) mod number;
pub(crate) mod string;
mod token;
pub(crate) mod typed;

pub(crate) use token::{Token, TokenKind};

use crate::Span;

/// Splits the whole text into tokens; the last is always [`TokenKind::End`].
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    tokenize_from(text, 0)
}

/// Splits the text from byte `offset` on, which must be a character boundary.
pub(crate) fn tokenize_from(text: &str, offset: usize) -> Vec<Token> {
    // Generous for prose-like queries; data tables rarely have shorter tokens than four bytes and a comma.
    let mut tokens = Vec::with_capacity((text.len() - offset.min(text.len())) / 4 + 2);
    let mut lexer = Lexer::new(text, offset);
    loop {
        let token = lexer.next_token();
        tokens.push(token);
        if token.kind == TokenKind::End {
            return tokens;
        }
    }
}

/// Reads tokens one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Lexer<'t> {
    /// Starts at byte `offset`, which must be a character boundary.
    pub(crate) fn new(text: &'t str, offset: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at: offset.min(text.len()) }
    }

    /// Returns the next token; at the end, `End` again and again.
    pub(crate) fn next_token(&mut self) -> Token {
        self.skip_trivia();
        let start = self.at;
        let Some(&first) = self.bytes.get(start) else {
            return Token { kind: TokenKind::End, span: Span::new(start, start) };
        };
        let (kind, end) = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(start),
            b'0'..=b'9' => number::scan(self.text, start),
            b'"' | b'\'' => string::scan(self.text, start),
            b'`' if self.text[start..].starts_with("```") => string::scan(self.text, start),
            b'~' if self.text[start..].starts_with("~~~") => string::scan(self.text, start),
            b'@' if string::starts_at(self.text, start) => string::scan(self.text, start),
            b'!' => self.bang(start),
            b'#' => (TokenKind::Directive, self.line_end(start)),
            0x80.. => self.other_letter(start),
            _ => self.punctuation(start, first),
        };
        self.at = end;
        Token { kind, span: Span::new(start, end) }
    }

    fn peek(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn skip_trivia(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0c => self.at += 1,
                b'/' if self.peek(self.at + 1) == b'/' => self.at = self.line_end(self.at),
                0x80.. => match self.text[self.at..].chars().next() {
                    Some(space) if is_space(space) => self.at += space.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..]
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(self.bytes.len(), |at| from + at)
    }

    /// A word that starts with an ASCII letter: name, keyword, typed literal, hidden string or raw guid.
    fn word(&self, start: usize) -> (TokenKind, usize) {
        let first = self.bytes[start];
        if matches!(first, b'h' | b'H') && string::starts_at(self.text, start) {
            return string::scan(self.text, start);
        }
        if first.is_ascii_hexdigit() && number::is_raw_guid(self.text, start) {
            return (TokenKind::RawGuid, start + number::RAW_GUID_BYTES);
        }
        let end = word_end(self.text, start + 1);
        match self.peek(end) {
            b'(' => typed::scan(self.text, start, end).unwrap_or((TokenKind::Identifier, end)),
            b'~' if &self.text[start..end] == "in" => (TokenKind::Identifier, end + 1),
            _ => (TokenKind::Identifier, end),
        }
    }

    /// `!=`, `!~`, or a negated operator such as `!has` and `!in~`.
    fn bang(&self, start: usize) -> (TokenKind, usize) {
        match self.peek(start + 1) {
            b'=' => (TokenKind::BangEqual, start + 2),
            b'~' => (TokenKind::BangTilde, start + 2),
            next if next.is_ascii_alphabetic() => {
                let end = word_end(self.text, start + 1);
                let tilde = &self.text[start..end] == "!in" && self.peek(end) == b'~';
                (TokenKind::BangWord, end + usize::from(tilde))
            }
            _ => (TokenKind::BadCharacter, start + 1),
        }
    }

    /// A name that starts with a letter beyond ASCII, or a character that is not of the language.
    fn other_letter(&self, start: usize) -> (TokenKind, usize) {
        match self.text[start..].chars().next() {
            Some(letter) if letter.is_alphabetic() => {
                (TokenKind::Identifier, word_end(self.text, start + letter.len_utf8()))
            }
            Some(other) => (TokenKind::BadCharacter, start + other.len_utf8()),
            None => (TokenKind::End, start),
        }
    }

    fn punctuation(&self, start: usize, first: u8) -> (TokenKind, usize) {
        let pair = TokenKind::of_pair(first, self.peek(start + 1));
        match pair {
            Some(kind) => (kind, start + 2),
            None => (TokenKind::of_byte(first).unwrap_or(TokenKind::BadCharacter), start + 1),
        }
    }
}

/// Which bytes continue a word: a table, because this is the lexer's innermost loop.
static WORD_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_usize;
    while byte < 128 {
        table[byte] = matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_');
        byte += 1;
    }
    table
};

/// Returns where the word that covers `from` ends: letters, digits and `_`.
pub(crate) fn word_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        if WORD_BYTES[usize::from(byte)] {
            at += 1;
            continue;
        }
        if byte < 0x80 {
            break;
        }
        match text[at..].chars().next() {
            Some(letter) if letter.is_alphanumeric() => at += letter.len_utf8(),
            _ => break,
        }
    }
    at
}

/// White space beyond ASCII, including the byte order mark and the zero-width space that editors leave behind.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{180e}' | '\u{200b}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
