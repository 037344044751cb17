//! What may be typed next.

mod candidates;
mod context;

use calypso_syntax::Span;

use super::{roles::Names, schema::Schema, words::pieces};

use context::Context;

/// Most candidates that are offered.
const CANDIDATES_MAX: usize = 400;

/// What a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CandidateKind {
    Column,
    Variable,
    Table,
    Operator,
    Keyword,
    Function,
    Command,
}

/// Something that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What is shown, and what typed text is compared with.
    pub(crate) name: String,
    /// What is put into the text.
    pub(crate) insert: String,
    pub(crate) kind: CandidateKind,
    /// A line or two about it.
    pub(crate) description: String,
    /// Whether a blank follows.
    pub(crate) spaced: bool,
}

/// Candidates for the word that ends at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completions {
    /// What they replace.
    pub(crate) span: Span,
    pub(crate) candidates: Vec<Candidate>,
}

/// Finds what may stand at byte `cursor` of `text`.
pub(crate) fn complete(text: &str, cursor: usize, schema: &Schema) -> Completions {
    let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..cursor];
    let start = word_start(before);
    let (typed, ahead) = (&before[start..], &before[..start]);
    let context = Context::of(ahead, before);
    // Columns of tables behind the cursor count as well: the text may be edited in its middle.
    let all = pieces(text);
    let names = Names::of(text, &all, schema);
    let mut found = candidates::of(&context, &names, typed);
    found.sort_by(|a, b| rank(a, typed).cmp(&rank(b, typed)).then_with(|| a.name.cmp(&b.name)));
    found.dedup_by(|a, b| a.name == b.name && a.kind == b.kind);
    found.truncate(CANDIDATES_MAX);
    Completions { span: Span::new(start, cursor), candidates: found }
}

/// Returns where the word begins that is being typed: letters, digits, `_`, and the dashes of operators.
fn word_start(before: &str) -> usize {
    let mut start = before.len();
    for (at, c) in before.char_indices().rev() {
        let dashed = c == '-' && before[..at].ends_with(|c: char| c.is_ascii_alphabetic());
        if !(c.is_alphanumeric() || c == '_' || (c == '\\' && at == 0) || dashed) {
            break;
        }
        start = at;
    }
    start
}

/// What begins as typed comes before what only contains it; kinds as they are declared.
fn rank(candidate: &Candidate, typed: &str) -> (bool, bool, CandidateKind) {
    let begins = candidate.name.starts_with(typed);
    let begins_without_case = candidate.name.to_lowercase().starts_with(&typed.to_lowercase());
    (!begins_without_case, !begins, candidate.kind)
}
