//! The `$filter` of a table query: comparisons joined by `and`, which is what clients of statuses use.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities>

use std::cmp::Ordering;

use calypso_types::DateTime;
use uuid::Uuid;

use crate::{EntityKey, EntityValue, Error, StoredEntity};

/// Most comparisons of a filter; Azure's limit.
const COMPARISONS_MAX: usize = 15;

/// Which entities are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableFilter {
    comparisons: Vec<Comparison>,
}

#[derive(Debug, Clone, PartialEq)]
struct Comparison {
    property: String,
    operator: Operator,
    value: EntityValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl TableFilter {
    /// Reads a filter; an empty text accepts everything.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is not a list of comparisons joined by `and`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut tokens = tokens(text)?.into_iter();
        let mut comparisons = Vec::new();
        let Some(mut next) = tokens.next() else {
            return Ok(Self::default());
        };
        loop {
            let Token::Word(property) = next else {
                return Err(not_supported(text));
            };
            let operator = tokens.next().and_then(Token::operator).ok_or_else(|| not_supported(text))?;
            let value = tokens.next().and_then(Token::value).ok_or_else(|| not_supported(text))?;
            comparisons.push(Comparison { property, operator, value });
            if comparisons.len() > COMPARISONS_MAX {
                return Err(Error::TooLarge { what: "number of comparisons", limit: COMPARISONS_MAX as u64 });
            }
            match tokens.next() {
                None => return Ok(Self { comparisons }),
                Some(Token::Word(word)) if word == "and" => {}
                Some(_) => return Err(not_supported(text)),
            }
            next = tokens.next().ok_or_else(|| not_supported(text))?;
        }
    }

    /// Says whether the filter wants `entity`. A property that is not there, or of another type, is not wanted.
    #[must_use]
    pub fn accepts(&self, entity: &StoredEntity) -> bool {
        self.comparisons.iter().all(|comparison| match comparison.property.as_str() {
            "PartitionKey" => comparison.accepts(&EntityValue::String(entity.key.partition_key.clone())),
            "RowKey" => comparison.accepts(&EntityValue::String(entity.key.row_key.clone())),
            "Timestamp" => comparison.accepts(&EntityValue::DateTime(entity.changed_on)),
            name => entity.properties.get(name).is_some_and(|value| comparison.accepts(value)),
        })
    }

    /// Returns the least key that the filter can want.
    #[must_use]
    pub fn first_key(&self) -> EntityKey {
        let row_key = self.fixed("RowKey").filter(|_| self.fixed("PartitionKey").is_some());
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        EntityKey { partition_key: text(self.fixed("PartitionKey")), row_key: text(row_key) }
    }

    /// Says whether neither `key` nor any greater one can be wanted.
    #[must_use]
    pub fn is_past(&self, key: &EntityKey) -> bool {
        self.fixed("PartitionKey").is_some_and(|wanted| match key.partition_key.as_str().cmp(wanted) {
            Ordering::Less => false,
            Ordering::Equal => self.fixed("RowKey").is_some_and(|wanted| key.row_key.as_str() > wanted),
            Ordering::Greater => true,
        })
    }

    /// Returns the text that a property must equal, if there is one.
    fn fixed(&self, property: &str) -> Option<&str> {
        self.comparisons.iter().find_map(|comparison| match &comparison.value {
            EntityValue::String(text) if comparison.property == property && comparison.operator == Operator::Equal => {
                Some(text.as_str())
            }
            _ => None,
        })
    }
}

impl Comparison {
    fn accepts(&self, found: &EntityValue) -> bool {
        let Some(order) = compare(found, &self.value) else {
            return false;
        };
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
        }
    }
}

fn compare(found: &EntityValue, wanted: &EntityValue) -> Option<Ordering> {
    match (found, wanted) {
        (EntityValue::String(found), EntityValue::String(wanted)) => Some(found.cmp(wanted)),
        (EntityValue::Bool(found), EntityValue::Bool(wanted)) => Some(found.cmp(wanted)),
        (EntityValue::DateTime(found), EntityValue::DateTime(wanted)) => Some(found.cmp(wanted)),
        (EntityValue::Guid(found), EntityValue::Guid(wanted)) => Some(found.cmp(wanted)),
        (found, wanted) => match (whole(found), whole(wanted)) {
            (Some(found), Some(wanted)) => Some(found.cmp(&wanted)),
            _ => real(found)?.partial_cmp(&real(wanted)?),
        },
    }
}

const fn whole(value: &EntityValue) -> Option<i64> {
    match value {
        EntityValue::Int(number) => Some(*number as i64),
        EntityValue::Long(number) => Some(*number),
        _ => None,
    }
}

const fn real(value: &EntityValue) -> Option<f64> {
    match value {
        EntityValue::Real(number) => Some(*number),
        _ => match whole(value) {
            Some(number) => Some(number as f64),
            None => None,
        },
    }
}

enum Token {
    /// A name, an operator, a number, `true` or `false`.
    Word(String),
    /// A quoted text, with the word before it: `datetime'…'`.
    Quoted(String, String),
}

impl Token {
    fn operator(self) -> Option<Operator> {
        let Self::Word(word) = self else {
            return None;
        };
        Some(match word.as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => return None,
        })
    }

    fn value(self) -> Option<EntityValue> {
        match self {
            Self::Quoted(kind, text) => match kind.as_str() {
                "" => Some(EntityValue::String(text)),
                "datetime" => DateTime::parse(&text).map(EntityValue::DateTime),
                "guid" => Uuid::try_parse(&text).ok().map(EntityValue::Guid),
                _ => None,
            },
            Self::Word(word) => match word.as_str() {
                "true" => Some(EntityValue::Bool(true)),
                "false" => Some(EntityValue::Bool(false)),
                word => match word.strip_suffix(['L', 'l']).unwrap_or(word).parse() {
                    Ok(number) => Some(EntityValue::Long(number)),
                    Err(_) => word.parse().ok().map(EntityValue::Real),
                },
            },
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Error> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '\'').unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = match behind.strip_prefix('\'') {
            Some(behind) => {
                let (quoted, behind) = unquote(behind).ok_or_else(|| not_supported(text))?;
                tokens.push(Token::Quoted(word.to_owned(), quoted));
                behind
            }
            None => {
                tokens.push(Token::Word(word.to_owned()));
                behind
            }
        };
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// Reads a text up to its closing quote; two quotes are one. Returns what follows, too.
pub(super) fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let (piece, behind) = rest.split_once('\'')?;
        out.push_str(piece);
        match behind.strip_prefix('\'') {
            Some(behind) => {
                out.push('\'');
                rest = behind;
            }
            None => return Some((out, behind)),
        }
    }
}

fn not_supported(text: &str) -> Error {
    Error::invalid(format!("the filter '{text}' is not a list of comparisons joined by 'and'"))
}

/// Reads the keys of an entity out of a path: `table(PartitionKey='a',RowKey='b')`. Returns the table's name, and the
/// keys unless there are none: `table` or `table()`.
///
/// # Errors
/// [`Error::Invalid`] for anything else.
pub fn parse_entity_path(object: &str) -> Result<(&str, Option<EntityKey>), Error> {
    let invalid = || Error::invalid(format!("'{object}' names neither a table nor an entity"));
    let object_trimmed = object.trim_end_matches('/');
    let Some((table, arguments)) = object_trimmed.split_once('(') else {
        return Ok((object_trimmed, None));
    };
    let mut rest = arguments.strip_suffix(')').ok_or_else(invalid)?.trim();
    if rest.is_empty() {
        return Ok((table, None));
    }
    let mut keys = [None, None];
    while !rest.is_empty() {
        let (name, behind) = rest.split_once("='").ok_or_else(invalid)?;
        let (value, behind) = unquote(behind).ok_or_else(invalid)?;
        match name.trim() {
            "PartitionKey" => keys[0] = Some(value),
            "RowKey" => keys[1] = Some(value),
            _ => return Err(invalid()),
        }
        rest = behind.trim_start().trim_start_matches(',');
    }
    match keys {
        [Some(partition_key), Some(row_key)] => Ok((table, Some(EntityKey { partition_key, row_key }))),
        _ => Err(invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entity;

    fn entity(partition_key: &str, row_key: &str) -> StoredEntity {
        let key = EntityKey { partition_key: partition_key.to_owned(), row_key: row_key.to_owned() };
        let properties = Entity::from([
            ("Status".to_owned(), EntityValue::String("Failed".to_owned())),
            ("Count".to_owned(), EntityValue::Int(3)),
        ]);
        StoredEntity { key, changed_on: DateTime::UNIX_EPOCH, properties }
    }

    #[test]
    fn comparisons_joined_by_and_choose_entities() {
        let cases = [
            ("", true),
            ("PartitionKey eq 'it''s' and RowKey eq 'r'", true),
            ("PartitionKey ne 'it''s'", false),
            ("Status eq 'Failed' and Count ge 3", true),
            ("Count gt 3L", false),
            ("Count lt 3.5", true),
            ("Missing eq 'x'", false),
            ("Count eq '3'", false),
            ("Timestamp lt datetime'1970-01-02T00:00:00Z'", true),
        ];
        for (text, expected) in cases {
            assert_eq!(TableFilter::parse(text).unwrap().accepts(&entity("it's", "r")), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for text in ["A eq 'x' or B eq 'y'", "(A eq 'x')", "not A eq 'x'", "A eq 'x", "A like 'x'", "A eq binary'00'"] {
            assert!(TableFilter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn keys_that_are_fixed_bound_the_search() {
        let filter = TableFilter::parse("PartitionKey eq 'b' and RowKey eq 'c'").unwrap();
        assert_eq!(filter.first_key(), EntityKey { partition_key: "b".to_owned(), row_key: "c".to_owned() });
        assert!(!filter.is_past(&entity("b", "c").key) && filter.is_past(&entity("b", "d").key));
        assert!(filter.is_past(&entity("c", "a").key));
    }

    #[test]
    fn paths_name_tables_and_entities() {
        assert_eq!(parse_entity_path("t()").unwrap(), ("t", None));
        let (table, key) = parse_entity_path("t(PartitionKey='a/b',RowKey='it''s (x)')").unwrap();
        assert_eq!(table, "t");
        assert_eq!(key, Some(EntityKey { partition_key: "a/b".to_owned(), row_key: "it's (x)".to_owned() }));
        for wrong in ["t(PartitionKey='a')", "t('a')", "t(PartitionKey='a',RowKey='b'", "t(PartitionKey=1,RowKey='b')"]
        {
            assert!(parse_entity_path(wrong).is_err(), "{wrong}");
        }
    }
}
