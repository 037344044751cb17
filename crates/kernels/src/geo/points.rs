//! Functions of points: distance, direction, angle.
//!
//! <https://learn.microsoft.com/kusto/query/geo-distance-2points-function> and its siblings.

use arrow::array::ArrayRef;
use calypso_columns::Reals;

use super::sphere::{EARTH_RADIUS, LngLat};
use crate::{Call, KernelError};

/// The arguments of a call as points, from one position on.
pub(super) struct Points<'a> {
    coordinates: Vec<Reals<'a>>,
}

impl<'a> Points<'a> {
    /// Reads `count` points from argument `first` on.
    pub(super) fn of(call: &Call<'a>, first: usize, count: usize) -> Result<Self, KernelError> {
        let coordinates = (first..first + 2 * count).map(|index| call.reals(index)).collect::<Result<_, _>>()?;
        Ok(Self { coordinates })
    }

    /// Returns point `index` of `row`; none if it is null or out of range.
    pub(super) fn get(&self, index: usize, row: usize) -> Option<LngLat> {
        LngLat::new(self.coordinates[2 * index].get(row)?, self.coordinates[2 * index + 1].get(row)?)
    }
}

/// `geo_distance_2points(lng1, lat1, lng2, lat2 [, use spheroid])`
pub(super) fn distance(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 2)?;
    let spheroid = if call.len() > 4 { Some(call.bools(4)?) } else { None };
    Ok(call.build_reals(|row| {
        let (a, b) = (points.get(0, row)?, points.get(1, row)?);
        if spheroid.and_then(|s| s.get(row)).unwrap_or(false) {
            return spheroid_distance(a, b);
        }
        Some(a.vector().angle(b.vector()) * EARTH_RADIUS)
    }))
}

/// The distance on the WGS-84 spheroid by Vincenty's formula; none for nearly antipodal points, where it fails.
fn spheroid_distance(a: LngLat, b: LngLat) -> Option<f64> {
    const MAJOR: f64 = 6_378_137.0;
    const FLATTENING: f64 = 1.0 / 298.257_223_563;
    const MINOR: f64 = MAJOR * (1.0 - FLATTENING);
    const ITERATIONS_MAX: usize = 1_000;
    let reduced = |latitude: f64| ((1.0 - FLATTENING) * latitude.to_radians().tan()).atan().sin_cos();
    let ((sin_u1, cos_u1), (sin_u2, cos_u2)) = (reduced(a.latitude), reduced(b.latitude));
    let difference = (b.longitude - a.longitude).to_radians();
    let mut lambda = difference;
    for _ in 0..ITERATIONS_MAX {
        let (sin_lambda, cos_lambda) = lambda.sin_cos();
        let sin_sigma = (cos_u2 * sin_lambda).hypot(cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_lambda);
        if sin_sigma == 0.0 {
            return Some(0.0);
        }
        let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_lambda;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cos_u1 * cos_u2 * sin_lambda / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let middle = if cos2_alpha > 0.0 { cos_sigma - 2.0 * sin_u1 * sin_u2 / cos2_alpha } else { 0.0 };
        let c = FLATTENING / 16.0 * cos2_alpha * (4.0 + FLATTENING * (4.0 - 3.0 * cos2_alpha));
        let correction = sigma + c * sin_sigma * (middle + c * cos_sigma * (2.0 * middle * middle - 1.0));
        let next = difference + (1.0 - c) * FLATTENING * sin_alpha * correction;
        if (next - lambda).abs() < 1e-12 {
            let u2 = cos2_alpha * (MAJOR * MAJOR / (MINOR * MINOR) - 1.0);
            let big_a = 1.0 + u2 / 16_384.0 * (4_096.0 + u2 * (u2 * (320.0 - 175.0 * u2) - 768.0));
            let big_b = u2 / 1_024.0 * (256.0 + u2 * (u2 * (74.0 - 47.0 * u2) - 128.0));
            let m2 = middle * middle;
            let tail = big_b / 6.0 * middle * (4.0 * sin_sigma * sin_sigma - 3.0) * (4.0 * m2 - 3.0);
            let delta = big_b * sin_sigma * (middle + big_b / 4.0 * (cos_sigma * (2.0 * m2 - 1.0) - tail));
            return Some(MINOR * big_a * (sigma - delta));
        }
        lambda = next;
    }
    None
}

/// `geo_azimuth(lng1, lat1, lng2, lat2)`: from north clockwise, in radians; null of equal points.
pub(super) fn azimuth(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 2)?;
    Ok(call.build_reals(|row| {
        let (a, b) = (points.get(0, row)?, points.get(1, row)?);
        if a == b {
            return None;
        }
        let (latitude_a, latitude_b) = (a.latitude.to_radians(), b.latitude.to_radians());
        let difference = (b.longitude - a.longitude).to_radians();
        let east = difference.sin() * latitude_b.cos();
        let north = latitude_a.cos() * latitude_b.sin() - latitude_a.sin() * latitude_b.cos() * difference.cos();
        let azimuth = east.atan2(north);
        Some(if azimuth < 0.0 { azimuth + std::f64::consts::TAU } else { azimuth })
    }))
}

/// `geo_angle(lng1, lat1, lng2, lat2, lng3, lat3)`: at the second point, in radians; null if it equals another.
pub(super) fn angle(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 3)?;
    Ok(call.build_reals(|row| {
        let (a, b, c) = (points.get(0, row)?, points.get(1, row)?, points.get(2, row)?);
        if a == b || c == b {
            return None;
        }
        let (a, b, c) = (a.vector(), b.vector(), c.vector());
        Some(a.cross(b).angle(c.cross(b)))
    }))
}

/// `geo_point_in_circle(lng, lat, centre lng, centre lat, radius)`
pub(super) fn in_circle(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 2)?;
    let radii = call.reals(4)?;
    Ok(call.build_bools(|row| {
        let radius = radii.get(row).filter(|radius| *radius >= 0.0 && radius.is_finite())?;
        let distance = points.get(0, row)?.vector().angle(points.get(1, row)?.vector()) * EARTH_RADIUS;
        Some(distance <= radius)
    }))
}
