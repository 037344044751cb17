//! Points on the unit sphere and the geodesics between them.

/// The mean radius of the Earth in metres, as the documented lengths have it.
pub(super) const EARTH_RADIUS: f64 = 6_371_010.0;

/// A point in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LngLat {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

/// A vector from the centre of the sphere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Vector {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
}

impl LngLat {
    /// Returns the point; none out of the range of longitudes or latitudes.
    pub(super) fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let valid = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
        valid.then_some(Self { longitude, latitude })
    }

    pub(super) fn vector(self) -> Vector {
        let (longitude, latitude) = (self.longitude.to_radians(), self.latitude.to_radians());
        Vector { x: latitude.cos() * longitude.cos(), y: latitude.cos() * longitude.sin(), z: latitude.sin() }
    }
}

impl Vector {
    pub(super) const ZERO: Self = Self { x: 0.0, y: 0.0, z: 0.0 };

    pub(super) fn point(self) -> LngLat {
        LngLat {
            longitude: self.y.atan2(self.x).to_degrees(),
            latitude: self.z.atan2(self.x.hypot(self.y)).to_degrees(),
        }
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(super) fn cross(self, other: Self) -> Self {
        Self {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    /// Returns twice the cross product: with sum and difference it loses no digits for close points.
    pub(super) fn normal(self, other: Self) -> Self {
        self.plus(other).cross(other.plus(self.times(-1.0)))
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }

    pub(super) fn times(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor, z: self.z * factor }
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// Scales to length 1; zero stays.
    pub(super) fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 { self.times(1.0 / length) } else { self }
    }

    /// The angle between two vectors, exact for small and large ones.
    pub(super) fn angle(self, other: Self) -> f64 {
        self.cross(other).length().atan2(self.dot(other))
    }

    /// Returns the point at a share of the geodesic to `other`.
    pub(super) fn interpolate(self, other: Self, share: f64) -> Self {
        let angle = self.angle(other);
        if angle == 0.0 {
            return self;
        }
        let (a, b) = (((1.0 - share) * angle).sin(), (share * angle).sin());
        self.times(a).plus(other.times(b)).unit()
    }
}

/// Returns the point of the edge from `a` to `b` that is closest to `point`.
pub(super) fn closest_on_edge(point: Vector, a: Vector, b: Vector) -> Vector {
    let normal = a.normal(b).unit();
    let foot = point.plus(normal.times(-point.dot(normal))).unit();
    // The foot lies on the edge if it is on the inner side of both ends.
    let inside = a.cross(foot).dot(normal) >= 0.0 && foot.cross(b).dot(normal) >= 0.0;
    if inside && foot != Vector::ZERO {
        return foot;
    }
    if point.angle(a) <= point.angle(b) { a } else { b }
}

/// Says whether two edges have a point in common; touching counts.
pub(super) fn edges_meet(a: Vector, b: Vector, c: Vector, d: Vector) -> bool {
    /// About a tenth of a micrometre on the ground.
    const TOLERANCE: f64 = 1e-14;
    let side = |p: Vector, q: Vector, r: Vector| p.normal(q).dot(r);
    let (abc, abd) = (side(a, b, c), side(a, b, d));
    let (cda, cdb) = (side(c, d, a), side(c, d, b));
    if abc * abd < 0.0 && cda * cdb < 0.0 {
        // The great circles also meet on the far side of the sphere.
        let meeting = a.normal(b).cross(c.normal(d));
        let meeting = if meeting.dot(a.plus(b)) < 0.0 { meeting.times(-1.0) } else { meeting };
        return meeting.dot(c.plus(d)) > 0.0;
    }
    let touches = |p: Vector, q: Vector, r: Vector| closest_on_edge(r, p, q).angle(r) <= TOLERANCE;
    touches(a, b, c) || touches(a, b, d) || touches(c, d, a) || touches(c, d, b)
}
