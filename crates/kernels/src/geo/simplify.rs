//! `geo_line_simplify`, `geo_polygon_simplify`: fewer vertices within a tolerance, by Douglas and Peucker.
//!
//! <https://learn.microsoft.com/kusto/query/geo-line-simplify-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{Rings, lines, polygons, polygons_array, write_lines, write_polygons},
    sphere::{EARTH_RADIUS, LngLat, closest_on_edge},
};
use crate::{Call, KernelError};

/// In metres.
const TOLERANCE_DEFAULT: f64 = 10.0;
const TOLERANCES: std::ops::RangeInclusive<f64> = 0.0..=7_800_000.0;

/// Returns the points to keep; the stack takes the place of recursion.
fn simplified(points: &[LngLat], tolerance: f64) -> Vec<LngLat> {
    let last = points.len() - 1;
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[last] = true;
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let (a, b) = (points[from].vector(), points[to].vector());
        let distance = |index: usize| {
            let point = points[index].vector();
            (index, closest_on_edge(point, a, b).angle(point) * EARTH_RADIUS)
        };
        let furthest = (from + 1..to).map(distance).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((index, _)) = furthest.filter(|(_, distance)| *distance > tolerance) {
            keep[index] = true;
            open.extend([(from, index), (index, to)]);
        }
    }
    points.iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| *point).collect()
}

fn tolerances<'a>(call: &Call<'a>) -> Result<impl Fn(usize) -> Option<f64> + use<'a>, KernelError> {
    let tolerances = if call.len() > 1 { Some(call.reals(1)?) } else { None };
    Ok(move |row| tolerances.map_or(Some(TOLERANCE_DEFAULT), |t| t.get(row)).filter(|value| TOLERANCES.contains(value)))
}

/// `geo_line_simplify(line [, tolerance])`: null if nothing longer than the tolerance is left.
pub(super) fn line(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let tolerance = tolerances(call)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(lines), Some(tolerance)) = (lines(texts.get_dynamic(row)), tolerance(row)) else { return false };
        let survives =
            |line: &Vec<LngLat>| line.len() > 2 || line[0].vector().angle(line[1].vector()) * EARTH_RADIUS >= tolerance;
        let lines: Vec<_> = lines.iter().map(|line| simplified(line, tolerance)).filter(survives).collect();
        if lines.is_empty() {
            return false;
        }
        write_lines(&lines, out);
        true
    }))
}

/// `geo_polygon_simplify(polygon [, tolerance])`: null if nothing is left.
pub(super) fn polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let tolerance = tolerances(call)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(polygons), Some(tolerance)) = (polygons(texts.get_dynamic(row)), tolerance(row)) else {
            return false;
        };
        let polygons = simplified_polygons(&polygons, tolerance);
        if polygons.is_empty() {
            return false;
        }
        write_polygons(&polygons, out);
        true
    }))
}

/// `geo_simplify_polygons_array(polygons [, tolerance])`: each polygon by itself; null if nothing is left.
pub(super) fn polygons_of_array(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let tolerance = tolerances(call)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(regions), Some(tolerance)) = (polygons_array(texts.get_dynamic(row)), tolerance(row)) else {
            return false;
        };
        let polygons = simplified_polygons(&regions.concat(), tolerance);
        if polygons.is_empty() {
            return false;
        }
        write_polygons(&polygons, out);
        true
    }))
}

/// Leaves out the rings of which nothing is left.
fn simplified_polygons(polygons: &[Rings], tolerance: f64) -> Vec<Rings> {
    let rings = |rings: &Rings| -> Rings {
        rings.iter().map(|ring| simplified_ring(ring, tolerance)).filter(|ring| ring.len() > 2).collect()
    };
    polygons.iter().map(rings).filter(|rings| !rings.is_empty()).collect()
}

/// Cuts the ring at its first vertex and the one furthest from it.
fn simplified_ring(ring: &[LngLat], tolerance: f64) -> Vec<LngLat> {
    let first = ring[0].vector();
    let furthest =
        (1..ring.len()).max_by(|a, b| ring[*a].vector().angle(first).total_cmp(&ring[*b].vector().angle(first)));
    let Some(furthest) = furthest else { return ring.to_vec() };
    let mut result = simplified(&ring[..=furthest], tolerance);
    let back: Vec<LngLat> = ring[furthest..].iter().chain(ring.first()).copied().collect();
    let back = simplified(&back, tolerance);
    result.extend(&back[1..back.len() - 1]);
    result
}
