//! Functions of polygons: containment, area, perimeter, centroid, distance.
//!
//! Polygons of one geometry that overlap are united first.
//! <https://learn.microsoft.com/kusto/query/geo-polygon-area-function> and its siblings.

use arrow::array::ArrayRef;

use super::{
    geojson::{Rings, polygons, write_point},
    line_position::closest,
    overlay::union_all,
    points::Points,
    polygon::Polygon,
    sphere::{EARTH_RADIUS, LngLat, Vector},
};
use crate::{Call, KernelError};

/// Reads polygons; those that overlap are united.
fn disjoint(text: Option<&str>) -> Option<Vec<Polygon>> {
    let polygons = Polygon::all(&polygons(text)?)?;
    let inside = |a: &Polygon, b: &Polygon| b.vertex().is_some_and(|vertex| a.contains_vector(vertex));
    let overlap = polygons
        .iter()
        .enumerate()
        .any(|(index, a)| polygons[..index].iter().any(|b| a.meets(b) || inside(a, b) || inside(b, a)));
    if overlap {
        return Some(union_all(polygons.into_iter().map(|polygon| vec![polygon]).collect()));
    }
    Some(polygons)
}

/// Measures the polygons of each row.
fn measure(call: &Call<'_>, f: impl Fn(&[Polygon]) -> f64) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_reals(|row| Some(f(&disjoint(texts.get_dynamic(row))?))))
}

/// `geo_polygon_area(polygon)`: in square metres.
pub(super) fn area(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    measure(call, |polygons| polygons.iter().map(Polygon::area).sum::<f64>() * EARTH_RADIUS * EARTH_RADIUS)
}

/// `geo_polygon_perimeter(polygon)`
pub(super) fn perimeter(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    measure(call, |polygons| {
        polygons.iter().flat_map(Polygon::edges).map(|(a, b)| a.angle(b)).sum::<f64>() * EARTH_RADIUS
    })
}

/// `geo_polygon_centroid(polygon)`
pub(super) fn centroid(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(polygons) = disjoint(texts.get_dynamic(row)) else { return false };
        let centroid = polygons.iter().map(Polygon::centroid).fold(Vector::ZERO, Vector::plus);
        write_point(centroid.point(), out);
        true
    }))
}

/// The polygons of a constant argument are read once.
struct Regions<'a> {
    texts: calypso_columns::Strings<'a>,
    constant: Option<Option<Vec<Polygon>>>,
}

impl<'a> Regions<'a> {
    fn of(call: &Call<'a>, index: usize) -> Result<Self, KernelError> {
        let texts = call.strings(index)?;
        let constant = texts.is_constant().then(|| Self::parse(texts.get_dynamic(0)));
        Ok(Self { texts, constant })
    }

    fn parse(text: Option<&str>) -> Option<Vec<Polygon>> {
        Polygon::all(&polygons(text)?)
    }

    fn contain(&self, point: LngLat, row: usize) -> Option<bool> {
        let contains = |polygons: &Vec<Polygon>| polygons.iter().any(|polygon| polygon.contains(point));
        match &self.constant {
            Some(polygons) => polygons.as_ref().map(contains),
            None => Self::parse(self.texts.get_dynamic(row)).as_ref().map(contains),
        }
    }
}

/// `geo_point_in_polygon(lng, lat, polygon)`
pub(super) fn contains_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    let regions = Regions::of(call, 2)?;
    Ok(call.build_bools(|row| regions.contain(points.get(0, row)?, row)))
}

/// The rings as closed lines.
fn closed_rings(polygons: &[Rings]) -> Vec<Vec<LngLat>> {
    let close = |ring: &Vec<LngLat>| ring.iter().chain(ring.first()).copied().collect();
    polygons.iter().flatten().map(close).collect()
}

/// Finds the closest point of the boundary; a point inside is its own.
fn closest_to(call: &Call<'_>, row: usize) -> Option<(LngLat, f64)> {
    let point = Points::of(call, 0, 1).ok()?.get(0, row)?;
    let rings = polygons(call.strings(2).ok()?.get_dynamic(row))?;
    if Polygon::all(&rings)?.iter().any(|polygon| polygon.contains(point)) {
        return Some((point, 0.0));
    }
    closest(point, closed_rings(&rings).iter().map(Vec::as_slice))
}

/// `geo_closest_point_on_polygon(lng, lat, polygon)`
pub(super) fn closest_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_dynamics(|row, out| closest_to(call, row).map(|(point, _)| write_point(point, out)).is_some()))
}

/// `geo_distance_point_to_polygon(lng, lat, polygon)`
pub(super) fn distance(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_reals(|row| closest_to(call, row).map(|(_, angle)| angle * EARTH_RADIUS)))
}
