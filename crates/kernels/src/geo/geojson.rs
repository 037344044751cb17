//! Reading and writing GeoJSON geometries.

use std::fmt::Write as _;

use calypso_types::Dynamic;

use super::sphere::LngLat;

/// A line of at least two points.
pub(super) type Line = Vec<LngLat>;
/// A closed ring without its last point, which repeats the first.
pub(super) type Ring = Vec<LngLat>;
/// A shell and its holes.
pub(super) type Rings = Vec<Ring>;

fn point_of(value: &Dynamic) -> Option<LngLat> {
    match value.as_array()? {
        [longitude, latitude, ..] => LngLat::new(longitude.as_f64()?, latitude.as_f64()?),
        _ => None,
    }
}

fn points_of(value: &Dynamic) -> Option<Vec<LngLat>> {
    value.as_array()?.iter().map(point_of).collect()
}

/// No edge may be half the globe: it would not be known which way it goes.
fn edges_are_short(points: &[LngLat]) -> bool {
    let antipodal = |a: &LngLat, b: &LngLat| a.vector().plus(b.vector()).length() < 1e-15;
    !points.windows(2).any(|edge| antipodal(&edge[0], &edge[1]))
}

fn line_of(value: &Dynamic) -> Option<Line> {
    let line = points_of(value)?;
    (line.len() >= 2 && edges_are_short(&line)).then_some(line)
}

fn ring_of(value: &Dynamic) -> Option<Ring> {
    const POINTS_MIN: usize = 4;
    let mut ring = points_of(value)?;
    if ring.len() < POINTS_MIN || ring.first() != ring.last() || !edges_are_short(&ring) {
        return None;
    }
    ring.pop();
    let repeated = ring.iter().enumerate().any(|(index, point)| ring[..index].contains(point));
    (!repeated).then_some(ring)
}

fn polygon_of(value: &Dynamic) -> Option<Rings> {
    let rings: Rings = value.as_array()?.iter().map(ring_of).collect::<Option<_>>()?;
    (!rings.is_empty()).then_some(rings)
}

/// Finds the type and the coordinates of a geometry; those of a feature are inside.
fn parts(value: &Dynamic) -> Option<(&str, &Dynamic)> {
    match value.get("type")?.as_str()? {
        "Feature" => parts(value.get("geometry")?),
        kind => Some((kind, value.get("coordinates")?)),
    }
}

/// Reads a LineString or MultiLineString.
pub(super) fn lines(text: Option<&str>) -> Option<Vec<Line>> {
    lines_of(&Dynamic::parse(text?).ok()?)
}

/// Reads an array of LineStrings and MultiLineStrings.
pub(super) fn lines_array(text: Option<&str>) -> Option<Vec<Vec<Line>>> {
    Dynamic::parse(text?).ok()?.as_array()?.iter().map(lines_of).collect()
}

fn lines_of(value: &Dynamic) -> Option<Vec<Line>> {
    let lines: Vec<Line> = match parts(value)? {
        ("LineString", coordinates) => vec![line_of(coordinates)?],
        ("MultiLineString", coordinates) => coordinates.as_array()?.iter().map(line_of).collect::<Option<_>>()?,
        _ => return None,
    };
    (!lines.is_empty()).then_some(lines)
}

/// Reads a Polygon or MultiPolygon.
pub(super) fn polygons(text: Option<&str>) -> Option<Vec<Rings>> {
    polygons_of(&Dynamic::parse(text?).ok()?)
}

/// Reads an array of Polygons and MultiPolygons.
pub(super) fn polygons_array(text: Option<&str>) -> Option<Vec<Vec<Rings>>> {
    Dynamic::parse(text?).ok()?.as_array()?.iter().map(polygons_of).collect()
}

fn polygons_of(value: &Dynamic) -> Option<Vec<Rings>> {
    let polygons: Vec<Rings> = match parts(value)? {
        ("Polygon", coordinates) => vec![polygon_of(coordinates)?],
        ("MultiPolygon", coordinates) => coordinates.as_array()?.iter().map(polygon_of).collect::<Option<_>>()?,
        _ => return None,
    };
    (!polygons.is_empty()).then_some(polygons)
}

/// Appends a number, whole ones without a point.
pub(super) fn write_coordinate(value: f64, out: &mut String) {
    // Writing to a string never fails; Rust prints a whole number without a point.
    let _ = write!(out, "{}", if value == 0.0 { 0.0 } else { value });
}

fn write_pair(point: LngLat, out: &mut String) {
    out.push('[');
    write_coordinate(point.longitude, out);
    out.push(',');
    write_coordinate(point.latitude, out);
    out.push(']');
}

fn write_list<T>(items: &[T], out: &mut String, write: impl Fn(&T, &mut String)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

fn write_points(points: &[LngLat], out: &mut String) {
    write_list(points, out, |point, out| write_pair(*point, out));
}

/// Appends a Point.
pub(super) fn write_point(point: LngLat, out: &mut String) {
    out.push_str("{\"type\":\"Point\",\"coordinates\":");
    write_pair(point, out);
    out.push('}');
}

/// Appends a LineString, or a MultiLineString of several lines.
pub(super) fn write_lines(lines: &[Line], out: &mut String) {
    if let [line] = lines {
        out.push_str("{\"type\":\"LineString\",\"coordinates\":");
        write_points(line, out);
    } else {
        out.push_str("{\"type\":\"MultiLineString\",\"coordinates\":");
        write_list(lines, out, |line, out| write_points(line, out));
    }
    out.push('}');
}

fn write_rings(rings: &Rings, out: &mut String) {
    write_list(rings, out, |ring, out| {
        let mut closed = ring.clone();
        closed.extend(ring.first());
        write_points(&closed, out);
    });
}

/// Appends a Polygon, or a MultiPolygon of several polygons.
pub(super) fn write_polygons(polygons: &[Rings], out: &mut String) {
    if let [polygon] = polygons {
        out.push_str("{\"type\":\"Polygon\",\"coordinates\":");
        write_rings(polygon, out);
    } else {
        out.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":");
        write_list(polygons, out, write_rings);
    }
    out.push('}');
}

/// Appends a Point, or a MultiPoint of several points.
fn write_all_points(points: &[LngLat], out: &mut String) {
    if let [point] = points {
        return write_point(*point, out);
    }
    out.push_str("{\"type\":\"MultiPoint\",\"coordinates\":");
    write_points(points, out);
    out.push('}');
}

/// Appends what there is of points, lines and polygons: a collection unless there is exactly one kind.
pub(super) fn write_parts(points: &[LngLat], lines: &[Line], polygons: &[Rings], out: &mut String) {
    match (points, lines, polygons) {
        (points, [], []) if !points.is_empty() => write_all_points(points, out),
        ([], lines, []) if !lines.is_empty() => write_lines(lines, out),
        ([], [], polygons) if !polygons.is_empty() => write_polygons(polygons, out),
        _ => {
            out.push_str("{\"type\":\"GeometryCollection\",\"geometries\":");
            let kinds = [!points.is_empty(), !lines.is_empty(), !polygons.is_empty()];
            let kinds: Vec<usize> = (0..kinds.len()).filter(|kind| kinds[*kind]).collect();
            write_list(&kinds, out, |kind, out| match kind {
                0 => write_all_points(points, out),
                1 => write_lines(lines, out),
                _ => write_polygons(polygons, out),
            });
            out.push('}');
        }
    }
}
