//! `geo_line_densify`, `geo_polygon_densify`: edges that are straight on the map as chains of geodesics.
//!
//! <https://learn.microsoft.com/kusto/query/geo-line-densify-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{lines, polygons, write_lines, write_polygons},
    sphere::{EARTH_RADIUS, LngLat},
};
use crate::{Call, KernelError};

/// In metres.
const TOLERANCE_DEFAULT: f64 = 10.0;
const TOLERANCES: std::ops::RangeInclusive<f64> = 0.1..=10_000.0;
/// Where along an edge the two courses are compared: there a cubic's error is greatest.
const PROBE: f64 = 0.312_156_910_822_482_3;
/// The error at the probes understates the greatest by this.
const PROBE_SCALE: f64 = 0.838_299_925_698_885_1;
/// So often an edge is halved at most.
const DEPTH_MAX: u32 = 20;

/// How far map and geodesic part between two points, in metres.
fn error(a: LngLat, b: LngLat) -> f64 {
    let at = |share: f64| {
        let on_map = LngLat {
            longitude: a.longitude + (b.longitude - a.longitude) * share,
            latitude: a.latitude + (b.latitude - a.latitude) * share,
        };
        a.vector().interpolate(b.vector(), share).angle(on_map.vector()) * EARTH_RADIUS
    };
    at(PROBE).max(at(1.0 - PROBE))
}

/// Appends the points of the edge after `a`.
fn push_edge(a: LngLat, b: LngLat, tolerance: f64, depth: u32, out: &mut Vec<LngLat>) {
    if depth >= DEPTH_MAX || error(a, b) <= tolerance * PROBE_SCALE {
        out.push(b);
        return;
    }
    let middle =
        LngLat { longitude: f64::midpoint(a.longitude, b.longitude), latitude: f64::midpoint(a.latitude, b.latitude) };
    push_edge(a, middle, tolerance, depth + 1, out);
    push_edge(middle, b, tolerance, depth + 1, out);
}

fn densified(points: &[LngLat], tolerance: f64) -> Vec<LngLat> {
    let mut out: Vec<LngLat> = points.first().copied().into_iter().collect();
    points.windows(2).for_each(|edge| push_edge(edge[0], edge[1], tolerance, 0, &mut out));
    out
}

/// Reads the tolerance of `row`; none out of its range. Crossing the antimeridian is not treated apart.
fn tolerances<'a>(call: &Call<'a>) -> Result<impl Fn(usize) -> Option<f64> + use<'a>, KernelError> {
    let tolerances = if call.len() > 1 { Some(call.reals(1)?) } else { None };
    Ok(move |row| tolerances.map_or(Some(TOLERANCE_DEFAULT), |t| t.get(row)).filter(|value| TOLERANCES.contains(value)))
}

/// `geo_line_densify(line [, tolerance [, preserve crossing]])`
pub(super) fn line(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let tolerance = tolerances(call)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(lines), Some(tolerance)) = (lines(texts.get_dynamic(row)), tolerance(row)) else { return false };
        let lines: Vec<_> = lines.iter().map(|line| densified(line, tolerance)).collect();
        write_lines(&lines, out);
        true
    }))
}

/// `geo_polygon_densify(polygon [, tolerance [, preserve crossing]])`
pub(super) fn polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let tolerance = tolerances(call)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(polygons), Some(tolerance)) = (polygons(texts.get_dynamic(row)), tolerance(row)) else {
            return false;
        };
        let dense_ring = |ring: &Vec<LngLat>| {
            let closed: Vec<LngLat> = ring.iter().chain(ring.first()).copied().collect();
            let mut dense = densified(&closed, tolerance);
            dense.pop();
            dense
        };
        let polygons: Vec<_> = polygons.iter().map(|rings| rings.iter().map(dense_ring).collect()).collect();
        write_polygons(&polygons, out);
        true
    }))
}
