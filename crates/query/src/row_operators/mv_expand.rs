//! `mv-expand`: one row per element.
//!
//! Arrays unfold by element, bags by property (each a bag of one property, or a `[name, value]` pair). Several columns
//! unfold side by side; the shorter ones are padded with nulls. A null gives one row with a null, an empty value none.

use arrow::{
    array::{ArrayRef, RecordBatch, UInt64Array},
    compute::take_record_batch,
};
use calypso_columns::{Column, ColumnBuilder, Strings};
use calypso_types::{ScalarType, dynamic_text};

use crate::{
    QueryError,
    row_operator::{Processed, RowOperator, RowProcess},
};

/// Rows that one input row unfolds to unless the query says otherwise; Kusto's own default.
const ROW_LIMIT_DEFAULT: usize = 2_147_483_647;
/// Rows that come out of one input batch at most: beyond it the query must narrow first.
const ROWS_PER_BATCH_MAX: usize = 50_000_000;

#[derive(Debug, Clone)]
pub(crate) struct MvExpand {
    types: Vec<ScalarType>,
    item_index: bool,
    bag_as_array: bool,
    limit: usize,
    added: Vec<Column>,
}

impl MvExpand {
    pub(crate) fn new(
        types: Vec<ScalarType>,
        item_index: bool,
        bag_as_array: bool,
        limit: Option<usize>,
        added: Vec<Column>,
    ) -> Self {
        Self { types, item_index, bag_as_array, limit: limit.unwrap_or(ROW_LIMIT_DEFAULT), added }
    }

    /// Returns the texts of the elements of one value.
    fn elements(&self, text: Option<&str>) -> Vec<Option<String>> {
        let Some(text) = text else { return vec![None] };
        match dynamic_text::kind(text) {
            dynamic_text::Kind::Array => dynamic_text::elements(text).map(|e| Some(e.to_owned())).collect(),
            dynamic_text::Kind::Bag => dynamic_text::members(text)
                .map(|(name, value)| {
                    let mut element = String::with_capacity(name.len() + value.len() + 6);
                    element.push(if self.bag_as_array { '[' } else { '{' });
                    dynamic_text::write_json_string(&mut element, &name);
                    element.push(if self.bag_as_array { ',' } else { ':' });
                    element.push_str(value);
                    element.push(if self.bag_as_array { ']' } else { '}' });
                    Some(element)
                })
                .collect(),
            _ => vec![Some(text.to_owned())],
        }
    }
}

impl RowOperator for MvExpand {
    fn name(&self) -> &'static str {
        "MvExpand"
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

impl RowProcess for MvExpand {
    fn process(&mut self, batch: &RecordBatch, values: &[ArrayRef]) -> Result<Option<Processed>, QueryError> {
        let readers = values
            .iter()
            .map(|v| Strings::new(v, false).ok_or_else(|| QueryError::internal("mv-expand: a value is not dynamic")))
            .collect::<Result<Vec<_>, _>>()?;
        let mut builders: Vec<_> = self.types.iter().map(|t| ColumnBuilder::new(*t, batch.num_rows())).collect();
        let mut index = ColumnBuilder::new(ScalarType::Long, batch.num_rows());
        let mut source_rows: Vec<u64> = Vec::new();
        for row in 0..batch.num_rows() {
            let unfolded: Vec<_> = readers.iter().map(|r| self.elements(r.get_dynamic(row))).collect();
            let length = unfolded.iter().map(Vec::len).max().unwrap_or(0).min(self.limit);
            if source_rows.len() + length > ROWS_PER_BATCH_MAX {
                return Err(QueryError::limit(format!(
                    "'mv-expand' operator: more than {ROWS_PER_BATCH_MAX} rows at once"
                )));
            }
            for item in 0..length {
                source_rows.push(row as u64);
                for ((elements, builder), ty) in unfolded.iter().zip(&mut builders).zip(&self.types) {
                    push_element(builder, elements.get(item).and_then(Option::as_deref), *ty);
                }
                index.push(&calypso_types::Scalar::Long(item as i64));
            }
        }
        let mut added: Vec<ArrayRef> = builders.iter_mut().map(ColumnBuilder::finish).collect();
        if self.item_index {
            added.push(index.finish());
        }
        let input = take_record_batch(batch, &UInt64Array::from(source_rows))?;
        Ok(Some(Processed { input, added }))
    }
}

fn push_element(builder: &mut ColumnBuilder, text: Option<&str>, ty: ScalarType) {
    match (text, builder) {
        (Some(text), ColumnBuilder::Dynamic(builder)) if !dynamic_text::is_null(text) => builder.append_value(text),
        (Some(text), builder) => builder.push(&dynamic_text::to_scalar(text, ty)),
        (None, builder) => builder.push_null(),
    }
}
