//! A reading position over tokens that collects diagnostics.
//!
//! Both the query parser and the command parser walk a text with it. It never moves past `End`, reports at most
//! one finding per token, and bounds nesting: whatever recurses goes through [`Cursor::nested`].

use crate::lexer::{self, Token, TokenKind};
use crate::{Diagnostic, DiagnosticCode, Span};

/// How many findings one text may have; the first ones tell the story.
const DIAGNOSTICS_MAX: usize = 100;

/// How deep brackets, calls and chains of operators may nest. A tree of this height can be walked and dropped
/// on a thread's ordinary stack. `and`, `or` and pipelines do not count: their trees are balanced or flat.
pub(crate) const DEPTH_MAX: usize = 1000;

/// Stack that must be left before a nested call; below it the stack grows by `STACK_GROWTH_BYTES`.
const STACK_RESERVE_BYTES: usize = 128 * 1024;
const STACK_GROWTH_BYTES: usize = 1024 * 1024;

/// The longest piece of the text that a message repeats.
const QUOTED_CHARS_MAX: usize = 40;

#[derive(Debug)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    height: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self::over(text, lexer::tokenize(text))
    }

    /// Walks tokens of `text` that the caller has read; an `End` is added if they lack one.
    pub(crate) fn over(text: &'t str, mut tokens: Vec<Token>) -> Self {
        if tokens.last().is_none_or(|token| token.kind != TokenKind::End) {
            let end = tokens.last().map_or(0, |token| token.span.end);
            tokens.push(Token { kind: TokenKind::End, span: Span::new(end, end) });
        }
        Self { text, tokens, at: 0, depth: 0, height: 0, diagnostics: Vec::new() }
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// The token that comes next.
    pub(crate) fn peek(&self) -> Token {
        self.nth(0)
    }

    /// The token `ahead` places after the next; `End` beyond the end.
    pub(crate) fn nth(&self, ahead: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.at + ahead).min(last)]
    }

    pub(crate) fn kind(&self) -> TokenKind {
        self.peek().kind
    }

    /// The text of the next token.
    pub(crate) fn word(&self) -> &'t str {
        self.nth_word(0)
    }

    pub(crate) fn nth_word(&self, ahead: usize) -> &'t str {
        self.text_of(self.nth(ahead).span)
    }

    pub(crate) fn text_of(&self, span: Span) -> &'t str {
        span.text(self.text)
    }

    /// Where the last read token ended; 0 at the start.
    pub(crate) fn previous_end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |at| self.tokens[at].span.end)
    }

    /// The span from `start` to the end of the last read token.
    pub(crate) fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.previous_end().max(start))
    }

    /// The start of the next token.
    pub(crate) fn start(&self) -> usize {
        self.peek().span.start
    }

    /// A place to come back to with `rewind`.
    pub(crate) fn mark(&self) -> usize {
        self.at
    }

    pub(crate) fn rewind(&mut self, mark: usize) {
        self.at = mark;
    }

    /// Takes the next token. At the end it stays there.
    pub(crate) fn bump(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    pub(crate) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at(TokenKind::End)
    }

    /// Says whether the next token is the word `word`; keywords of queries are case-sensitive.
    pub(crate) fn at_word(&self, word: &str) -> bool {
        self.nth_is_word(0, word)
    }

    pub(crate) fn nth_is_word(&self, ahead: usize, word: &str) -> bool {
        self.nth(ahead).kind == TokenKind::Identifier && self.nth_word(ahead) == word
    }

    /// As `at_word`, ignoring ASCII case: keywords of management commands.
    pub(crate) fn at_word_ignoring_case(&self, word: &str) -> bool {
        self.at(TokenKind::Identifier) && self.word().eq_ignore_ascii_case(word)
    }

    pub(crate) fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        self.at(kind).then(|| self.bump())
    }

    pub(crate) fn eat_word(&mut self, word: &str) -> Option<Token> {
        self.at_word(word).then(|| self.bump())
    }

    /// Takes `kind` or reports that `what` was expected.
    pub(crate) fn expect(&mut self, kind: TokenKind, what: &str) -> Option<Token> {
        let token = self.eat(kind);
        if token.is_none() {
            self.expected(what);
        }
        token
    }

    /// Takes the word `word` or reports that it was expected.
    pub(crate) fn expect_word(&mut self, word: &str) -> Option<Token> {
        let token = self.eat_word(word);
        if token.is_none() {
            self.expected(&format!("`{word}`"));
        }
        token
    }

    /// Says whether token `ahead` follows the one before it without a space.
    pub(crate) fn touches(&self, ahead: usize) -> bool {
        let before = match ahead.checked_sub(1) {
            Some(before) => self.nth(before).span.end,
            None => self.previous_end(),
        };
        self.nth(ahead).span.start == before
    }

    /// Counts the tokens of the hyphenated word that comes next (`project-away`, `set-or-append`) and gives its
    /// span. Only words and dashes that touch one another belong to it.
    pub(crate) fn hyphenated(&self) -> Option<(usize, Span)> {
        let first = self.peek();
        if first.kind != TokenKind::Identifier {
            return None;
        }
        let mut count = 1;
        while self.nth(count).kind == TokenKind::Minus
            && self.touches(count)
            && self.nth(count + 1).kind == TokenKind::Identifier
            && self.touches(count + 1)
        {
            count += 2;
        }
        Some((count, first.span.to(self.nth(count - 1).span)))
    }

    /// Takes `count` tokens.
    pub(crate) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    /// Reports that `what` was expected where the next token stands.
    pub(crate) fn expected(&mut self, what: &str) {
        let token = self.peek();
        let found = self.found(token);
        self.error_at(token, format!("expected {what}, found {found}"));
    }

    /// Reports `message` about the next token.
    pub(crate) fn error(&mut self, message: impl Into<String>) {
        self.error_at(self.peek(), message.into());
    }

    /// Reports `message` about tokens that have been read.
    pub(crate) fn error_over(&mut self, span: Span, message: &str) {
        self.report(Diagnostic::error(DiagnosticCode::Syntax, span, message));
    }

    /// As `expected`, with advice.
    pub(crate) fn expected_with_hint(&mut self, what: &str, hint: impl Into<String>) {
        let before = self.diagnostics.len();
        self.expected(what);
        if let Some(finding) = self.diagnostics.get_mut(before) {
            finding.hint.get_or_insert_with(|| hint.into());
        }
    }

    /// Adds a finding unless one already stands at the same place. Behind `TooDeep` nothing was read, so nothing is
    /// said.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.start;
        let idle = |earlier: &Diagnostic| earlier.span.start == start || earlier.code == DiagnosticCode::TooDeep;
        let known = self.diagnostics.iter().rev().any(idle);
        if !known && self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(diagnostic);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.diagnostics.is_empty()
    }

    fn error_at(&mut self, token: Token, message: String) {
        let diagnostic = match bad_token(token.kind) {
            Some((message, hint)) => Diagnostic::error(DiagnosticCode::Syntax, token.span, message).with_hint(hint),
            None => Diagnostic::error(DiagnosticCode::Syntax, token.span, message),
        };
        self.report(diagnostic);
    }

    /// Names a token for a message: its kind and a piece of its text.
    fn found(&self, token: Token) -> String {
        if token.kind == TokenKind::End {
            return TokenKind::End.describe().to_owned();
        }
        let text = self.text_of(token.span);
        let quoted: String = text.chars().take(QUOTED_CHARS_MAX).collect();
        let more = if quoted.len() < text.len() { "…" } else { "" };
        format!("{} `{quoted}{more}`", token.kind.describe())
    }

    /// Skips tokens until one at bracket level zero satisfies `stop`, a bracket closes that was not opened here,
    /// or the text ends. Reports what is not of the language on the way. Returns the span skipped.
    pub(crate) fn skip_until(&mut self, stop: impl Fn(TokenKind) -> bool) -> Span {
        let start = self.start();
        let mut open = 0_usize;
        loop {
            let kind = self.kind();
            let outside = open == 0 && (stop(kind) || kind.closes());
            if kind == TokenKind::End || outside {
                return self.span_from(start);
            }
            if kind.is_bad() {
                self.error("unexpected text");
            }
            if kind.opens() {
                open += 1;
            } else if kind.closes() {
                open -= 1;
            }
            self.bump();
        }
    }

    /// Runs `read` one level deeper, on more stack if needed. Beyond the limit it reports `TooDeep`, moves to the
    /// end of the text, and returns `None`.
    pub(crate) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH_MAX {
            self.too_deep();
            return None;
        }
        self.depth += 1;
        let outer = std::mem::take(&mut self.height);
        let result = stacker::maybe_grow(STACK_RESERVE_BYTES, STACK_GROWTH_BYTES, || read(self));
        self.depth -= 1;
        self.height = outer.max(self.height + 1);
        self.within_height().then_some(result)
    }

    /// Runs `read` and counts the height of what it reads apart from what stands beside it.
    pub(crate) fn measured<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.height);
        let result = read(self);
        self.height = self.height.max(outer);
        result
    }

    /// Counts one more link of a left-leaning chain (`a + b + c`, `a.b.c`), whose tree grows with its length.
    /// Returns false, with a report, beyond the limit.
    pub(crate) fn lengthen(&mut self) -> bool {
        self.height += 1;
        self.within_height()
    }

    fn within_height(&mut self) -> bool {
        let within = self.height <= DEPTH_MAX;
        if !within {
            self.too_deep();
        }
        within
    }

    fn too_deep(&mut self) {
        let message = format!("the query nests deeper than {DEPTH_MAX} levels");
        let too_deep = Diagnostic::error(DiagnosticCode::TooDeep, self.peek().span, message);
        self.report(too_deep);
        self.at = self.tokens.len() - 1;
    }
}

/// What is wrong with a token that is not of the language, and what to do about it.
fn bad_token(kind: TokenKind) -> Option<(&'static str, &'static str)> {
    match kind {
        TokenKind::BadString => Some((
            "the string has no closing quote",
            "close the string on its line, or use ``` for text of several lines",
        )),
        TokenKind::BadEscape => Some((
            "the string has an escape sequence that does not exist",
            "write `\\\\` for a backslash, or put `@` before the string",
        )),
        TokenKind::BadTyped => Some(("the literal has no closing parenthesis", "add `)`")),
        TokenKind::BadCharacter => Some(("the character is not part of the language", "remove it, or quote it")),
        _ => None,
    }
}
