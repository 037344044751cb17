//! `buildschema`: the smallest schema that admits all values.
//!
//! A value's schema is its type's name, a bag of schemas, or `{"`indexer`": schema}` for arrays; several schemas stand
//! in an array. <https://learn.microsoft.com/kusto/query/buildschema-aggregation-function>

use std::collections::BTreeSet;

use arrow::array::{ArrayRef, AsArray as _};
use calypso_types::{Dynamic, Scalar, ScalarType, dynamic_text};
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::Accumulator,
};

/// Arrays' elements share one schema under this name.
const INDEXER: &str = "`indexer`";

/// What has been seen at one place.
#[derive(Debug, Default, Clone)]
struct Seen {
    /// Names of simple types.
    types: BTreeSet<String>,
    is_bag: bool,
    members: Vec<(String, Seen)>,
    elements: Option<Box<Seen>>,
}

#[derive(Debug, Default)]
pub(super) struct BuildSchema {
    seen: Seen,
    bytes: usize,
}

impl Seen {
    fn member(&mut self, name: &str) -> &mut Self {
        let at = self.members.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.members.push((name.to_owned(), Self::default()));
            self.members.len() - 1
        });
        &mut self.members[at].1
    }

    fn add(&mut self, value: &Dynamic) {
        match value {
            Dynamic::Null => {}
            Dynamic::Array(items) => {
                let elements = self.elements.get_or_insert_with(Box::default);
                items.iter().for_each(|item| elements.add(item));
            }
            Dynamic::Bag(members) => {
                self.is_bag = true;
                for (name, member) in members {
                    self.member(name).add(member);
                }
            }
            Dynamic::Real(_) => {
                self.types.insert("double".to_owned());
            }
            other => {
                let name = match other.primitive().map_or(ScalarType::Dynamic, |value| value.scalar_type()) {
                    ScalarType::Int => "long",
                    ScalarType::Real | ScalarType::Decimal => "double",
                    ty => ty.name(),
                };
                self.types.insert(name.to_owned());
            }
        }
    }

    /// Adds what a schema says.
    fn add_schema(&mut self, schema: &Dynamic) {
        match schema {
            Dynamic::String(name) => {
                self.types.insert(name.clone());
            }
            Dynamic::Array(several) => several.iter().for_each(|one| self.add_schema(one)),
            Dynamic::Bag(members) => {
                for (name, member) in members {
                    if name == INDEXER {
                        self.elements.get_or_insert_with(Box::default).add_schema(member);
                    } else {
                        self.is_bag = true;
                        self.member(name).add_schema(member);
                    }
                }
            }
            _ => {}
        }
    }

    fn schema(&self) -> Dynamic {
        let mut schemas: Vec<Dynamic> = Vec::new();
        if self.is_bag {
            schemas.push(Dynamic::Bag(self.members.iter().map(|(name, seen)| (name.clone(), seen.schema())).collect()));
        }
        if let Some(elements) = &self.elements {
            schemas.push(Dynamic::Bag(vec![(INDEXER.to_owned(), elements.schema())]));
        }
        schemas.extend(self.types.iter().map(|name| Dynamic::String(name.clone())));
        match schemas.len() {
            0 => Dynamic::Null,
            1 => schemas.swap_remove(0),
            _ => Dynamic::Array(schemas),
        }
    }
}

impl Accumulator for BuildSchema {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(texts) = values[0].as_string_view_opt() else { return Ok(()) };
        for text in texts.iter().flatten() {
            if let Scalar::Dynamic(value) = dynamic_text::to_scalar(text, ScalarType::Dynamic) {
                self.seen.add(&value);
            }
        }
        self.bytes = dynamic_text::from_scalar(&Scalar::Dynamic(self.seen.schema())).len();
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let schema = self.seen.schema();
        let text = (schema != Dynamic::Null).then(|| dynamic_text::from_scalar(&Scalar::Dynamic(schema)));
        Ok(ScalarValue::Utf8View(text))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bytes * 2
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::LargeUtf8(Some(dynamic_text::from_scalar(&Scalar::Dynamic(self.seen.schema()))))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let texts = states[0]
            .as_string_opt::<i64>()
            .ok_or_else(|| DataFusionError::Internal("a schema's state is not text".to_owned()))?;
        for text in texts.iter().flatten() {
            if let Scalar::Dynamic(schema) = dynamic_text::to_scalar(text, ScalarType::Dynamic) {
                self.seen.add_schema(&schema);
            }
        }
        Ok(())
    }
}
