//! `geo_…_to_s2cells`: the S2 cells of one level that touch a shape or come within a distance of it.
//!
//! <https://learn.microsoft.com/kusto/query/geo-polygon-to-s2cells-function>,
//! <https://learn.microsoft.com/kusto/query/geo-line-to-s2cells-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{lines, polygons},
    overlay::contains,
    polygon::Polygon,
    s2_cell::{Cell, LEVEL_MAX},
    sphere::{EARTH_RADIUS, Vector, closest_on_edge, edges_meet},
};
use crate::{Call, KernelError, dynamic::ArrayWriter};

const LEVEL_DEFAULT: i64 = 11;
/// A covering of more cells is null.
const CELLS_MAX: usize = 65_536;

type Edge = (Vector, Vector);

/// A cell, and the edges that may come near to it.
struct Near {
    cell: Cell,
    edges: Vec<Edge>,
}

/// Says whether a cell and an edge come as near to each other as `radius`, an angle.
fn is_near(corners: &[Vector], (a, b): Edge, radius: f64) -> bool {
    let sides = || corners.iter().zip(corners.iter().cycle().skip(1));
    if sides().all(|(from, to)| from.cross(*to).dot(a) >= 0.0) {
        return true;
    }
    let within = |point: Vector, (from, to): Edge| closest_on_edge(point, from, to).angle(point) <= radius;
    sides().any(|(from, to)| {
        edges_meet(*from, *to, a, b)
            || radius > 0.0
                && (within(a, (*from, *to)) || within(b, (*from, *to)) || within(*from, (a, b)) || within(*to, (a, b)))
    })
}

/// Appends the cells of `level` in `cell`; false if there are too many.
fn push_descendants(cell: Cell, level: u32, out: &mut Vec<Cell>) -> bool {
    let finer = level - cell.level();
    if 2 * finer >= usize::BITS || out.len() + (1 << (2 * finer)) > CELLS_MAX {
        return false;
    }
    let mut cells = vec![cell];
    for _ in 0..finer {
        cells = cells.into_iter().flat_map(Cell::children).collect();
    }
    out.extend(cells);
    true
}

/// Returns the cells of `level` that cover a region and its edges, in the order of the curve.
fn cover(region: &[Polygon], edges: &[Edge], level: u32, radius: f64) -> Option<Vec<Cell>> {
    let mut covering = Vec::new();
    let mut candidates: Vec<Near> = Cell::faces().map(|cell| Near { cell, edges: edges.to_vec() }).collect();
    for depth in 0..=level {
        let mut open: Vec<Near> = Vec::new();
        for Near { cell, mut edges } in candidates {
            let corners: Vec<Vector> = cell.corners().iter().map(|corner| corner.vector()).collect();
            edges.retain(|edge| is_near(&corners, *edge, radius));
            if !edges.is_empty() {
                open.push(Near { cell, edges });
            } else if contains(region, cell.center().vector()) && !push_descendants(cell, level, &mut covering) {
                return None;
            }
        }
        if covering.len() + open.len() > CELLS_MAX {
            return None;
        }
        let parts = |near: &Near| near.cell.children().map(|cell| Near { cell, edges: near.edges.clone() }).collect();
        candidates = if depth < level { open.iter().flat_map::<Vec<Near>, _>(parts).collect() } else { open };
    }
    covering.extend(candidates.into_iter().map(|near| near.cell));
    covering.sort_unstable();
    Some(covering)
}

/// Reads level and radius of `row` and writes the covering of a shape.
fn write(call: &Call<'_>, row: usize, region: &[Polygon], edges: Vec<Edge>, out: &mut String) -> Option<()> {
    let level = call.optional_longs(1).ok()?.map_or(Some(LEVEL_DEFAULT), |levels| levels.get(row))?;
    let level = u32::try_from(level).ok().filter(|level| *level <= LEVEL_MAX)?;
    let radius = if call.len() > 2 { call.reals(2).ok()?.get(row)? } else { 0.0 };
    if !(0.0..=EARTH_RADIUS).contains(&radius) {
        return None;
    }
    let cells = cover(region, &edges, level, radius / EARTH_RADIUS)?;
    let mut writer = ArrayWriter::new(out);
    cells.iter().for_each(|cell| writer.push(&format!("\"{}\"", cell.token())));
    writer.finish();
    Some(())
}

/// `geo_polygon_to_s2cells(polygon [, level [, radius]])`
pub(super) fn polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let region = polygons(texts.get_dynamic(row)).and_then(|polygons| Polygon::all(&polygons));
        let edges = |region: &[Polygon]| region.iter().flat_map(Polygon::edges).collect();
        region.and_then(|region| write(call, row, &region, edges(&region), out)).is_some()
    }))
}

/// `geo_line_to_s2cells(line [, level [, radius]])`
pub(super) fn line(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(lines) = lines(texts.get_dynamic(row)) else { return false };
        let edges = lines.iter().flat_map(|line| line.windows(2)).map(|edge| (edge[0].vector(), edge[1].vector()));
        write(call, row, &[], edges.collect(), out).is_some()
    }))
}
