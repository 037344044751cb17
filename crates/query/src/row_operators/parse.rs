//! `parse` and `parse-where`: a pattern of texts, stars and columns, compiled to one regular expression.
//!
//! Simple and relaxed patterns match from the start of the text: a star is any text, lazily; a column takes what lies
//! before the next text, a long or real takes digits. `kind=regex` takes the texts as regular expressions.

use arrow::{
    array::{ArrayRef, BooleanArray, RecordBatch},
    compute::{filter, filter_record_batch},
};
use calypso_columns::{Column, ColumnBuilder, Strings};
use calypso_semantics::bound::{Parse, ParsePiece};
use calypso_types::{Scalar, ScalarType};
use regex::{Captures, Regex, RegexBuilder};

use crate::{
    QueryError,
    row_operator::{Processed, RowOperator, RowProcess},
};

/// Bytes a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 10 << 20;

#[derive(Debug, Clone)]
pub(crate) struct ParseColumns {
    regex: Regex,
    types: Vec<ScalarType>,
    relaxed: bool,
    filter: bool,
    added: Vec<Column>,
}

impl ParseColumns {
    pub(crate) fn try_new(pattern: &Parse, filter: bool, added: Vec<Column>) -> Result<Self, QueryError> {
        let text = pattern_text(pattern);
        let mut builder = RegexBuilder::new(&text);
        builder.size_limit(PATTERN_BYTES_MAX);
        match &pattern.regex_flags {
            Some(flags) => {
                builder.case_insensitive(flags.contains('i'));
                builder.multi_line(flags.contains('m'));
                builder.dot_matches_new_line(flags.contains('s'));
                builder.swap_greed(flags.contains('U'));
            }
            None => {
                builder.dot_matches_new_line(true);
            }
        }
        let regex = builder
            .build()
            .map_err(|e| QueryError::bad_request(format!("'parse' operator: the pattern is not valid: {e}")))?;
        let types = added.iter().map(|c| c.ty).collect();
        // A regex pattern may match a value of the wrong type; only the simple kind then fails as a whole.
        let relaxed = pattern.relaxed || pattern.regex_flags.is_some();
        Ok(Self { regex, types, relaxed, filter, added })
    }

    /// Reads the columns out of a match; `None` if a value has the wrong type and that fails the match.
    fn values(&self, captures: &Captures<'_>) -> Option<Vec<Scalar>> {
        let mut values = Vec::with_capacity(self.types.len());
        for (index, ty) in self.types.iter().enumerate() {
            let text = captures.name(&format!("c{index}")).map_or("", |m| m.as_str());
            let value = match ty {
                ScalarType::String => Scalar::String(text.to_owned()),
                other => Scalar::parse_as(*other, text),
            };
            if value.is_null() && !self.relaxed {
                return None;
            }
            values.push(value);
        }
        Some(values)
    }
}

fn pattern_text(pattern: &Parse) -> String {
    let is_regex = pattern.regex_flags.is_some();
    let mut text = String::from(if is_regex { "" } else { "^" });
    let mut column = 0;
    for (index, piece) in pattern.pieces.iter().enumerate() {
        let is_last = index + 1 == pattern.pieces.len();
        match piece {
            ParsePiece::Star => text.push_str(if is_last || is_regex { ".*" } else { ".*?" }),
            ParsePiece::Text(literal) if is_regex => text.push_str(&format!("(?:{literal})")),
            ParsePiece::Text(literal) => text.push_str(&regex::escape(literal)),
            ParsePiece::Column(ty) => {
                let body = match ty {
                    ScalarType::Long | ScalarType::Int => r"\s*[-+]?\d+",
                    ScalarType::Real | ScalarType::Decimal => r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?",
                    _ if is_last || is_regex => ".*",
                    _ => ".*?",
                };
                // Relaxed: what is no number still matches, as a null.
                let any = if is_last { "|.*" } else { "|.*?" };
                let any = if pattern.relaxed && *ty != ScalarType::String { any } else { "" };
                text.push_str(&format!("(?P<c{column}>{body}{any})"));
                column += 1;
            }
        }
    }
    // A regular expression that ends with a text matches anywhere.
    if !is_regex || matches!(pattern.pieces.last(), Some(ParsePiece::Star | ParsePiece::Column(_))) {
        text.push('$');
    }
    text
}

impl RowOperator for ParseColumns {
    fn name(&self) -> &'static str {
        "Parse"
    }

    fn added(&self) -> &[Column] {
        &self.added
    }

    fn needs_single_partition(&self) -> bool {
        false
    }

    fn start(&self) -> Box<dyn RowProcess> {
        Box::new(self.clone())
    }
}

impl RowProcess for ParseColumns {
    fn process(&mut self, batch: &RecordBatch, values: &[ArrayRef]) -> Result<Option<Processed>, QueryError> {
        let text = values
            .first()
            .and_then(|v| Strings::new(v, false))
            .ok_or_else(|| QueryError::internal("'parse' operator: the input is not a string"))?;
        let mut builders: Vec<_> = self.types.iter().map(|t| ColumnBuilder::new(*t, batch.num_rows())).collect();
        let mut matched = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let parsed = self.regex.captures(text.get(row)).and_then(|c| self.values(&c));
            matched.push(parsed.is_some());
            match parsed {
                Some(parsed) => builders.iter_mut().zip(&parsed).for_each(|(b, v)| b.push(v)),
                None => builders.iter_mut().for_each(ColumnBuilder::push_null),
            }
        }
        let added: Vec<ArrayRef> = builders.iter_mut().map(ColumnBuilder::finish).collect();
        if !self.filter {
            return Ok(Some(Processed { input: batch.clone(), added }));
        }
        let keep = BooleanArray::from(matched);
        let added = added.iter().map(|a| filter(a, &keep)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Processed { input: filter_record_batch(batch, &keep)?, added }))
    }
}
