//! A polygon on the sphere: its region, area and centre.
//!
//! A ring bounds the smaller of the two regions into which it divides the sphere, whichever way it runs.

use std::f64::consts::PI;

use super::{
    geojson::{Ring, Rings},
    sphere::{LngLat, Vector, edges_meet},
};

/// A ring that runs counter-clockwise around its region.
pub(super) struct Boundary {
    vertices: Vec<Vector>,
    /// The area of the region on the unit sphere.
    pub(super) area: f64,
    /// The integral of position over the region.
    pub(super) centroid: Vector,
}

/// A shell and its holes.
pub(super) struct Polygon {
    rings: Vec<Boundary>,
}

/// The signed area of the triangle of three points: positive if they run counter-clockwise.
fn triangle_area(a: Vector, b: Vector, c: Vector) -> f64 {
    2.0 * a.cross(b).dot(c).atan2(1.0 + a.dot(b) + b.dot(c) + c.dot(a))
}

/// The area of a ring on the unit sphere, to the left of its edges.
pub(super) fn signed_area(ring: &[Vector]) -> f64 {
    ring.windows(2).map(|edge| triangle_area(ring[0], edge[0], edge[1])).sum()
}

/// The integral of position over the triangle of three points: negative if they run clockwise.
///
/// Half the sum of each edge's angle times its normal; written with differences of the points, so that small triangles
/// lose no digits.
fn triangle_moment(a: Vector, b: Vector, c: Vector) -> Vector {
    let ratio = |angle: f64| if angle == 0.0 { 1.0 } else { angle / angle.sin() };
    let (ra, rb, rc) = (ratio(b.angle(c)), ratio(c.angle(a)), ratio(a.angle(b)));
    let row = |a: f64, b: f64, c: f64| Vector { x: a, y: b - a, z: c - a };
    let (x, y, z) = (row(a.x, b.x, c.x), row(a.y, b.y, c.y), row(a.z, b.z, c.z));
    let r = row(ra, rb, rc);
    Vector { x: y.cross(z).dot(r), y: z.cross(x).dot(r), z: x.cross(y).dot(r) }.times(0.5)
}

impl Boundary {
    fn of(ring: &Ring) -> Option<Self> {
        let boundary = Self::around(ring.iter().map(|point| point.vector()).collect());
        (!boundary.crosses_itself()).then_some(boundary)
    }

    /// Takes a ring of at least three points that does not cross itself.
    fn around(mut vertices: Vec<Vector>) -> Self {
        let mut area = signed_area(&vertices);
        // Beyond half the sphere the ring means the other region; so does running clockwise.
        let reversed = area < 0.0 && area > -2.0 * PI || area > 2.0 * PI;
        if reversed {
            vertices.reverse();
            area = -area;
        }
        let area = area.rem_euclid(4.0 * PI);
        let origin = vertices[0];
        let triangles = vertices.windows(2).map(|edge| triangle_moment(origin, edge[0], edge[1]));
        let centroid = triangles.fold(Vector::ZERO, Vector::plus);
        Self { vertices, area, centroid }
    }

    fn crosses_itself(&self) -> bool {
        let edges: Vec<(Vector, Vector)> = pairs(&self.vertices).collect();
        let count = edges.len();
        let apart = |i: usize, j: usize| j > i + 1 && !(i == 0 && j + 1 == count);
        (0..count)
            .any(|i| (i + 1..count).any(|j| apart(i, j) && edges_meet(edges[i].0, edges[i].1, edges[j].0, edges[j].1)))
    }

    /// Says whether the ring goes around the point, on its own side of the sphere.
    fn contains(&self, point: Vector) -> bool {
        if point.dot(self.centroid) <= 0.0 {
            return false;
        }
        // The directions to the vertices turn by a whole circle if the ring goes around, and not at all otherwise.
        let turn: f64 = pairs(&self.vertices)
            .map(|(a, b)| {
                let (a, b) = (point.cross(a), point.cross(b));
                a.cross(b).dot(point).atan2(a.dot(b))
            })
            .sum();
        turn.abs() > PI
    }
}

/// The edges of a closed ring.
fn pairs(vertices: &[Vector]) -> impl Iterator<Item = (Vector, Vector)> + '_ {
    vertices.iter().enumerate().map(|(index, vertex)| (*vertex, vertices[(index + 1) % vertices.len()]))
}

impl Polygon {
    /// Reads the rings; none if one is degenerate or crosses itself.
    pub(super) fn of(rings: &Rings) -> Option<Self> {
        Some(Self { rings: rings.iter().map(Boundary::of).collect::<Option<_>>()? })
    }

    /// Takes rings that neither cross nor are degenerate.
    pub(super) fn from_oriented(rings: Vec<Vec<Vector>>) -> Self {
        Self { rings: rings.into_iter().map(Boundary::around).collect() }
    }

    /// The rings with the region to their left: a shell counter-clockwise, holes clockwise.
    pub(super) fn oriented(&self) -> impl Iterator<Item = Vec<Vector>> + '_ {
        self.rings.iter().enumerate().map(|(index, ring)| {
            let mut vertices = ring.vertices.clone();
            if index > 0 {
                vertices.reverse();
            }
            vertices
        })
    }

    /// The rings as they are written.
    pub(super) fn points(&self) -> Rings {
        self.oriented().map(|ring| ring.iter().map(|vertex| vertex.point()).collect()).collect()
    }

    /// Reads the polygons of one geometry.
    pub(super) fn all(polygons: &[Rings]) -> Option<Vec<Self>> {
        polygons.iter().map(Self::of).collect()
    }

    pub(super) fn contains(&self, point: LngLat) -> bool {
        self.contains_vector(point.vector())
    }

    pub(super) fn contains_vector(&self, point: Vector) -> bool {
        let mut inside = self.rings.iter().map(|ring| ring.contains(point));
        inside.next().unwrap_or(false) && !inside.any(|hole| hole)
    }

    pub(super) fn area(&self) -> f64 {
        self.signed(|ring| ring.area, |sum, value, sign| sum + value * sign, 0.0)
    }

    pub(super) fn centroid(&self) -> Vector {
        self.signed(|ring| ring.centroid, |sum: Vector, value, sign| sum.plus(value.times(sign)), Vector::ZERO)
    }

    /// Sums over the rings, holes negative.
    fn signed<T>(&self, value: impl Fn(&Boundary) -> T, add: impl Fn(T, T, f64) -> T, zero: T) -> T {
        let signed =
            self.rings.iter().enumerate().map(|(index, ring)| (value(ring), if index == 0 { 1.0 } else { -1.0 }));
        signed.fold(zero, |sum, (value, sign)| add(sum, value, sign))
    }

    /// The edges of all rings.
    pub(super) fn edges(&self) -> impl Iterator<Item = (Vector, Vector)> + '_ {
        self.rings.iter().flat_map(|ring| pairs(&ring.vertices))
    }

    /// One vertex of the shell.
    pub(super) fn vertex(&self) -> Option<Vector> {
        self.rings.first()?.vertices.first().copied()
    }

    /// Says whether the boundaries of two polygons have a point in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let others: Vec<_> = other.edges().collect();
        self.edges().any(|(a, b)| others.iter().any(|(c, d)| edges_meet(a, b, *c, *d)))
    }
}
