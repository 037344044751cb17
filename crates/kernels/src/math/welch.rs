//! `welch_test`: the p-value of Welch's t-test.
//!
//! <https://learn.microsoft.com/kusto/query/welch-test-function>

use arrow::array::ArrayRef;

use super::beta::cumulative;
use crate::{Call, KernelError};

/// `welch_test(mean1, variance1, count1, mean2, variance2, count2)`
pub(super) fn welch_test(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let columns = (0..6).map(|index| call.reals(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.build_reals(|row| {
        let mut values = [0.0; 6];
        for (value, column) in values.iter_mut().zip(&columns) {
            *value = column.get(row)?;
        }
        let [mean1, variance1, count1, mean2, variance2, count2] = values;
        Some(p_value(mean1 - mean2, variance1 / count1, count1, variance2 / count2, count2))
    }))
}

fn p_value(difference: f64, error1: f64, count1: f64, error2: f64, count2: f64) -> f64 {
    let error = error1 + error2;
    let t2 = difference * difference / error;
    let freedom = error * error / (error1 * error1 / (count1 - 1.0) + error2 * error2 / (count2 - 1.0));
    cumulative(freedom / (freedom + t2), freedom / 2.0, 0.5)
}
