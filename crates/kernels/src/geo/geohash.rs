//! Geohashes: rectangles of longitude and latitude named by base-32 text.
//!
//! <https://learn.microsoft.com/kusto/query/geo-point-to-geohash-function>

use arrow::array::ArrayRef;

use super::{
    geojson::{write_point, write_polygons},
    points::Points,
    sphere::LngLat,
};
use crate::{Call, KernelError, dynamic::ArrayWriter};

const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
const BITS_PER_DIGIT: u32 = 5;
const ACCURACY_DEFAULT: i64 = 5;
const ACCURACY_MAX: i64 = 18;
/// East and north of each neighbour, in the order of the documented example.
const NEIGHBOURS: [(f64, f64); 8] =
    [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, -1.0)];

/// A rectangle, in degrees.
struct Rectangle {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Rectangle {
    const GLOBE: Self = Self { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

    /// Halves it, by longitude or latitude, and keeps the upper or lower half.
    const fn halve(&mut self, by_longitude: bool, upper: bool) {
        let middle =
            if by_longitude { f64::midpoint(self.west, self.east) } else { f64::midpoint(self.south, self.north) };
        match (by_longitude, upper) {
            (true, true) => self.west = middle,
            (true, false) => self.east = middle,
            (false, true) => self.south = middle,
            (false, false) => self.north = middle,
        }
    }

    fn parse(hash: &str) -> Option<Self> {
        if hash.is_empty() || hash.len() as i64 > ACCURACY_MAX {
            return None;
        }
        let mut rectangle = Self::GLOBE;
        let mut by_longitude = true;
        for byte in hash.bytes() {
            let digit = DIGITS.iter().position(|known| *known == byte.to_ascii_lowercase())?;
            for bit in (0..BITS_PER_DIGIT).rev() {
                rectangle.halve(by_longitude, digit >> bit & 1 == 1);
                by_longitude = !by_longitude;
            }
        }
        Some(rectangle)
    }

    const fn center(&self) -> LngLat {
        LngLat { longitude: f64::midpoint(self.west, self.east), latitude: f64::midpoint(self.south, self.north) }
    }
}

fn write_hash(point: LngLat, accuracy: usize, out: &mut String) {
    let mut rectangle = Rectangle::GLOBE;
    let mut by_longitude = true;
    for _ in 0..accuracy {
        let mut digit = 0;
        for _ in 0..BITS_PER_DIGIT {
            let center = rectangle.center();
            let upper =
                if by_longitude { point.longitude >= center.longitude } else { point.latitude >= center.latitude };
            rectangle.halve(by_longitude, upper);
            digit = digit << 1 | usize::from(upper);
            by_longitude = !by_longitude;
        }
        out.push(DIGITS[digit] as char);
    }
}

/// `geo_point_to_geohash(lng, lat [, accuracy])`: "" of what is out of range.
pub(super) fn from_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let points = Points::of(call, 0, 1)?;
    let accuracies = call.optional_longs(2)?;
    let accuracy_of = |row| {
        let accuracy = accuracies.map_or(Some(ACCURACY_DEFAULT), |a| a.get(row))?;
        usize::try_from(accuracy).ok().filter(|_| (1..=ACCURACY_MAX).contains(&accuracy))
    };
    Ok(call.build_strings(|row, out| {
        if let (Some(point), Some(accuracy)) = (points.get(0, row), accuracy_of(row)) {
            write_hash(point, accuracy, out);
        }
    }))
}

fn with_rectangle(call: &Call<'_>, write: impl Fn(&str, &Rectangle, &mut String)) -> Result<ArrayRef, KernelError> {
    let hashes = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let hash = hashes.get(row);
        Rectangle::parse(hash).map(|rectangle| write(hash, &rectangle, out)).is_some()
    }))
}

/// `geo_geohash_to_central_point(geohash)`
pub(super) fn central_point(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_rectangle(call, |_, rectangle, out| write_point(rectangle.center(), out))
}

/// `geo_geohash_to_polygon(geohash)`
pub(super) fn to_polygon(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_rectangle(call, |_, Rectangle { west, south, east, north }, out| {
        let corner = |longitude: &f64, latitude: &f64| LngLat { longitude: *longitude, latitude: *latitude };
        let ring = vec![corner(west, south), corner(east, south), corner(east, north), corner(west, north)];
        write_polygons(&[vec![ring]], out);
    })
}

/// `geo_geohash_neighbors(geohash)`: beyond a pole there is none, around the globe there is.
pub(super) fn neighbors(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_rectangle(call, |hash, rectangle, out| {
        let center = rectangle.center();
        let (width, height) = (rectangle.east - rectangle.west, rectangle.north - rectangle.south);
        let mut writer = ArrayWriter::new(out);
        for (east, north) in NEIGHBOURS {
            let longitude = (center.longitude + east * width + 180.0).rem_euclid(360.0) - 180.0;
            if let Some(point) = LngLat::new(longitude, center.latitude + north * height) {
                let out = writer.element();
                out.push('"');
                write_hash(point, hash.len(), out);
                out.push('"');
            }
        }
        writer.finish();
    })
}
