//! S2 cells: the sphere projected on a cube, each face divided in four again and again along a Hilbert curve.
//!
//! <http://s2geometry.io/devguide/s2cell_hierarchy>

use super::sphere::{LngLat, Vector};

/// The deepest level.
pub(super) const LEVEL_MAX: u32 = 30;
/// How many cells of the deepest level stand along a face.
const FACE_CELLS: i64 = 1 << LEVEL_MAX;
/// The bits of position below the face.
const POSITION_BITS: u32 = 2 * LEVEL_MAX + 1;

/// For each orientation of the curve, the quadrant (i in the higher bit, j in the lower) at each step.
const QUADRANTS: [[u8; 4]; 4] = [[0, 1, 3, 2], [0, 2, 3, 1], [3, 2, 0, 1], [3, 1, 0, 2]];
/// How the orientation changes within the quadrant at each step: 1 swaps the axes, 2 inverts them.
const TURNS: [u8; 4] = [1, 0, 0, 3];

/// A cell by its 64-bit id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell(u64);

/// A cell of a face by its position along the face's two axes, in cells of the deepest level.
struct Place {
    face: u8,
    i: i64,
    j: i64,
}

const fn lowest_bit(level: u32) -> u64 {
    1 << (2 * (LEVEL_MAX - level))
}

/// From the cube's face, on which cells are linear, to the plane that touches it: the quadratic projection.
fn st_to_uv(s: f64) -> f64 {
    if s >= 0.5 { (4.0 * s * s - 1.0) / 3.0 } else { (1.0 - 4.0 * (1.0 - s) * (1.0 - s)) / 3.0 }
}

fn uv_to_st(u: f64) -> f64 {
    if u >= 0.0 { 0.5 * (1.0 + 3.0 * u).sqrt() } else { 1.0 - 0.5 * (1.0 - 3.0 * u).sqrt() }
}

const fn face_uv_to_vector(face: u8, u: f64, v: f64) -> Vector {
    let (x, y, z) = match face {
        0 => (1.0, u, v),
        1 => (-u, 1.0, v),
        2 => (-u, -v, 1.0),
        3 => (-1.0, -v, -u),
        4 => (v, -1.0, -u),
        _ => (v, u, -1.0),
    };
    Vector { x, y, z }
}

fn vector_to_face_uv(p: Vector) -> (u8, f64, f64) {
    let (x, y, z) = (p.x.abs(), p.y.abs(), p.z.abs());
    let (axis, value) = if x > y && x > z {
        (0, p.x)
    } else if y > z {
        (1, p.y)
    } else {
        (2, p.z)
    };
    let face = if value < 0.0 { axis + 3 } else { axis };
    let (u, v) = match face {
        0 => (p.y / p.x, p.z / p.x),
        1 => (-p.x / p.y, p.z / p.y),
        2 => (-p.x / p.z, -p.y / p.z),
        3 => (p.z / p.x, p.y / p.x),
        4 => (p.z / p.y, -p.x / p.y),
        _ => (-p.y / p.z, -p.x / p.z),
    };
    (face, u, v)
}

fn st_to_ij(s: f64) -> i64 {
    ((s * FACE_CELLS as f64).floor() as i64).clamp(0, FACE_CELLS - 1)
}

impl Place {
    fn of(vector: Vector) -> Self {
        let (face, u, v) = vector_to_face_uv(vector);
        Self { face, i: st_to_ij(uv_to_st(u)), j: st_to_ij(uv_to_st(v)) }
    }

    /// Returns the place, wrapped onto the neighbouring face if it lies beyond the edge.
    fn wrapped(face: u8, i: i64, j: i64) -> Self {
        if (0..FACE_CELLS).contains(&i) && (0..FACE_CELLS).contains(&j) {
            return Self { face, i, j };
        }
        // A point just beyond the face, on its plane, lies over the face next to it.
        let just_beyond = |value: i64| {
            let scale = 1.0 / FACE_CELLS as f64;
            (scale * (2.0 * (value.clamp(-1, FACE_CELLS) as f64 - FACE_CELLS as f64 / 2.0) + 1.0))
                .clamp(-1.0 - f64::EPSILON, 1.0 + f64::EPSILON)
        };
        let (face, u, v) = vector_to_face_uv(face_uv_to_vector(face, just_beyond(i), just_beyond(j)));
        // Linear here: near the edge it agrees with the quadratic projection well enough to name the cell.
        Self { face, i: st_to_ij(0.5 * (u + 1.0)), j: st_to_ij(0.5 * (v + 1.0)) }
    }

    fn cell(&self, level: u32) -> Cell {
        let mut position = 0u64;
        let mut orientation = self.face & 1;
        for bit in (0..LEVEL_MAX).rev() {
            let quadrant = ((self.i >> bit & 1) << 1 | (self.j >> bit & 1)) as u8;
            let row = &QUADRANTS[usize::from(orientation)];
            let step = row.iter().position(|known| *known == quadrant).unwrap_or(0);
            position = position << 2 | step as u64;
            orientation ^= TURNS[step];
        }
        let leaf = u64::from(self.face) << POSITION_BITS | position << 1 | 1;
        let bit = lowest_bit(level);
        Cell(leaf & bit.wrapping_neg() | bit)
    }
}

impl Cell {
    pub(super) fn of(point: LngLat, level: u32) -> Self {
        Place::of(point.vector()).cell(level)
    }

    /// Reads a token: the id in hexadecimal digits without zeros at the end.
    pub(super) fn parse(token: &str) -> Option<Self> {
        const DIGITS: usize = 16;
        if token.is_empty() || token.len() > DIGITS || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let id = u64::from_str_radix(&format!("{token:0<DIGITS$}"), 16).ok()?;
        // Six faces; the lowest bit that is set marks the level and stands at an even place.
        let valid = id >> POSITION_BITS < 6 && id.trailing_zeros() <= 2 * LEVEL_MAX && id.trailing_zeros() % 2 == 0;
        valid.then_some(Self(id))
    }

    pub(super) fn token(self) -> String {
        format!("{:016x}", self.0).trim_end_matches('0').to_owned()
    }

    pub(super) const fn level(self) -> u32 {
        LEVEL_MAX - self.0.trailing_zeros() / 2
    }

    /// Returns the six cells that are not divided.
    pub(super) fn faces() -> impl Iterator<Item = Self> {
        (0..6u64).map(|face| Self(face << POSITION_BITS | lowest_bit(0)))
    }

    /// Returns the four parts of a cell that is not of the deepest level.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let bit = lowest_bit(self.level() + 1);
        let first = self.0 - lowest_bit(self.level()) + bit;
        (0..4).map(move |step| Self(first + 2 * bit * step))
    }

    /// Returns the face, and the lower corner of the cell.
    fn place(self) -> Place {
        let face = (self.0 >> POSITION_BITS) as u8;
        let mut orientation = face & 1;
        let (mut i, mut j) = (0, 0);
        for level in 1..=self.level() {
            let step = (self.0 >> (POSITION_BITS - 2 * level) & 3) as usize;
            let quadrant = QUADRANTS[usize::from(orientation)][step];
            i = i << 1 | i64::from(quadrant >> 1);
            j = j << 1 | i64::from(quadrant & 1);
            orientation ^= TURNS[step];
        }
        let shift = LEVEL_MAX - self.level();
        Place { face, i: i << shift, j: j << shift }
    }

    /// Returns the point at shares of the cell's two axes.
    fn at(self, i_share: f64, j_share: f64) -> LngLat {
        let Place { face, i, j } = self.place();
        let size = (1i64 << (LEVEL_MAX - self.level())) as f64;
        let uv = |start: i64, share: f64| st_to_uv((start as f64 + share * size) / FACE_CELLS as f64);
        face_uv_to_vector(face, uv(i, i_share), uv(j, j_share)).point()
    }

    pub(super) fn center(self) -> LngLat {
        self.at(0.5, 0.5)
    }

    /// Returns the corners, counter-clockwise.
    pub(super) fn corners(self) -> Vec<LngLat> {
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].iter().map(|(i, j)| self.at(*i, *j)).collect()
    }

    /// Returns the cells around, also those at the corners, in the order of the documented example. At a corner of the
    /// cube there are only seven.
    pub(super) fn neighbors(self) -> Vec<Self> {
        const AROUND: [(i64, i64); 8] = [(1, 1), (-1, -1), (1, -1), (0, -1), (0, 1), (1, 0), (-1, 0), (-1, 1)];
        let Place { face, i, j } = self.place();
        let level = self.level();
        let size = 1i64 << (LEVEL_MAX - level);
        let mut cells = Vec::with_capacity(AROUND.len());
        for (di, dj) in AROUND {
            // One leaf beyond the edge: that is where the neighbouring face begins.
            let beyond = |start: i64, step: i64| match step {
                -1 => start - 1,
                1 => start + size,
                _ => start,
            };
            let cell = Place::wrapped(face, beyond(i, di), beyond(j, dj)).cell(level);
            if cell != self && !cells.contains(&cell) {
                cells.push(cell);
            }
        }
        cells
    }
}
