//! What each word is: told by its place, by the functions and operators there are, and by the live schema.

use std::collections::BTreeSet;

use calypso_semantics::{aggregate_names, functions::scalar_function};
use calypso_syntax::{LexemeKind, Span, command_verbs, shown_entities};

use super::{
    schema::Schema,
    words::{KEYWORDS, Piece, Position, STATEMENT_WORDS, is_operator, is_source, pieces},
};

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Comment,
    Keyword,
    /// A tabular operator.
    Operator,
    Function,
    Table,
    Column,
    /// The words of a management command.
    Command,
    Number,
    String,
    Punctuation,
    /// What is not of the language.
    Bad,
    /// A name that is not known.
    Name,
}

/// Returns the role of every piece, in order.
pub(crate) fn roles(text: &str, schema: &Schema) -> Vec<(Span, Role)> {
    let pieces = pieces(text);
    let names = Names::of(text, &pieces, schema);
    pieces.iter().enumerate().map(|(index, piece)| (piece.span, role(text, &pieces, index, &names))).collect()
}

/// Names that the text itself makes known.
pub(super) struct Names<'a> {
    pub(super) schema: &'a Schema,
    /// Columns of the tables in the text, and names that are assigned.
    pub(super) columns: BTreeSet<String>,
    /// Names that `let` gives.
    pub(super) variables: BTreeSet<String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(text: &str, pieces: &[Piece], schema: &'a Schema) -> Self {
        let (mut columns, mut variables) = (BTreeSet::new(), BTreeSet::new());
        for (index, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.kind == LexemeKind::Word) {
            let word = piece.span.text(text);
            columns.extend(schema.columns(word).iter().map(|(name, _)| name.clone()));
            let is_assigned = pieces.get(index + 1).is_some_and(|next| next.kind == LexemeKind::Equal);
            let is_let = index > 0 && pieces[index - 1].span.text(text) == "let";
            if is_let {
                variables.insert(word.to_owned());
            } else if is_assigned && !KEYWORDS.contains(&word) && piece.position == Position::Inside {
                columns.insert(word.to_owned());
            }
        }
        Self { schema, columns, variables }
    }
}

fn role(text: &str, pieces: &[Piece], index: usize, names: &Names<'_>) -> Role {
    let piece = &pieces[index];
    match piece.kind {
        LexemeKind::Comment | LexemeKind::Directive => Role::Comment,
        LexemeKind::String => Role::String,
        LexemeKind::Number | LexemeKind::Typed => Role::Number,
        LexemeKind::NegatedWord => Role::Keyword,
        LexemeKind::Unclosed | LexemeKind::Bad => Role::Bad,
        LexemeKind::Dot if piece.in_command && index == 0 => Role::Command,
        LexemeKind::Word if piece.in_command => command_word(piece.span.text(text), names),
        LexemeKind::Word => query_word(text, pieces, index, names),
        _ => Role::Punctuation,
    }
}

fn command_word(word: &str, names: &Names<'_>) -> Role {
    let of_commands = |word: &str| {
        command_verbs().any(|verb| verb == word)
            || shown_entities().any(|entity| entity.split(' ').any(|part| part == word))
            || COMMAND_WORDS.contains(&word)
    };
    if names.schema.tables.contains_key(word) {
        Role::Table
    } else if of_commands(word) {
        Role::Command
    } else if calypso_types::ScalarType::from_name(word).is_some() {
        Role::Keyword
    } else {
        Role::Name
    }
}

/// Words of commands that are neither verbs nor entities that can be shown.
pub(super) const COMMAND_WORDS: [&str; 24] = [
    "as",
    "async",
    "batching",
    "caching",
    "column",
    "csv",
    "details",
    "disable",
    "enable",
    "failures",
    "ifexists",
    "ifnotexists",
    "ingestion",
    "inline",
    "into",
    "json",
    "mapping",
    "mappings",
    "merge",
    "policy",
    "query",
    "retention",
    "streamingingestion",
    "with",
];

fn query_word(text: &str, pieces: &[Piece], index: usize, names: &Names<'_>) -> Role {
    let piece = &pieces[index];
    let word = piece.span.text(text);
    match piece.position {
        Position::Step => return if is_operator(word) { Role::Operator } else { Role::Bad },
        Position::Source if STATEMENT_WORDS.contains(&word) && !piece.is_called => return Role::Keyword,
        Position::Source if is_source(word) => return Role::Operator,
        _ => {}
    }
    let is_member = index > 0 && pieces[index - 1].kind == LexemeKind::Dot;
    if is_member {
        return if piece.is_called { Role::Function } else { Role::Name };
    }
    if names.variables.contains(word) {
        return Role::Name;
    }
    if piece.is_called && !matches!(word, "in" | "in~" | "by" | "on" | "and" | "or" | "with" | "where" | "between") {
        let is_known = scalar_function(word).is_some() || is_aggregate(word);
        let is_stored = names.schema.functions.contains_key(word) || OTHER_FUNCTIONS.contains(&word);
        return if is_known || is_stored { Role::Function } else { Role::Name };
    }
    if piece.position == Position::Source && names.schema.tables.contains_key(word) {
        return Role::Table;
    }
    if names.columns.contains(word) {
        Role::Column
    } else if names.schema.tables.contains_key(word) {
        Role::Table
    } else if KEYWORDS.contains(&word) || calypso_types::ScalarType::from_name(word).is_some() {
        Role::Keyword
    } else {
        Role::Name
    }
}

pub(super) fn is_aggregate(word: &str) -> bool {
    aggregate_names().any(|name| name == word)
}

/// Functions that are part of the language rather than of a table of functions.
pub(super) const OTHER_FUNCTIONS: [&str; 8] =
    ["cluster", "database", "dynamic", "externaldata", "materialize", "table", "toscalar", "typeof"];
