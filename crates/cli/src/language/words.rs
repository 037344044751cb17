//! Words of the language, and the text as words with what stands around them.

use calypso_syntax::{LexemeKind, Span, lexemes, operator_names};

use super::operators::SOURCES;

/// Words that are neither names nor operators that begin a step.
pub(super) const KEYWORDS: &[&str] = &[
    "accumulate",
    "and",
    "as",
    "asc",
    "between",
    "by",
    "contains",
    "contains_cs",
    "declare",
    "default",
    "desc",
    "endswith",
    "endswith_cs",
    "false",
    "first",
    "from",
    "has",
    "has_all",
    "has_any",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "hint",
    "in",
    "in~",
    "isfuzzy",
    "kind",
    "last",
    "let",
    "matches",
    "null",
    "nulls",
    "of",
    "on",
    "or",
    "pattern",
    "query_parameters",
    "regex",
    "restrict",
    "set",
    "startswith",
    "startswith_cs",
    "step",
    "to",
    "true",
    "typeof",
    "view",
    "where",
    "with",
    "withsource",
];

/// Words that begin a statement and are no operator.
pub(super) const STATEMENT_WORDS: [&str; 5] = ["declare", "let", "restrict", "set", "alias"];

/// Where a piece of the text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// First of a statement, of a bracket or of a branch: a table's name or an operator such as `print`.
    Source,
    /// Behind a bar: an operator.
    Step,
    /// Anywhere else.
    Inside,
}

/// A piece of the text with what stands around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) kind: LexemeKind,
    pub(super) span: Span,
    pub(super) position: Position,
    /// An opening bracket stands right behind it.
    pub(super) is_called: bool,
    /// It is part of a management command, not of a query.
    pub(super) in_command: bool,
}

/// Takes the text apart; operators of several words, such as `project-away`, are one piece.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let lexemes = lexemes(text);
    let mut pieces: Vec<Piece> = Vec::with_capacity(lexemes.len());
    let mut position = Position::Source;
    let mut in_command = false;
    let mut at = 0;
    while let Some(lexeme) = lexemes.get(at) {
        let count = if lexeme.kind == LexemeKind::Word { hyphenated(text, &lexemes[at..]) } else { 1 };
        let span = lexeme.span.to(lexemes[at + count - 1].span);
        let next = lexemes.get(at + count);
        let is_called = next.is_some_and(|next| next.kind == LexemeKind::Open && next.span.text(text) == "(");
        if lexeme.kind == LexemeKind::Dot && position == Position::Source && pieces.iter().all(is_comment) {
            in_command = true;
        }
        pieces.push(Piece { kind: lexeme.kind, span, position, is_called, in_command });
        if matches!(lexeme.kind, LexemeKind::Bar | LexemeKind::LessBar) {
            in_command = false;
        }
        position = match lexeme.kind {
            LexemeKind::Comment => position,
            LexemeKind::Bar => Position::Step,
            LexemeKind::LessBar | LexemeKind::Semicolon => Position::Source,
            LexemeKind::Open if span.text(text) != "[" => Position::Source,
            _ => Position::Inside,
        };
        at += count;
    }
    pieces
}

fn is_comment(piece: &Piece) -> bool {
    piece.kind == LexemeKind::Comment
}

/// Returns how many pieces form the operator that begins here: `project`, `-`, `away`.
fn hyphenated(text: &str, rest: &[calypso_syntax::Lexeme]) -> usize {
    let mut best = 1;
    let mut end = rest[0].span.end;
    let mut count = 1;
    while let (Some(dash), Some(word)) = (rest.get(count), rest.get(count + 1)) {
        let touches = dash.span.start == end && word.span.start == dash.span.end;
        if !touches || dash.span.text(text) != "-" || word.kind != LexemeKind::Word {
            break;
        }
        end = word.span.end;
        count += 2;
        let whole = Span::new(rest[0].span.start, end).text(text);
        if is_operator(whole) || calypso_syntax::command_verbs().any(|verb| verb == whole) {
            best = count;
        }
    }
    best
}

pub(super) fn is_operator(word: &str) -> bool {
    operator_names().any(|name| name == word)
}

/// Says whether `word` may stand where a table's name would.
pub(super) fn is_source(word: &str) -> bool {
    SOURCES.contains(&word)
}
