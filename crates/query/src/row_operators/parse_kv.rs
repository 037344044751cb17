//! `parse-kv`: values by their keys, out of delimited pairs or by a regular expression.
//!
//! <https://learn.microsoft.com/kusto/query/parse-kv-operator>

use arrow::array::{ArrayRef, RecordBatch};
use calypso_columns::{Column, ColumnBuilder, Strings};
use calypso_semantics::bound::KeyValues;
use calypso_types::{Scalar, ScalarType};
use regex::{Regex, RegexBuilder};

use crate::{
    QueryError,
    row_operator::{Processed, RowOperator, RowProcess},
};

/// Bytes a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 10 << 20;

#[derive(Debug, Clone)]
pub(crate) struct ParseKeyValues {
    keys: KeyValues,
    regex: Option<Regex>,
    added: Vec<Column>,
}

impl ParseKeyValues {
    pub(crate) fn try_new(keys: &KeyValues, added: Vec<Column>) -> Result<Self, QueryError> {
        let regex = match &keys.regex {
            None => None,
            Some(pattern) => {
                let built = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build();
                Some(built.map_err(|e| {
                    QueryError::bad_request(format!("'parse-kv' operator: the regex is not valid: {e}"))
                })?)
            }
        };
        Ok(Self { keys: keys.clone(), regex, added })
    }

    /// The last value of each wanted key.
    fn values(&self, text: &str) -> Vec<Option<String>> {
        let mut found = vec![None; self.keys.names.len()];
        let mut put = |key: &str, value: String| {
            if let Some(at) = self.keys.names.iter().position(|name| name == key) {
                found[at].get_or_insert(value);
            }
        };
        if let Some(regex) = &self.regex {
            for captures in regex.captures_iter(text) {
                if let (Some(key), Some(value)) = (captures.get(1), captures.get(2)) {
                    put(key.as_str(), value.as_str().to_owned());
                }
            }
            return found;
        }
        if self.keys.greedy {
            self.greedy(text, &mut put);
        } else {
            self.delimited(text, &mut put);
        }
        found
    }

    /// A value ends where the next key begins: a wanted key that a delimiter precedes.
    fn greedy(&self, text: &str, put: &mut impl FnMut(&str, String)) {
        let mut starts: Vec<(usize, usize, &str)> = Vec::new();
        for name in &self.keys.names {
            let needle = format!("{name}{}", self.keys.kv_delimiter);
            let starts_here = |at: usize| at == 0 || text[..at].ends_with(&self.keys.pair_delimiter);
            for (at, _) in text.match_indices(&needle).filter(|(at, _)| starts_here(*at)) {
                starts.push((at, at + needle.len(), name));
            }
        }
        starts.sort_unstable();
        for (index, (_, value, name)) in starts.iter().enumerate() {
            let end = starts.get(index + 1).map_or(text.len(), |next| next.0);
            let Some(piece) = text.get(*value..end) else { continue };
            let piece = piece.strip_suffix(&self.keys.pair_delimiter).unwrap_or(piece);
            put(name, self.unquoted(piece).unwrap_or_else(|| piece.to_owned()));
        }
    }

    fn unquoted(&self, piece: &str) -> Option<String> {
        self.quoted_value(piece).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
    }

    fn delimited(&self, text: &str, put: &mut impl FnMut(&str, String)) {
        let mut rest = text;
        while !rest.is_empty() {
            let (key, after) = match self.quoted_value(rest) {
                Some((key, after)) if after.starts_with(&self.keys.kv_delimiter) => {
                    (key, &after[self.keys.kv_delimiter.len()..])
                }
                _ => match rest.find(&self.keys.kv_delimiter) {
                    Some(at) => {
                        let key = &rest[..at];
                        // A piece without a value before the key is not part of it.
                        let key = if self.keys.pair_delimiter.is_empty() {
                            key
                        } else {
                            key.rsplit(&self.keys.pair_delimiter).next().unwrap_or(key)
                        };
                        (key.to_owned(), &rest[at + self.keys.kv_delimiter.len()..])
                    }
                    None => return,
                },
            };
            let (value, after) = match self.quoted_value(after) {
                Some(quoted) => quoted,
                None if self.keys.pair_delimiter.is_empty() => (after.to_owned(), ""),
                None => match after.find(&self.keys.pair_delimiter) {
                    Some(end) => (after[..end].to_owned(), &after[end..]),
                    None => (after.to_owned(), ""),
                },
            };
            put(key.trim(), value);
            rest = if self.keys.pair_delimiter.is_empty() {
                after
            } else {
                match after.find(&self.keys.pair_delimiter) {
                    Some(at) => &after[at + self.keys.pair_delimiter.len()..],
                    None => "",
                }
            };
        }
    }

    /// Reads a quoted value at the start of `text`: its content and what follows.
    fn quoted_value<'t>(&self, text: &'t str) -> Option<(String, &'t str)> {
        let first = text.chars().next()?;
        let (open, close) = self.keys.quotes.iter().copied().find(|(open, _)| *open == first)?;
        let mut value = String::new();
        let mut chars = text.char_indices().skip(1);
        let _ = open;
        while let Some((at, c)) = chars.next() {
            if self.keys.escape == Some(c) {
                value.extend(chars.next().map(|(_, escaped)| escaped));
            } else if c == close {
                return Some((value, &text[at + c.len_utf8()..]));
            } else {
                value.push(c);
            }
        }
        None
    }
}

impl RowOperator for ParseKeyValues {
    fn name(&self) -> &'static str {
        "ParseKv"
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

impl RowProcess for ParseKeyValues {
    fn process(&mut self, batch: &RecordBatch, values: &[ArrayRef]) -> Result<Option<Processed>, QueryError> {
        let text = values
            .first()
            .and_then(|v| Strings::new(v, false))
            .ok_or_else(|| QueryError::internal("'parse-kv' operator: the input is not a string"))?;
        let mut builders: Vec<_> = self.added.iter().map(|c| ColumnBuilder::new(c.ty, batch.num_rows())).collect();
        for row in 0..batch.num_rows() {
            let found = self.values(text.get(row));
            for ((builder, column), value) in builders.iter_mut().zip(&self.added).zip(found) {
                match (value, column.ty) {
                    (None, ScalarType::String) => builder.push(&Scalar::String(String::new())),
                    (None, _) => builder.push_null(),
                    (Some(value), ScalarType::String) => builder.push(&Scalar::String(value)),
                    (Some(value), ty) => builder.push(&Scalar::parse_as(ty, value.trim())),
                }
            }
        }
        let added = builders.iter_mut().map(ColumnBuilder::finish).collect();
        Ok(Some(Processed { input: batch.clone(), added }))
    }
}
