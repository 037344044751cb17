//! Points on lines: the one at a share, the one closest to another point.
//!
//! <https://learn.microsoft.com/kusto/query/geo-line-locate-point-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{Line, lines, write_point},
    points::Points,
    sphere::{EARTH_RADIUS, LngLat, Vector, closest_on_edge},
};
use crate::{Call, KernelError};

fn vectors(line: &Line) -> Vec<Vector> {
    line.iter().map(|point| point.vector()).collect()
}

/// Reads one LineString; several lines have no position along them.
fn single_line(text: Option<&str>) -> Option<Vec<Vector>> {
    match lines(text)?.as_slice() {
        [line] => Some(vectors(line)),
        _ => None,
    }
}

/// `geo_line_interpolate_point(line, share)`
pub(super) fn interpolate(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (texts, shares) = (call.strings(0)?, call.reals(1)?);
    let point_at = |row| {
        let share = shares.get(row).filter(|share| (0.0..=1.0).contains(share))?;
        let line = single_line(texts.get_dynamic(row))?;
        let total: f64 = line.windows(2).map(|edge| edge[0].angle(edge[1])).sum();
        let mut rest = share * total;
        for edge in line.windows(2) {
            let angle = edge[0].angle(edge[1]);
            if rest <= angle && angle > 0.0 {
                return Some(edge[0].interpolate(edge[1], rest / angle));
            }
            rest -= angle;
        }
        line.last().copied()
    };
    Ok(call.build_dynamics(|row, out| point_at(row).map(|point| write_point(point.point(), out)).is_some()))
}

/// `geo_line_locate_point(line, lng, lat [, use spheroid])`: the share of the length at the closest point.
pub(super) fn locate(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let points = Points::of(call, 1, 1)?;
    if call.len() > 3 && call.bools(3)?.get(0) == Some(true) {
        let message = "positions on the spheroid are not supported".to_owned();
        return Err(KernelError::Argument { function: "geo_line_locate_point".to_owned(), message });
    }
    Ok(call.build_reals(|row| {
        let point = points.get(0, row)?.vector();
        let line = single_line(texts.get_dynamic(row))?;
        let (mut passed, mut best) = (0.0, (f64::INFINITY, 0.0));
        for edge in line.windows(2) {
            let closest = closest_on_edge(point, edge[0], edge[1]);
            let distance = closest.angle(point);
            if distance < best.0 {
                best = (distance, passed + edge[0].angle(closest));
            }
            passed += edge[0].angle(edge[1]);
        }
        Some(if passed > 0.0 { best.1 / passed } else { 0.0 })
    }))
}

/// Returns the point of the edges of all lines that is closest to `point`; an end of an edge exactly as it was given.
pub(super) fn closest<'a>(point: LngLat, lines: impl IntoIterator<Item = &'a [LngLat]>) -> Option<(LngLat, f64)> {
    let vector = point.vector();
    let mut best: Option<(LngLat, f64)> = None;
    for edge in lines.into_iter().flat_map(|line| line.windows(2)) {
        let (a, b) = (edge[0].vector(), edge[1].vector());
        let closest = closest_on_edge(vector, a, b);
        let distance = closest.angle(vector);
        if best.is_none_or(|(_, known)| distance < known) {
            let closest = if closest == a {
                edge[0]
            } else if closest == b {
                edge[1]
            } else {
                closest.point()
            };
            best = Some((closest, distance));
        }
    }
    best
}

/// `geo_closest_point_on_line(lng, lat, line)`
pub(super) fn closest_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    let texts = call.strings(2)?;
    let find = |row| {
        let lines = lines(texts.get_dynamic(row))?;
        closest(points.get(0, row)?, lines.iter().map(Vec::as_slice))
    };
    Ok(call.build_dynamics(|row, out| find(row).map(|(point, _)| write_point(point, out)).is_some()))
}

/// `geo_distance_point_to_line(lng, lat, line)`
pub(super) fn distance(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    let texts = call.strings(2)?;
    Ok(call.build_reals(|row| {
        let lines = lines(texts.get_dynamic(row))?;
        Some(closest(points.get(0, row)?, lines.iter().map(Vec::as_slice))?.1 * EARTH_RADIUS)
    }))
}
