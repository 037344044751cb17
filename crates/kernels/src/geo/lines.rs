//! Measures of lines: length and centroid. An edge that several lines share counts once.
//!
//! <https://learn.microsoft.com/kusto/query/geo-line-length-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{Line, lines, write_point},
    sphere::{EARTH_RADIUS, LngLat, Vector},
};
use crate::{Call, KernelError};

/// Returns every edge once, whichever way it runs.
pub(super) fn edges(lines: &[Line]) -> Vec<(LngLat, LngLat)> {
    let mut edges: Vec<(LngLat, LngLat)> = Vec::new();
    for edge in lines.iter().flat_map(|line| line.windows(2)) {
        let known = lines.len() > 1
            && edges.iter().any(|(a, b)| (*a, *b) == (edge[0], edge[1]) || (*b, *a) == (edge[0], edge[1]));
        if !known {
            edges.push((edge[0], edge[1]));
        }
    }
    edges
}

/// `geo_line_length(line)`
pub(super) fn length(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_reals(|row| {
        let lines = lines(texts.get_dynamic(row))?;
        let angle: f64 = edges(&lines).iter().map(|(a, b)| a.vector().angle(b.vector())).sum();
        Some(angle * EARTH_RADIUS)
    }))
}

/// `geo_line_centroid(line)`
pub(super) fn centroid(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(lines) = lines(texts.get_dynamic(row)) else { return false };
        let centroid = edges(&lines).iter().map(|(a, b)| edge_centroid(*a, *b)).fold(Vector::ZERO, Vector::plus);
        if centroid.length() == 0.0 {
            return false;
        }
        write_point(centroid.point(), out);
        true
    }))
}

/// The integral of position along an edge: it points to the middle and is as long as the chord.
fn edge_centroid(a: LngLat, b: LngLat) -> Vector {
    let (a, b) = (a.vector(), b.vector());
    a.plus(b).unit().times(2.0 * (a.angle(b) / 2.0).sin())
}
