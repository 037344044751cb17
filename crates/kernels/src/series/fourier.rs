//! `series_fft`, `series_ifft`: the discrete Fourier transform of a complex series.
//!
//! <https://learn.microsoft.com/kusto/query/series-fft-function>

use std::f64::consts::PI;

use arrow::array::ArrayRef;

use super::numbers::{Results, map_series, reals_of, reals_text};
use crate::{Call, KernelError};

type Complex = (f64, f64);

const fn multiply(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn unit(angle: f64) -> Complex {
    (angle.cos(), angle.sin())
}

/// Transforms a series whose length is a power of two, in place; `sign` is -1 forwards, 1 backwards.
fn radix_two(values: &mut [Complex], sign: f64) {
    let length = values.len();
    if length < 2 {
        return;
    }
    let mut even: Vec<Complex> = values.iter().copied().step_by(2).collect();
    let mut odd: Vec<Complex> = values.iter().copied().skip(1).step_by(2).collect();
    radix_two(&mut even, sign);
    radix_two(&mut odd, sign);
    for index in 0..length / 2 {
        let twisted = multiply(unit(sign * 2.0 * PI * index as f64 / length as f64), odd[index]);
        values[index] = (even[index].0 + twisted.0, even[index].1 + twisted.1);
        values[index + length / 2] = (even[index].0 - twisted.0, even[index].1 - twisted.1);
    }
}

/// Transforms a series of any length: Bluestein turns it into a convolution, done with powers of two.
pub(super) fn transform(values: &[Complex], sign: f64) -> Vec<Complex> {
    let length = values.len();
    if length.is_power_of_two() || length == 0 {
        let mut values = values.to_vec();
        radix_two(&mut values, sign);
        return values;
    }
    let padded = (2 * length - 1).next_power_of_two();
    // The square is taken modulo twice the length, so that the angle stays exact.
    let chirp: Vec<Complex> =
        (0..length).map(|n| unit(sign * PI * ((n * n) % (2 * length)) as f64 / length as f64)).collect();
    let mut a = vec![(0.0, 0.0); padded];
    let mut b = a.clone();
    for n in 0..length {
        a[n] = multiply(values[n], chirp[n]);
        let conjugate = (chirp[n].0, -chirp[n].1);
        b[n] = conjugate;
        b[(padded - n) % padded] = conjugate;
    }
    radix_two(&mut a, -1.0);
    radix_two(&mut b, -1.0);
    let mut product: Vec<Complex> = a.iter().zip(&b).map(|(a, b)| multiply(*a, *b)).collect();
    radix_two(&mut product, 1.0);
    let scale = 1.0 / padded as f64;
    (0..length).map(|n| multiply((product[n].0 * scale, product[n].1 * scale), chirp[n])).collect()
}

fn both(call: &Call<'_>, sign: f64) -> Result<ArrayRef, KernelError> {
    let imaginary = if call.len() > 1 { Some(call.strings(1)?) } else { None };
    map_series(call, |row, real, out| {
        let imaginary = imaginary.and_then(|column| reals_of(column.get_dynamic(row))).unwrap_or_default();
        let at = |index: usize| (real[index], imaginary.get(index).copied().unwrap_or(0.0));
        let values: Vec<Complex> = (0..real.len()).map(at).collect();
        let scale = if sign > 0.0 { 1.0 / values.len().max(1) as f64 } else { 1.0 };
        let result = transform(&values, sign);
        let real: Vec<f64> = result.iter().map(|value| value.0 * scale).collect();
        let imaginary: Vec<f64> = result.iter().map(|value| value.1 * scale).collect();
        Results::Columns.write(&[("real", reals_text(&real)), ("imag", reals_text(&imaginary))], out);
        Some(())
    })
}

/// `series_fft(real [, imaginary])`: two columns, `real` and `imag`.
pub(super) fn fft(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    both(call, -1.0)
}

/// `series_ifft(real [, imaginary])`: two columns, `real` and `imag`.
pub(super) fn inverse(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    both(call, 1.0)
}
