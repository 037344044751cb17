//! Tabular operators: which word begins which, and what a word that begins none might have meant.
//!
//! One file per operator or family; the small ones are in `simple`.
//! <https://learn.microsoft.com/kusto/query/queries>

pub(super) mod binary;
mod branches;
mod columns;
mod evaluate;
mod expand;
mod join;
pub(crate) mod nearest;
mod parameters;
mod parse;
mod render;
mod scan;
mod search;
mod series;
mod simple;
mod sort;
mod summarize;
mod top;
mod union;

use crate::ast::{Name, Operator, OperatorKind, OperatorParameter};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode, Span};

/// Reads what follows an operator's keyword, and puts parameters aside.
type Read = fn(&mut Cursor<'_>, &mut Vec<OperatorParameter>) -> OperatorKind;

/// The operators that have a tree, by keyword.
const OPERATORS: &[(&str, Read)] = &[
    ("as", |cursor, parameters| cursor.as_operator(parameters)),
    ("consume", |cursor, parameters| cursor.consume(parameters)),
    ("count", |cursor, parameters| cursor.count(parameters)),
    ("distinct", |cursor, parameters| cursor.distinct(parameters)),
    ("extend", |cursor, parameters| cursor.extend(parameters)),
    ("filter", |cursor, parameters| cursor.where_operator(parameters)),
    ("getschema", |cursor, parameters| cursor.getschema(parameters)),
    ("invoke", |cursor, parameters| cursor.invoke(parameters)),
    ("join", |cursor, parameters| cursor.join(parameters)),
    ("limit", |cursor, parameters| cursor.take(parameters)),
    ("lookup", |cursor, parameters| cursor.lookup(parameters)),
    ("mv-expand", |cursor, parameters| cursor.mv_expand(parameters)),
    ("mvexpand", |cursor, parameters| cursor.mv_expand(parameters)),
    ("order", |cursor, parameters| cursor.sort(parameters)),
    ("parse", |cursor, parameters| cursor.parse_operator(parameters)),
    ("parse-where", |cursor, parameters| cursor.parse_where(parameters)),
    ("print", |cursor, parameters| cursor.print(parameters)),
    ("project", |cursor, parameters| cursor.project(parameters)),
    ("project-away", |cursor, parameters| cursor.project_away(parameters)),
    ("project-keep", |cursor, parameters| cursor.project_keep(parameters)),
    ("project-rename", |cursor, parameters| cursor.project_rename(parameters)),
    ("project-reorder", |cursor, parameters| cursor.project_reorder(parameters)),
    ("range", |cursor, parameters| cursor.range(parameters)),
    ("render", |cursor, parameters| cursor.render(parameters)),
    ("sample", |cursor, parameters| cursor.sample(parameters)),
    ("sample-distinct", |cursor, parameters| cursor.sample_distinct(parameters)),
    ("serialize", |cursor, parameters| cursor.serialize(parameters)),
    ("sort", |cursor, parameters| cursor.sort(parameters)),
    ("summarize", |cursor, parameters| cursor.summarize(parameters)),
    ("take", |cursor, parameters| cursor.take(parameters)),
    ("top", |cursor, parameters| cursor.top(parameters)),
    ("union", |cursor, parameters| cursor.union(parameters)),
    ("evaluate", |cursor, parameters| cursor.evaluate(parameters)),
    ("facet", |cursor, parameters| cursor.facet(parameters)),
    ("find", |cursor, parameters| cursor.find(parameters)),
    ("fork", |cursor, parameters| cursor.fork(parameters)),
    ("make-series", |cursor, parameters| cursor.make_series(parameters)),
    ("mv-apply", |cursor, parameters| cursor.mv_apply(parameters)),
    ("mvapply", |cursor, parameters| cursor.mv_apply(parameters)),
    ("parse-kv", |cursor, parameters| cursor.parse_kv(parameters)),
    ("partition", |cursor, parameters| cursor.partition(parameters)),
    ("project-by-names", |cursor, parameters| cursor.project_by_names(parameters)),
    ("scan", |cursor, parameters| cursor.scan(parameters)),
    ("search", |cursor, parameters| cursor.search(parameters)),
    ("top-hitters", |cursor, parameters| cursor.top_hitters(parameters)),
    ("top-nested", |cursor, parameters| cursor.top_nested(parameters)),
    ("where", |cursor, parameters| cursor.where_operator(parameters)),
];

/// Kusto's other operators: recognised, skipped, and named to the binder.
const UNSUPPORTED: &[&str] = &[
    "__executeAndCache",
    "__partitionby",
    "assert-schema",
    "execute-and-cache",
    "graph-mark-components",
    "graph-match",
    "graph-merge",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-where-edges",
    "graph-where-nodes",
    "inline_external_table",
    "macro-expand",
    "make-graph",
    "reduce",
];

/// Says whether `word` begins a tabular operator.
pub(super) fn is_operator(word: &str) -> bool {
    reader(word).is_some() || UNSUPPORTED.contains(&word)
}

/// Returns the words that begin the tabular operators this server has, aliases included.
pub fn operator_names() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(name, _)| *name)
}

fn reader(word: &str) -> Option<Read> {
    OPERATORS.iter().find(|(name, _)| *name == word).map(|(_, read)| *read)
}

impl Cursor<'_> {
    /// Takes one operator. A word that begins none is reported and skipped with what belongs to it.
    pub(super) fn operator(&mut self) -> Option<Operator> {
        let Some((count, span)) = self.hyphenated() else {
            self.expected("a tabular operator, such as `where` or `summarize`");
            return None;
        };
        let word = self.text_of(span);
        if let Some(read) = reader(word) {
            self.skip(count);
            return Some(self.supported(span, read));
        }
        if UNSUPPORTED.contains(&word) {
            self.skip(count);
            self.skip_until(|kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon));
            let kind = OperatorKind::Unsupported { name: Name { text: word.to_owned(), span } };
            return Some(Operator { kind, span: self.span_from(span.start), parameters: Vec::new() });
        }
        self.unknown_operator(word, span);
        None
    }

    fn supported(&mut self, keyword: Span, read: Read) -> Operator {
        let mut parameters = Vec::new();
        let kind = read(self, &mut parameters);
        Operator { kind, span: self.span_from(keyword.start), parameters }
    }

    fn unknown_operator(&mut self, word: &str, span: Span) {
        let message = format!("`{word}` is not a tabular operator");
        let mut finding = Diagnostic::error(DiagnosticCode::Syntax, span, message);
        let known = OPERATORS.iter().map(|(name, _)| *name).chain(UNSUPPORTED.iter().copied());
        finding.hint = nearest::nearest(word, known).map(|near| format!("did you mean `{near}`?"));
        self.report(finding);
        self.skip_until(|kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon));
    }
}
