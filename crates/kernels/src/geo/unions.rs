//! `geo_union_…_array`: the shapes of an array as one.
//!
//! <https://learn.microsoft.com/kusto/query/geo-union-polygons-array-function>,
//! <https://learn.microsoft.com/kusto/query/geo-union-lines-array-function>

use std::collections::HashMap;

use arrow::array::ArrayRef;

use super::{
    geojson::{Line, lines_array, polygons_array, write_lines, write_polygons},
    lines::edges,
    overlay::union_all,
    polygon::Polygon,
    sphere::LngLat,
};
use crate::{Call, KernelError};

/// `geo_union_polygons_array(polygons)`: null if one is invalid.
pub(super) fn polygons(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let regions = |row| -> Option<Vec<Vec<Polygon>>> {
        polygons_array(texts.get_dynamic(row))?.iter().map(|polygons| Polygon::all(polygons)).collect()
    };
    Ok(call.build_dynamics(|row, out| {
        let united = regions(row).map(union_all).unwrap_or_default();
        if united.is_empty() {
            return false;
        }
        write_polygons(&united.iter().map(Polygon::points).collect::<Vec<_>>(), out);
        true
    }))
}

/// `geo_union_lines_array(lines)`: null if one is invalid. What several lines share counts once.
pub(super) fn lines(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let lines = lines_array(texts.get_dynamic(row)).unwrap_or_default().concat();
        if lines.is_empty() {
            return false;
        }
        write_lines(&chains(&edges(&lines)), out);
        true
    }))
}

fn key(point: LngLat) -> (u64, u64) {
    (point.longitude.to_bits(), point.latitude.to_bits())
}

/// Joins edges to lines that end where not exactly two edges meet.
fn chains(edges: &[(LngLat, LngLat)]) -> Vec<Line> {
    let mut at: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    for (index, (a, b)) in edges.iter().enumerate() {
        at.entry(key(*a)).or_default().push(index);
        at.entry(key(*b)).or_default().push(index);
    }
    let mut used = vec![false; edges.len()];
    let extend = |line: &mut Line, used: &mut [bool]| {
        while let Some(end) = line.last().copied() {
            let Some([a, b]) = at.get(&key(end)).map(Vec::as_slice) else { return };
            let Some(next) = [*a, *b].into_iter().find(|index| !used[*index]) else { return };
            used[next] = true;
            let (from, to) = edges[next];
            line.push(if from == end { to } else { from });
        }
    };
    let mut lines = Vec::new();
    for (index, (from, to)) in edges.iter().enumerate() {
        if used[index] {
            continue;
        }
        used[index] = true;
        let (mut line, mut before) = (vec![*from, *to], vec![*to, *from]);
        extend(&mut line, &mut used);
        extend(&mut before, &mut used);
        before.reverse();
        before.extend(&line[2..]);
        lines.push(before);
    }
    lines
}
