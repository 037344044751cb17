//! `geo_intersection_…`: what two shapes have in common; an empty collection if nothing.
//!
//! <https://learn.microsoft.com/kusto/query/geo-intersection-2polygons-function> and its siblings.

use std::collections::HashSet;

use arrow::array::ArrayRef;

use super::{
    arrangement::{Arrangement, Edge, Piece},
    geojson::{Line, lines, polygons, write_parts},
    overlay::{chains, contains, intersection, touching},
    polygon::Polygon,
    sphere::{LngLat, Vector},
};
use crate::{Call, KernelError};

fn points(vectors: &[Vector]) -> Vec<LngLat> {
    vectors.iter().map(|vector| vector.point()).collect()
}

fn edges(lines: &[Line], shape: usize) -> Vec<Edge> {
    let pairs = lines.iter().flat_map(|line| line.windows(2));
    pairs.map(|pair| Edge { from: pair[0].vector(), to: pair[1].vector(), shape }).collect()
}

/// Writes the pieces that are kept, and the points where the shapes touch apart from them.
fn write(arrangement: &Arrangement, kept: &[Piece], out: &mut String) {
    let alone = touching(arrangement, kept.iter());
    let lines: Vec<Line> = chains(arrangement, kept).iter().map(|line| points(line)).collect();
    write_parts(&points(&alone), &lines, &[], out);
}

/// `geo_intersection_2lines(line, line)`
pub(super) fn two_lines(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_dynamics(|row, out| {
        let (Some(a), Some(b)) = (lines(a.get_dynamic(row)), lines(b.get_dynamic(row))) else { return false };
        let arrangement = Arrangement::of(&[edges(&a, 0), edges(&b, 1)].concat());
        let others = arrangement.pieces.iter().filter(|piece| piece.shape == 1);
        let others: HashSet<(usize, usize)> =
            others.flat_map(|piece| [(piece.from, piece.to), (piece.to, piece.from)]).collect();
        let shared = |piece: &&Piece| piece.shape == 0 && others.contains(&(piece.from, piece.to));
        let kept: Vec<Piece> = arrangement.pieces.iter().filter(shared).copied().collect();
        write(&arrangement, &kept, out);
        true
    }))
}

/// `geo_intersection_line_with_polygon(line, polygon)`
pub(super) fn line_with_polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_dynamics(|row, out| {
        let Some(lines) = lines(a.get_dynamic(row)) else { return false };
        let Some(region) = polygons(b.get_dynamic(row)).and_then(|polygons| Polygon::all(&polygons)) else {
            return false;
        };
        let boundary = region.iter().flat_map(Polygon::edges).map(|(from, to)| Edge { from, to, shape: 1 });
        let edges: Vec<Edge> = edges(&lines, 0).into_iter().chain(boundary).collect();
        let arrangement = Arrangement::of(&edges);
        let boundary = arrangement.pieces.iter().filter(|piece| piece.shape == 1);
        let boundary: HashSet<(usize, usize)> =
            boundary.flat_map(|piece| [(piece.from, piece.to), (piece.to, piece.from)]).collect();
        let inside = |piece: &&Piece| {
            let along = || boundary.contains(&(piece.from, piece.to));
            piece.shape == 0 && (along() || contains(&region, arrangement.middle(piece)))
        };
        let kept: Vec<Piece> = arrangement.pieces.iter().filter(inside).copied().collect();
        write(&arrangement, &kept, out);
        true
    }))
}

/// `geo_intersection_2polygons(polygon, polygon)`
pub(super) fn two_polygons(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    let region = |text: Option<&str>| Polygon::all(&polygons(text)?);
    Ok(call.build_dynamics(|row, out| {
        let (Some(a), Some(b)) = (region(a.get_dynamic(row)), region(b.get_dynamic(row))) else { return false };
        let common = intersection(&a, &b);
        let lines: Vec<Line> = common.lines.iter().map(|line| points(line)).collect();
        let polygons: Vec<_> = common.polygons.iter().map(Polygon::points).collect();
        write_parts(&points(&common.points), &lines, &polygons, out);
        true
    }))
}
