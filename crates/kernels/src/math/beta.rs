//! The beta distribution: density, cumulative probability and its inverse.
//!
//! <https://learn.microsoft.com/kusto/query/beta-cdf-function>

use arrow::array::ArrayRef;

use crate::{Call, KernelError};

/// The largest alpha and beta of `beta_cdf`.
const SHAPE_MAX: f64 = 10_000.0;
/// Enough steps of the continued fraction for every allowed shape.
const FRACTION_STEPS_MAX: u32 = 10_000;
/// Halvings after which the interval holds no further real.
const BISECTIONS: u32 = 200;

fn log_beta(alpha: f64, beta: f64) -> f64 {
    libm::lgamma(alpha) + libm::lgamma(beta) - libm::lgamma(alpha + beta)
}

/// Evaluates the continued fraction of the incomplete beta function by Lentz's method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..=FRACTION_STEPS_MAX {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / nonzero(1.0 + term * d);
            c = nonzero(1.0 + term / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// The regularised incomplete beta function.
pub(super) fn cumulative(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (alpha * x.ln() + beta * (-x).ln_1p() - log_beta(alpha, beta)).exp();
    // The fraction converges quickly on this side of the mean; the other follows by symmetry.
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        front * fraction(x, alpha, beta) / alpha
    } else {
        1.0 - front * fraction(1.0 - x, beta, alpha) / beta
    }
}

fn three(call: &Call<'_>, f: impl Fn(f64, f64, f64) -> Option<f64>) -> Result<ArrayRef, KernelError> {
    let (xs, alphas, betas) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
    Ok(call.build_reals(|row| f(xs.get(row)?, alphas.get(row)?, betas.get(row)?)))
}

/// `beta_cdf(x, alpha, beta)`: NaN outside its domain.
pub(super) fn beta_cdf(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    three(call, |x, alpha, beta| {
        let shape = |value: f64| value > 0.0 && value <= SHAPE_MAX;
        let inside = (0.0..=1.0).contains(&x) && shape(alpha) && shape(beta);
        Some(if inside { cumulative(x, alpha, beta) } else { f64::NAN })
    })
}

/// `beta_pdf(x, alpha, beta)`: NaN outside its domain.
pub(super) fn beta_pdf(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    three(call, |x, alpha, beta| {
        if x <= 0.0 || x >= 1.0 || alpha <= 0.0 || beta <= 0.0 {
            return Some(f64::NAN);
        }
        Some(((alpha - 1.0) * x.ln() + (beta - 1.0) * (-x).ln_1p() - log_beta(alpha, beta)).exp())
    })
}

/// `beta_inv(probability, alpha, beta)`: null of a probability outside (0, 1], NaN of a shape not positive.
pub(super) fn beta_inv(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    three(call, |probability, alpha, beta| {
        if !(probability > 0.0 && probability <= 1.0) {
            return None;
        }
        if alpha <= 0.0 || beta <= 0.0 {
            return Some(f64::NAN);
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..BISECTIONS {
            let middle = f64::midpoint(low, high);
            if cumulative(middle, alpha, beta) < probability {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    })
}
