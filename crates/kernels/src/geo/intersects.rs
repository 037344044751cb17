//! `geo_intersects_…`: whether two shapes have a point in common.
//!
//! <https://learn.microsoft.com/kusto/query/geo-intersects-2polygons-function> and its siblings.

use arrow::array::ArrayRef;

use super::{
    geojson::{Line, lines, polygons},
    polygon::Polygon,
    sphere::{Vector, edges_meet},
};
use crate::{Call, KernelError};

fn edges(lines: &[Line]) -> Vec<(Vector, Vector)> {
    lines.iter().flat_map(|line| line.windows(2)).map(|edge| (edge[0].vector(), edge[1].vector())).collect()
}

fn meet(a: &[(Vector, Vector)], b: &[(Vector, Vector)]) -> bool {
    a.iter().any(|(p, q)| b.iter().any(|(r, s)| edges_meet(*p, *q, *r, *s)))
}

/// `geo_intersects_2lines(line, line)`
pub(super) fn two_lines(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_bools(|row| Some(meet(&edges(&lines(a.get_dynamic(row))?), &edges(&lines(b.get_dynamic(row))?)))))
}

/// `geo_intersects_line_with_polygon(line, polygon)`
pub(super) fn line_with_polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_bools(|row| {
        let lines = lines(a.get_dynamic(row))?;
        let polygons = Polygon::all(&polygons(b.get_dynamic(row))?)?;
        let inside = |polygon: &Polygon| lines.iter().flatten().any(|point| polygon.contains(*point));
        let edges = edges(&lines);
        Some(polygons.iter().any(|polygon| inside(polygon) || meet(&edges, &polygon.edges().collect::<Vec<_>>())))
    }))
}

/// `geo_intersects_2polygons(polygon, polygon)`
pub(super) fn two_polygons(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_bools(|row| {
        let a = Polygon::all(&polygons(a.get_dynamic(row))?)?;
        let b = Polygon::all(&polygons(b.get_dynamic(row))?)?;
        let holds = |outer: &Polygon, inner: &Polygon| inner.vertex().is_some_and(|v| outer.contains_vector(v));
        Some(a.iter().any(|a| b.iter().any(|b| a.meets(b) || holds(a, b) || holds(b, a))))
    }))
}
