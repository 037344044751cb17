//! `convert_…`: from one unit of measure to another. An unknown unit gives null.
//!
//! The tables stand in `units/`; each unit is so many of its quantity's base unit.
//! <https://learn.microsoft.com/kusto/query/convert-length-function>

mod angle_energy_force;
mod length_mass_speed;
mod temperature_volume;

use arrow::array::ArrayRef;

use crate::{Call, KernelError};

/// A unit's name and how to reach the base unit: `base = value * factor + offset`.
type Unit = (&'static str, f64, f64);

fn convert(call: &Call<'_>, find: fn(&str) -> Option<(f64, f64)>) -> Result<ArrayRef, KernelError> {
    let (values, froms, tos) = (call.reals(0)?, call.strings(1)?, call.strings(2)?);
    Ok(call.build_reals(|row| {
        let (from, to) = (find(froms.get(row))?, find(tos.get(row))?);
        Some(tidy((values.get(row)? * from.0 + from.1 - to.1) / to.0))
    }))
}

/// Rounds to the fifteen digits that the documented results have, which hides the noise of the factors.
fn tidy(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

fn scaled(units: &[(&str, f64)], name: &str) -> Option<(f64, f64)> {
    units.iter().find(|(known, _)| *known == name).map(|(_, factor)| (*factor, 0.0))
}

/// `convert_angle(value, from, to)`
pub(super) fn angle(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(angle_energy_force::ANGLES, name))
}

/// `convert_energy(value, from, to)`
pub(super) fn energy(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(angle_energy_force::ENERGIES, name))
}

/// `convert_force(value, from, to)`
pub(super) fn force(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(angle_energy_force::FORCES, name))
}

/// `convert_length(value, from, to)`
pub(super) fn length(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(length_mass_speed::LENGTHS, name))
}

/// `convert_mass(value, from, to)`
pub(super) fn mass(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(length_mass_speed::MASSES, name))
}

/// `convert_speed(value, from, to)`
pub(super) fn speed(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(length_mass_speed::SPEEDS, name))
}

/// `convert_temperature(value, from, to)`
pub(super) fn temperature(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| {
        let unit: &Unit = temperature_volume::TEMPERATURES.iter().find(|(known, _, _)| *known == name)?;
        Some((unit.1, unit.2))
    })
}

/// `convert_volume(value, from, to)`
pub(super) fn volume(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |name| scaled(temperature_volume::VOLUMES, name))
}
