//! Geospatial functions on a sphere, GeoJSON in and out.
//!
//! Longitude comes before latitude, both in degrees; lengths are in metres. Edges are geodesics. What is no valid
//! point, line, polygon or cell gives null.

mod arrangement;
mod buffers;
mod coverings;
mod densify;
mod geohash;
mod geojson;
mod h3;
mod h3_fill;
mod intersections;
mod intersects;
mod line_position;
mod lines;
mod overlay;
mod points;
mod polygon;
mod polygons;
mod s2;
mod s2_cell;
mod simplify;
mod sphere;
mod unions;
mod wkt;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#geospatial-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("geo_distance_2points", points::distance),
    ("geo_azimuth", points::azimuth),
    ("geo_angle", points::angle),
    ("geo_point_in_circle", points::in_circle),
    ("geo_point_to_geohash", geohash::from_point),
    ("geo_geohash_to_central_point", geohash::central_point),
    ("geo_geohash_to_polygon", geohash::to_polygon),
    ("geo_geohash_neighbors", geohash::neighbors),
    ("geo_point_to_s2cell", s2::from_point),
    ("geo_s2cell_to_central_point", s2::central_point),
    ("geo_s2cell_to_polygon", s2::to_polygon),
    ("geo_s2cell_neighbors", s2::neighbors),
    ("geo_point_to_h3cell", h3::from_point),
    ("geo_h3cell_to_central_point", h3::central_point),
    ("geo_h3cell_to_polygon", h3::to_polygon),
    ("geo_h3cell_neighbors", h3::neighbors),
    ("geo_h3cell_children", h3::children),
    ("geo_h3cell_parent", h3::parent),
    ("geo_h3cell_rings", h3::rings),
    ("geo_h3cell_level", h3::level),
    ("geo_line_length", lines::length),
    ("geo_line_centroid", lines::centroid),
    ("geo_line_interpolate_point", line_position::interpolate),
    ("geo_line_locate_point", line_position::locate),
    ("geo_closest_point_on_line", line_position::closest_point),
    ("geo_distance_point_to_line", line_position::distance),
    ("geo_line_densify", densify::line),
    ("geo_polygon_densify", densify::polygon),
    ("geo_line_simplify", simplify::line),
    ("geo_polygon_simplify", simplify::polygon),
    ("geo_point_in_polygon", polygons::contains_point),
    ("geo_polygon_area", polygons::area),
    ("geo_polygon_perimeter", polygons::perimeter),
    ("geo_polygon_centroid", polygons::centroid),
    ("geo_closest_point_on_polygon", polygons::closest_point),
    ("geo_distance_point_to_polygon", polygons::distance),
    ("geo_intersects_2lines", intersects::two_lines),
    ("geo_intersects_line_with_polygon", intersects::line_with_polygon),
    ("geo_intersects_2polygons", intersects::two_polygons),
    ("geo_intersection_2lines", intersections::two_lines),
    ("geo_intersection_line_with_polygon", intersections::line_with_polygon),
    ("geo_intersection_2polygons", intersections::two_polygons),
    ("geo_union_lines_array", unions::lines),
    ("geo_union_polygons_array", unions::polygons),
    ("geo_simplify_polygons_array", simplify::polygons_of_array),
    ("geo_point_buffer", buffers::point),
    ("geo_line_buffer", buffers::line),
    ("geo_polygon_buffer", buffers::polygon),
    ("geo_line_to_s2cells", coverings::line),
    ("geo_polygon_to_s2cells", coverings::polygon),
    ("geo_polygon_to_h3cells", h3_fill::polygon),
    ("geo_from_wkt", wkt::from_wkt),
];
