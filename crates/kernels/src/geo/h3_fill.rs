//! `geo_polygon_to_h3cells`: the H3 cells whose centres lie in a polygon. Here edges are straight on the map.
//!
//! <https://learn.microsoft.com/kusto/query/geo-polygon-to-h3cells-function>

use std::collections::BTreeSet;

use arrow::array::ArrayRef;
use h3o::{CellIndex, LatLng, Resolution};

use super::{
    buffers,
    geojson::{Ring, Rings, polygons},
    h3::{RESOLUTION_DEFAULT, resolution, write_cells},
    polygon::Polygon,
    sphere::LngLat,
};
use crate::{Call, KernelError};

/// More cells are null.
const CELLS_MAX: usize = 61_680;
/// Along an edge so many points are taken for each radius of a cell.
const SAMPLES_PER_CELL: f64 = 4.0;

fn cell_at(point: LngLat, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(point.latitude, point.longitude).ok()?.to_cell(resolution))
}

fn edges(ring: &Ring) -> impl Iterator<Item = (LngLat, LngLat)> + '_ {
    ring.iter().enumerate().map(|(index, point)| (*point, ring[(index + 1) % ring.len()]))
}

/// Says whether the ring goes around the point on the map: whether a line to the east crosses it an odd number of
/// times.
fn surrounds(ring: &Ring, point: LngLat) -> bool {
    let crosses = |(a, b): &(LngLat, LngLat)| {
        let above = |end: &LngLat| end.latitude > point.latitude;
        let share = (point.latitude - a.latitude) / (b.latitude - a.latitude);
        above(a) != above(b) && point.longitude < a.longitude + share * (b.longitude - a.longitude)
    };
    edges(ring).filter(crosses).count() % 2 == 1
}

fn holds(polygon: &Rings, point: LngLat) -> bool {
    let mut inside = polygon.iter().map(|ring| surrounds(ring, point));
    inside.next().unwrap_or(false) && !inside.any(|hole| hole)
}

/// Returns the cells along the edges; none if there are too many.
fn along_edges(polygon: &Rings, resolution: Resolution) -> Option<BTreeSet<CellIndex>> {
    let step = (resolution.edge_length_km() / SAMPLES_PER_CELL / 111.0).max(f64::MIN_POSITIVE);
    let mut cells = BTreeSet::new();
    for (a, b) in polygon.iter().flat_map(edges) {
        let (width, height) = (b.longitude - a.longitude, b.latitude - a.latitude);
        let samples = (width.hypot(height) / step).ceil().max(1.0);
        if samples > CELLS_MAX as f64 * SAMPLES_PER_CELL {
            return None;
        }
        for index in 0..samples as u32 {
            let share = f64::from(index) / samples;
            let point = LngLat { longitude: a.longitude + width * share, latitude: a.latitude + height * share };
            cells.insert(cell_at(point, resolution)?);
        }
    }
    Some(cells)
}

/// Adds the cells whose centres the polygon holds: from those along its edges inwards.
fn fill(polygon: &Rings, resolution: Resolution, cells: &mut BTreeSet<CellIndex>) -> Option<()> {
    let is_inside = |cell: CellIndex| {
        let center = LatLng::from(cell);
        holds(polygon, LngLat { longitude: center.lng(), latitude: center.lat() })
    };
    let around = |cell: CellIndex| cell.grid_disk::<Vec<CellIndex>>(1);
    let mut open: Vec<CellIndex> = along_edges(polygon, resolution)?.into_iter().flat_map(around).collect();
    let mut seen = BTreeSet::new();
    while let Some(cell) = open.pop() {
        if seen.insert(cell) && is_inside(cell) {
            cells.insert(cell);
            if cells.len() > CELLS_MAX {
                return None;
            }
            open.extend(around(cell));
        }
    }
    Some(())
}

fn cells_of(call: &Call<'_>, row: usize) -> Option<BTreeSet<CellIndex>> {
    let mut polygons = polygons(call.strings(0).ok()?.get_dynamic(row))?;
    let region = Polygon::all(&polygons)?;
    let wanted = call.optional_longs(1).ok()?.map_or(Some(RESOLUTION_DEFAULT), |values| values.get(row));
    let resolution = resolution(wanted?)?;
    let radius = if call.len() > 2 { call.reals(2).ok()?.get(row)? } else { 0.0 };
    if radius != 0.0 {
        polygons = buffers::around_polygons(region, radius)?.iter().map(Polygon::points).collect();
    }
    let mut cells = BTreeSet::new();
    polygons.iter().try_for_each(|polygon| fill(polygon, resolution, &mut cells))?;
    Some(cells)
}

/// `geo_polygon_to_h3cells(polygon [, resolution [, radius]])`
pub(super) fn polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_dynamics(|row, out| cells_of(call, row).map(|cells| write_cells(cells, out)).is_some()))
}
