//! `geo_…_h3cell_…`: the functions on H3 cells.
//!
//! <https://learn.microsoft.com/kusto/query/geo-point-to-h3cell-function>

use arrow::array::ArrayRef;
use h3o::{CellIndex, LatLng, Resolution};

use super::{
    geojson::{write_point, write_polygons},
    points::Points,
    sphere::LngLat,
};
use crate::{Call, KernelError, dynamic::ArrayWriter};

pub(super) const RESOLUTION_DEFAULT: i64 = 6;
/// Children are at most so many resolutions finer.
const CHILD_RESOLUTIONS_MAX: u8 = 5;
/// The widest ring around a cell.
const RING_DISTANCE_MAX: i64 = 142;

pub(super) fn resolution(value: i64) -> Option<Resolution> {
    u8::try_from(value).ok().and_then(|value| Resolution::try_from(value).ok())
}

fn point_of(coordinate: LatLng) -> LngLat {
    LngLat { longitude: coordinate.lng(), latitude: coordinate.lat() }
}

/// `geo_point_to_h3cell(lng, lat [, resolution])`: "" of what is out of range.
pub(super) fn from_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    let resolutions = call.optional_longs(2)?;
    let cell_of = |row| {
        let resolution = resolution(resolutions.map_or(Some(RESOLUTION_DEFAULT), |r| r.get(row))?)?;
        let point = points.get(0, row)?;
        Some(LatLng::new(point.latitude, point.longitude).ok()?.to_cell(resolution))
    };
    Ok(call.build_strings(|row, out| {
        if let Some(cell) = cell_of(row) {
            out.push_str(&cell.to_string());
        }
    }))
}

fn parse(token: &str) -> Option<CellIndex> {
    token.parse().ok()
}

fn with_cell(
    call: &Call<'_>,
    write: impl Fn(CellIndex, usize, &mut String) -> Option<()>,
) -> Result<ArrayRef, KernelError> {
    let tokens = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| parse(tokens.get(row)).and_then(|cell| write(cell, row, out)).is_some()))
}

pub(super) fn write_cells(cells: impl IntoIterator<Item = CellIndex>, out: &mut String) {
    let mut writer = ArrayWriter::new(out);
    cells.into_iter().for_each(|cell| writer.push(&format!("\"{cell}\"")));
    writer.finish();
}

/// `geo_h3cell_to_central_point(cell)`
pub(super) fn central_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_cell(call, |cell, _, out| {
        write_point(point_of(LatLng::from(cell)), out);
        Some(())
    })
}

/// `geo_h3cell_to_polygon(cell)`
pub(super) fn to_polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_cell(call, |cell, _, out| {
        write_polygons(&[vec![cell.boundary().iter().copied().map(point_of).collect()]], out);
        Some(())
    })
}

/// Returns the cells at a distance, in the order of the documented examples.
fn ring(cell: CellIndex, distance: u32) -> Vec<CellIndex> {
    let mut cells: Vec<CellIndex> = cell.grid_ring(distance);
    if !cells.is_empty() {
        cells.rotate_left(1);
    }
    cells
}

/// `geo_h3cell_neighbors(cell)`
pub(super) fn neighbors(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_cell(call, |cell, _, out| {
        write_cells(ring(cell, 1), out);
        Some(())
    })
}

/// `geo_h3cell_rings(cell, distance)`: an array of rings, the cell itself first.
pub(super) fn rings(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let distances = call.longs(1)?;
    with_cell(call, |cell, row, out| {
        let distance = distances.get(row).filter(|distance| (0..=RING_DISTANCE_MAX).contains(distance))?;
        let mut writer = ArrayWriter::new(out);
        for distance in 0..=u32::try_from(distance).ok()? {
            write_cells(ring(cell, distance), writer.element());
        }
        writer.finish();
        Some(())
    })
}

/// `geo_h3cell_children(cell [, resolution])`: by default one resolution finer.
pub(super) fn children(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let resolutions = call.optional_longs(1)?;
    with_cell(call, |cell, row, out| {
        let own = u8::from(cell.resolution());
        let wanted = resolutions.map_or(Some(i64::from(own) + 1), |r| r.get(row)).and_then(resolution)?;
        let finer = u8::from(wanted).checked_sub(own)?;
        if finer > CHILD_RESOLUTIONS_MAX {
            return None;
        }
        write_cells(cell.children(wanted), out);
        Some(())
    })
}

/// `geo_h3cell_parent(cell [, resolution])`: by default one resolution coarser; "" if there is none.
pub(super) fn parent(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let tokens = call.strings(0)?;
    let resolutions = call.optional_longs(1)?;
    let parent_of = |row| {
        let cell = parse(tokens.get(row))?;
        let default = i64::from(u8::from(cell.resolution())) - 1;
        cell.parent(resolution(resolutions.map_or(Some(default), |r| r.get(row))?)?)
    };
    Ok(call.build_strings(|row, out| {
        if let Some(cell) = parent_of(row) {
            out.push_str(&cell.to_string());
        }
    }))
}

/// `geo_h3cell_level(cell)`
pub(super) fn level(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let tokens = call.strings(0)?;
    Ok(call.build_ints(|row| Some(i32::from(u8::from(parse(tokens.get(row))?.resolution())))))
}
