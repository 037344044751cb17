//! `geo_…_s2cell_…`: the functions on S2 cells.
//!
//! <https://learn.microsoft.com/kusto/query/geo-point-to-s2cell-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{write_point, write_polygons},
    points::Points,
    s2_cell::{Cell, LEVEL_MAX},
};
use crate::{Call, KernelError, dynamic::ArrayWriter};

const LEVEL_DEFAULT: i64 = 11;

/// `geo_point_to_s2cell(lng, lat [, level])`: "" of what is out of range.
pub(super) fn from_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    let levels = call.optional_longs(2)?;
    let level_of = |row| {
        let level = levels.map_or(Some(LEVEL_DEFAULT), |l| l.get(row))?;
        u32::try_from(level).ok().filter(|level| *level <= LEVEL_MAX)
    };
    Ok(call.build_strings(|row, out| {
        if let (Some(point), Some(level)) = (points.get(0, row), level_of(row)) {
            out.push_str(&Cell::of(point, level).token());
        }
    }))
}

fn with_cell(call: &Call<'_>, write: impl Fn(Cell, &mut String)) -> Result<ArrayRef, KernelError> {
    let tokens = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| Cell::parse(tokens.get(row)).map(|cell| write(cell, out)).is_some()))
}

/// `geo_s2cell_to_central_point(token)`
pub(super) fn central_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_cell(call, |cell, out| write_point(cell.center(), out))
}

/// `geo_s2cell_to_polygon(token)`
pub(super) fn to_polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_cell(call, |cell, out| write_polygons(&[vec![cell.corners()]], out))
}

/// `geo_s2cell_neighbors(token)`
pub(super) fn neighbors(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_cell(call, |cell, out| {
        let mut writer = ArrayWriter::new(out);
        cell.neighbors().iter().for_each(|cell| writer.push(&format!("\"{}\"", cell.token())));
        writer.finish();
    })
}
