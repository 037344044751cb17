//! `make_list`, `make_set`, `make_bag`: values gathered into one dynamic.
//!
//! <https://learn.microsoft.com/kusto/query/make-list-aggregation-function> and its kin. Elements are kept as the stored
//! text of a dynamic array; nulls are left out unless asked for.

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use calypso_columns::scalar_at;
use calypso_semantics::bound::AggregateFunction;
use calypso_types::{ScalarType, dynamic_text};
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::Accumulator,
};
use hashbrown::HashSet;

/// Bytes that one gathered value may take: a dynamic beyond it could not be stored or sent.
const COLLECTED_BYTES_MAX: usize = 256 << 20;

#[derive(Debug)]
pub(super) struct Collect {
    function: AggregateFunction,
    ty: ScalarType,
    length_max: usize,
    /// The elements, separated by commas; for a bag its members.
    text: String,
    length: usize,
    /// The elements of a set, or the names of a bag.
    seen: HashSet<String>,
    seen_bytes: usize,
}

impl Collect {
    pub(super) fn new(function: AggregateFunction, ty: ScalarType, length_max: usize) -> Self {
        Self { function, ty, length_max, text: String::new(), length: 0, seen: HashSet::new(), seen_bytes: 0 }
    }

    fn push(&mut self, element: &str) -> Result<()> {
        if self.function == AggregateFunction::MakeSet && dynamic_text::kind(element) == dynamic_text::Kind::Array {
            // A set of arrays is the set of their elements.
            return dynamic_text::elements(element).try_for_each(|inner| self.push_one(inner));
        }
        self.push_one(element)
    }

    fn push_one(&mut self, element: &str) -> Result<()> {
        if self.length >= self.length_max {
            return Ok(());
        }
        if self.function == AggregateFunction::MakeBag {
            return self.push_members(element);
        }
        if self.function == AggregateFunction::MakeSet && !self.remember(element) {
            return Ok(());
        }
        self.append(element)
    }

    fn push_members(&mut self, bag: &str) -> Result<()> {
        if dynamic_text::kind(bag) != dynamic_text::Kind::Bag {
            return Ok(());
        }
        for (name, value) in dynamic_text::members(bag) {
            if self.length < self.length_max && self.remember(&name) {
                let mut member = String::with_capacity(name.len() + value.len() + 3);
                dynamic_text::write_json_string(&mut member, &name);
                member.push(':');
                member.push_str(value);
                self.append(&member)?;
            }
        }
        Ok(())
    }

    fn append(&mut self, piece: &str) -> Result<()> {
        if self.text.len() + piece.len() > COLLECTED_BYTES_MAX {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "a gathered value exceeds {COLLECTED_BYTES_MAX} bytes"
            )));
        }
        if self.length > 0 {
            self.text.push(',');
        }
        self.text.push_str(piece);
        self.length += 1;
        Ok(())
    }

    fn remember(&mut self, key: &str) -> bool {
        if self.seen.contains(key) {
            return false;
        }
        self.seen_bytes += key.len() + size_of::<String>();
        self.seen.insert(key.to_owned())
    }

    fn dynamic(&self) -> String {
        let (open, close) = if self.function == AggregateFunction::MakeBag { ('{', '}') } else { ('[', ']') };
        let mut text = String::with_capacity(self.text.len() + 2);
        text.push(open);
        text.push_str(&self.text);
        text.push(close);
        text
    }
}

impl Accumulator for Collect {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let array = &values[0];
        for row in 0..array.len() {
            if self.length >= self.length_max {
                break;
            }
            if array.is_null(row) {
                if self.function == AggregateFunction::MakeListWithNulls {
                    self.push("null")?;
                }
                continue;
            }
            if self.ty == ScalarType::Dynamic {
                let text = array.as_string_view_opt().map_or("", |a| a.value(row));
                if !dynamic_text::is_null(text) || self.function == AggregateFunction::MakeListWithNulls {
                    self.push(text)?;
                }
            } else {
                self.push(&dynamic_text::from_scalar(&scalar_at(array, self.ty, row)))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Utf8View(Some(self.dynamic())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.text.capacity() + self.seen_bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::LargeUtf8(Some(self.dynamic()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let texts = states[0]
            .as_string_opt::<i64>()
            .ok_or_else(|| DataFusionError::Internal("a gathered state is not text".to_owned()))?;
        for text in texts.iter().flatten() {
            if self.function == AggregateFunction::MakeBag {
                self.push_members(text)?;
            } else {
                for element in dynamic_text::elements(text) {
                    self.push_one(element)?;
                }
            }
        }
        Ok(())
    }
}
