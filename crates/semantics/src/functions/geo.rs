//! Geospatial functions.

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Geospatial, summary, signatures)
}

const POINT_AND_SHAPE_TO_REAL: &[Signature] = &[sig(&[real("longitude"), real("latitude"), dynamic("shape")], REAL)];
const POINT_AND_SHAPE_TO_POINT: &[Signature] =
    &[sig(&[real("longitude"), real("latitude"), dynamic("shape")], DYNAMIC)];
const POINT_TO_CELL: &[Signature] = &[sig(&[real("longitude"), real("latitude"), long("level")], STRING).optional(1)];
const CELL: &[Signature] = &[sig(&[string("cell")], DYNAMIC)];
const SHAPE_TO_REAL: &[Signature] = &[sig(&[dynamic("shape")], REAL)];
const SHAPE: &[Signature] = &[sig(&[dynamic("shape")], DYNAMIC)];
const DENSIFY: &[Signature] =
    &[sig(&[dynamic("shape"), real("tolerance"), bool("preserve_crossing")], DYNAMIC).optional(2)];
const SIMPLIFY: &[Signature] = &[sig(&[dynamic("shape"), real("tolerance")], DYNAMIC).optional(1)];
const COMMON: &[Signature] = &[sig(&[dynamic("shape1"), dynamic("shape2")], DYNAMIC)];
const BUFFER: &[Signature] = &[sig(&[dynamic("shape"), real("radius"), real("tolerance")], DYNAMIC).optional(1)];
const COVERING: &[Signature] = &[sig(&[dynamic("shape"), long("level"), real("radius")], DYNAMIC).optional(2)];
const TWO_SHAPES: &[Signature] = &[sig(&[dynamic("shape1"), dynamic("shape2")], BOOL)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#geospatial-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f(
        "geo_distance_2points",
        "Returns the distance of two points in metres.",
        &[sig(
            &[
                real("p1_longitude"),
                real("p1_latitude"),
                real("p2_longitude"),
                real("p2_latitude"),
                bool("use_spheroid"),
            ],
            REAL,
        )
        .optional(1)],
    ),
    f(
        "geo_azimuth",
        "Returns the direction from one point to another.",
        &[sig(&[real("p1_longitude"), real("p1_latitude"), real("p2_longitude"), real("p2_latitude")], REAL)],
    ),
    f(
        "geo_angle",
        "Returns the angle at a point between two others.",
        &[sig(
            &[
                real("p1_longitude"),
                real("p1_latitude"),
                real("p2_longitude"),
                real("p2_latitude"),
                real("p3_longitude"),
                real("p3_latitude"),
            ],
            REAL,
        )],
    ),
    f(
        "geo_point_in_circle",
        "Says whether a point lies in a circle.",
        &[sig(
            &[real("p_longitude"), real("p_latitude"), real("pc_longitude"), real("pc_latitude"), real("c_radius")],
            BOOL,
        )],
    ),
    f("geo_point_to_geohash", "Returns the geohash of a point.", POINT_TO_CELL),
    f("geo_geohash_to_central_point", "Returns the centre of a geohash.", CELL),
    f("geo_geohash_to_polygon", "Returns the rectangle of a geohash.", CELL),
    f("geo_geohash_neighbors", "Returns the geohashes around a geohash.", CELL),
    f("geo_point_to_s2cell", "Returns the S2 cell of a point.", POINT_TO_CELL),
    f("geo_s2cell_to_central_point", "Returns the centre of an S2 cell.", CELL),
    f("geo_s2cell_to_polygon", "Returns the polygon of an S2 cell.", CELL),
    f("geo_s2cell_neighbors", "Returns the S2 cells around an S2 cell.", CELL),
    f("geo_point_to_h3cell", "Returns the H3 cell of a point.", POINT_TO_CELL),
    f("geo_h3cell_to_central_point", "Returns the centre of an H3 cell.", CELL),
    f("geo_h3cell_to_polygon", "Returns the polygon of an H3 cell.", CELL),
    f("geo_h3cell_neighbors", "Returns the H3 cells around an H3 cell.", CELL),
    f(
        "geo_h3cell_children",
        "Returns the finer cells of an H3 cell.",
        &[sig(&[string("h3cell"), long("resolution")], DYNAMIC).optional(1)],
    ),
    f(
        "geo_h3cell_parent",
        "Returns a coarser cell of an H3 cell.",
        &[sig(&[string("h3cell"), long("resolution")], STRING).optional(1)],
    ),
    f(
        "geo_h3cell_rings",
        "Returns the rings of cells around an H3 cell.",
        &[sig(&[string("h3cell"), long("distance")], DYNAMIC)],
    ),
    f("geo_h3cell_level", "Returns the resolution of an H3 cell.", &[sig(&[string("h3cell")], INT)]),
    f("geo_line_length", "Returns the length of a line in metres.", SHAPE_TO_REAL),
    f("geo_line_centroid", "Returns the centroid of a line.", SHAPE),
    f(
        "geo_line_interpolate_point",
        "Returns the point at a share of a line's length.",
        &[sig(&[dynamic("lineString"), real("fraction")], DYNAMIC)],
    ),
    f(
        "geo_line_locate_point",
        "Returns the share of a line's length closest to a point.",
        &[sig(&[dynamic("lineString"), real("longitude"), real("latitude"), bool("use_spheroid")], REAL).optional(1)],
    ),
    f("geo_closest_point_on_line", "Returns the point of a line closest to a point.", POINT_AND_SHAPE_TO_POINT),
    f("geo_distance_point_to_line", "Returns the distance of a point from a line.", POINT_AND_SHAPE_TO_REAL),
    f("geo_line_densify", "Adds points to a line so that its edges may be geodesics.", DENSIFY),
    f("geo_polygon_densify", "Adds points to a polygon so that its edges may be geodesics.", DENSIFY),
    f("geo_line_simplify", "Removes points from a line within a tolerance.", SIMPLIFY),
    f("geo_polygon_simplify", "Removes points from a polygon within a tolerance.", SIMPLIFY),
    f(
        "geo_point_in_polygon",
        "Says whether a point lies in a polygon.",
        &[sig(&[real("longitude"), real("latitude"), dynamic("polygon")], BOOL)],
    ),
    f("geo_polygon_area", "Returns the area of a polygon in square metres.", SHAPE_TO_REAL),
    f("geo_polygon_perimeter", "Returns the length of a polygon's boundary in metres.", SHAPE_TO_REAL),
    f("geo_polygon_centroid", "Returns the centroid of a polygon.", SHAPE),
    f("geo_closest_point_on_polygon", "Returns the point of a polygon closest to a point.", POINT_AND_SHAPE_TO_POINT),
    f("geo_distance_point_to_polygon", "Returns the distance of a point from a polygon.", POINT_AND_SHAPE_TO_REAL),
    f("geo_intersects_2lines", "Says whether two lines have a point in common.", TWO_SHAPES),
    f("geo_intersects_line_with_polygon", "Says whether a line and a polygon have a point in common.", TWO_SHAPES),
    f("geo_intersects_2polygons", "Says whether two polygons have a point in common.", TWO_SHAPES),
    f("geo_intersection_2lines", "Returns what two lines have in common.", COMMON),
    f("geo_intersection_line_with_polygon", "Returns what a line and a polygon have in common.", COMMON),
    f("geo_intersection_2polygons", "Returns what two polygons have in common.", COMMON),
    f("geo_union_lines_array", "Returns the lines of an array as one.", SHAPE),
    f("geo_union_polygons_array", "Returns the polygons of an array as one.", SHAPE),
    f("geo_simplify_polygons_array", "Removes points from the polygons of an array within a tolerance.", SIMPLIFY),
    f(
        "geo_point_buffer",
        "Returns what lies within a distance of a point.",
        &[sig(&[real("longitude"), real("latitude"), real("radius"), real("tolerance")], DYNAMIC).optional(1)],
    ),
    f("geo_line_buffer", "Returns what lies within a distance of a line.", BUFFER),
    f("geo_polygon_buffer", "Returns what lies within a distance of a polygon.", BUFFER),
    f("geo_line_to_s2cells", "Returns the S2 cells that cover a line.", COVERING),
    f("geo_polygon_to_s2cells", "Returns the S2 cells that cover a polygon.", COVERING),
    f("geo_polygon_to_h3cells", "Returns the H3 cells whose centres lie in a polygon.", COVERING),
    f("geo_from_wkt", "Converts well-known text to GeoJSON.", &[sig(&[string("wkt")], DYNAMIC)]),
];
