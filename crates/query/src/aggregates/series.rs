//! The arrays of `make-series`: values by their place on the axis, a filler elsewhere.

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use calypso_columns::scalar_at;
use calypso_types::{Scalar, ScalarType, dynamic_text};
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::Accumulator,
};

use crate::QueryError;

/// Places on one axis; Kusto's own limit for arrays.
const LENGTH_MAX: usize = 1_048_576;

#[derive(Debug)]
pub(super) struct Series {
    length: usize,
    ty: ScalarType,
    filler: String,
    /// The texts of the values, by place.
    values: Vec<(usize, String)>,
    bytes: usize,
}

impl Series {
    pub(super) fn try_new(length: usize, ty: ScalarType, filler: String) -> Result<Self> {
        if length > LENGTH_MAX {
            let message = format!("'make-series' operator: an axis of {length} places is longer than {LENGTH_MAX}");
            return Err(QueryError::limit(message).into());
        }
        Ok(Self { length, ty, filler, values: Vec::new(), bytes: 0 })
    }

    fn put(&mut self, place: i64, text: String) {
        if let Some(place) = usize::try_from(place).ok().filter(|place| *place < self.length) {
            self.bytes += text.len() + size_of::<(usize, String)>();
            self.values.push((place, text));
        }
    }
}

impl Accumulator for Series {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for row in 0..values[0].len() {
            let Scalar::Long(place) = scalar_at(&values[0], ScalarType::Long, row) else { continue };
            let value = scalar_at(&values[1], self.ty, row);
            self.put(place, dynamic_text::from_scalar(&value));
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut places: Vec<Option<&str>> = vec![None; self.length];
        for (place, text) in &self.values {
            places[*place] = Some(text);
        }
        let mut text = String::from("[");
        for (index, value) in places.into_iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(value.unwrap_or(&self.filler));
        }
        text.push(']');
        Ok(ScalarValue::Utf8View(Some(text)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bytes
    }

    /// Place and value in turn, as an array.
    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let pairs: Vec<String> = self.values.iter().map(|(place, text)| format!("{place},{text}")).collect();
        Ok(vec![ScalarValue::LargeUtf8(Some(format!("[{}]", pairs.join(","))))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let texts = states[0]
            .as_string_opt::<i64>()
            .ok_or_else(|| DataFusionError::Internal("the state of a series is not text".to_owned()))?;
        for text in texts.iter().flatten() {
            let mut elements = dynamic_text::elements(text);
            while let (Some(place), Some(value)) = (elements.next(), elements.next()) {
                if let Ok(place) = place.trim().parse() {
                    self.put(place, value.to_owned());
                }
            }
        }
        Ok(())
    }
}
