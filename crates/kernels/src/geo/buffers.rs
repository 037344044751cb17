//! `geo_…_buffer`: what lies within a distance of a shape.
//!
//! <https://learn.microsoft.com/kusto/query/geo-polygon-buffer-function> and its siblings.

use std::f64::consts::{FRAC_PI_2, PI};

use arrow::array::ArrayRef;

use super::{
    geojson::{lines, polygons, write_polygons},
    overlay::union_all,
    points::Points,
    polygon::Polygon,
    sphere::{EARTH_RADIUS, Vector},
};
use crate::{Call, KernelError};

/// In metres.
const TOLERANCE_DEFAULT: f64 = 10.0;
/// The least tolerance, and the greatest, as shares of the radius.
const TOLERANCE_SHARES: (f64, f64) = (1e-6, 0.999);
/// A circle has at least so many vertices.
const VERTICES_MIN: f64 = 8.0;

/// How wide a buffer is, and with how many vertices circles are drawn.
#[derive(Clone, Copy)]
struct Brush {
    /// As an angle.
    radius: f64,
    /// The angle between two vertices of a circle.
    step: f64,
}

impl Brush {
    fn new(radius: f64, tolerance: f64) -> Option<Self> {
        let angle = radius / EARTH_RADIUS;
        let (least, greatest) = TOLERANCE_SHARES;
        if !(angle > 0.0 && angle < FRAC_PI_2 && tolerance >= radius * least) {
            return None;
        }
        // A chord is this share of the radius away from the arc.
        let share = (tolerance / radius).min(greatest);
        let vertices = (PI / (1.0 - share).acos()).ceil().max(VERTICES_MIN);
        Some(Self { radius: angle, step: 2.0 * PI / vertices })
    }

    fn of(call: &Call<'_>, index: usize, row: usize) -> Option<Self> {
        let radius = call.reals(index).ok()?.get(row)?;
        let tolerance = if call.len() > index + 1 { call.reals(index + 1).ok()?.get(row)? } else { TOLERANCE_DEFAULT };
        Self::new(radius, tolerance)
    }

    /// The point at the distance of the radius from `center`.
    fn beside(self, center: Vector, direction: Vector) -> Vector {
        center.times(self.radius.cos()).plus(direction.times(self.radius.sin())).unit()
    }

    fn around_point(self, center: Vector) -> Polygon {
        let axis =
            if center.z.abs() < 0.9 { Vector { x: 0.0, y: 0.0, z: 1.0 } } else { Vector { x: 1.0, y: 0.0, z: 0.0 } };
        let north = axis.plus(center.times(-axis.dot(center))).unit();
        let west = center.cross(north);
        let vertices = (2.0 * PI / self.step).round() as u32;
        let direction = |index: u32| {
            let angle = 2.0 * PI * f64::from(index) / f64::from(vertices);
            north.times(angle.cos()).plus(west.times(angle.sin()))
        };
        Polygon::from_oriented(vec![(0..vertices).map(|index| self.beside(center, direction(index))).collect()])
    }

    /// The band along an edge, without round ends.
    fn along_edge(self, a: Vector, b: Vector) -> Option<Polygon> {
        let left = a.cross(b).unit();
        if left == Vector::ZERO {
            return None;
        }
        // So many points that a geodesic between two of them keeps the distance.
        let parts = (a.angle(b) / self.step).ceil().max(1.0) as u32;
        let center = |index: u32| a.interpolate(b, f64::from(index) / f64::from(parts));
        let right = (0..=parts).map(|index| self.beside(center(index), left.times(-1.0)));
        let back = (0..=parts).rev().map(|index| self.beside(center(index), left));
        Some(Polygon::from_oriented(vec![right.chain(back).collect()]))
    }

    fn around_region(self, region: Vec<Polygon>) -> Vec<Polygon> {
        let mut parts = self.around_edges(region.iter().flat_map(Polygon::edges));
        parts.push(region);
        union_all(parts)
    }

    /// Circles around the ends, bands along the edges.
    fn around_edges(self, edges: impl Iterator<Item = (Vector, Vector)>) -> Vec<Vec<Polygon>> {
        let mut ends: Vec<Vector> = Vec::new();
        let mut parts = Vec::new();
        for (a, b) in edges {
            for end in [a, b] {
                if !ends.contains(&end) {
                    ends.push(end);
                    parts.push(vec![self.around_point(end)]);
                }
            }
            parts.extend(self.along_edge(a, b).map(|band| vec![band]));
        }
        parts
    }
}

fn write(polygons: &[Polygon], out: &mut String) {
    write_polygons(&polygons.iter().map(Polygon::points).collect::<Vec<_>>(), out);
}

/// `geo_point_buffer(lng, lat, radius [, tolerance])`
pub(super) fn point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(point), Some(brush)) = (points.get(0, row), Brush::of(call, 2, row)) else { return false };
        write(&[brush.around_point(point.vector())], out);
        true
    }))
}

/// `geo_line_buffer(line, radius [, tolerance])`
pub(super) fn line(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(lines), Some(brush)) = (lines(texts.get_dynamic(row)), Brush::of(call, 1, row)) else { return false };
        let edges = lines.iter().flat_map(|line| line.windows(2)).map(|edge| (edge[0].vector(), edge[1].vector()));
        write(&union_all(brush.around_edges(edges)), out);
        true
    }))
}

/// `geo_polygon_buffer(polygon, radius [, tolerance])`
pub(super) fn polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let region = |row| Polygon::all(&polygons(texts.get_dynamic(row))?);
    Ok(call.build_dynamics(|row, out| {
        let (Some(region), Some(brush)) = (region(row), Brush::of(call, 1, row)) else { return false };
        write(&brush.around_region(region), out);
        true
    }))
}

/// Widens polygons by `radius` metres.
pub(super) fn around_polygons(region: Vec<Polygon>, radius: f64) -> Option<Vec<Polygon>> {
    Some(Brush::new(radius, TOLERANCE_DEFAULT)?.around_region(region))
}
