//! Edges of several shapes cut where they meet: an arrangement of edges that share at most their ends.

use std::collections::HashMap;

use super::sphere::{Vector, closest_on_edge, edges_meet};

/// Points that are closer are one: less than a micrometre on the ground.
const TOLERANCE: f64 = 1e-13;
/// The side of the cubes in which close points are sought.
const CUBE: f64 = 4.0 * TOLERANCE;

/// A piece of an edge between two nodes, with the shape and the edge it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) shape: usize,
    pub(super) edge: usize,
}

/// The nodes and the pieces between them, in the order of the edges.
pub(super) struct Arrangement {
    pub(super) nodes: Vec<Vector>,
    pub(super) pieces: Vec<Piece>,
}

/// An edge of a shape.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) from: Vector,
    pub(super) to: Vector,
    pub(super) shape: usize,
}

/// The points met so far; close ones are one.
#[derive(Default)]
struct Nodes {
    points: Vec<Vector>,
    cubes: HashMap<[i64; 3], Vec<usize>>,
}

impl Nodes {
    fn index_of(&mut self, point: Vector) -> usize {
        let coordinates = [point.x, point.y, point.z];
        let lower = coordinates.map(|value| (value / CUBE - 0.5).floor() as i64);
        let around = (0..8).map(|bits| [lower[0] + (bits & 1), lower[1] + (bits >> 1 & 1), lower[2] + (bits >> 2 & 1)]);
        for cube in around {
            for index in self.cubes.get(&cube).into_iter().flatten() {
                if is_close(self.points[*index], point) {
                    return *index;
                }
            }
        }
        let index = self.points.len();
        self.points.push(point);
        self.cubes.entry(coordinates.map(|value| (value / CUBE).floor() as i64)).or_default().push(index);
        index
    }
}

fn is_close(a: Vector, b: Vector) -> bool {
    a.plus(b.times(-1.0)).length() <= TOLERANCE
}

/// Says that two edges are too far apart to meet: an edge lies in the ball over its chord.
fn are_apart(a: &Edge, b: &Edge) -> bool {
    let span = |edge: &Edge| edge.to.plus(edge.from.times(-1.0)).length();
    // Twice the middles, against twice the radii.
    let middles = a.from.plus(a.to).plus(b.from.plus(b.to).times(-1.0));
    middles.length() > span(a) + span(b) + CUBE
}

/// Returns where two edges cross that do so between their ends.
fn crossing(a: &Edge, b: &Edge) -> Option<Vector> {
    if !edges_meet(a.from, a.to, b.from, b.to) {
        return None;
    }
    let meeting = a.from.normal(a.to).cross(b.from.normal(b.to)).unit();
    let meeting = if meeting.dot(a.from.plus(a.to)) < 0.0 { meeting.times(-1.0) } else { meeting };
    (meeting != Vector::ZERO).then_some(meeting)
}

impl Arrangement {
    /// Cuts the edges where they meet.
    pub(super) fn of(edges: &[Edge]) -> Self {
        let mut nodes = Nodes::default();
        let mut cuts: Vec<Vec<usize>> =
            edges.iter().map(|edge| vec![nodes.index_of(edge.from), nodes.index_of(edge.to)]).collect();
        for (i, a) in edges.iter().enumerate() {
            for (j, b) in edges.iter().enumerate().skip(i + 1) {
                if !are_apart(a, b) {
                    Self::cut((i, a), (j, b), &mut cuts, &mut nodes);
                }
            }
        }
        let mut pieces = Vec::with_capacity(edges.len());
        for (index, (edge, mut cuts)) in edges.iter().zip(cuts).enumerate() {
            let distance = |node: &usize| edge.from.angle(nodes.points[*node]);
            cuts.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
            cuts.dedup();
            pieces.extend(cuts.windows(2).map(|ends| Piece {
                from: ends[0],
                to: ends[1],
                shape: edge.shape,
                edge: index,
            }));
        }
        Self { nodes: nodes.points, pieces }
    }

    /// Notes where two edges touch or cross each other.
    fn cut((i, a): (usize, &Edge), (j, b): (usize, &Edge), cuts: &mut [Vec<usize>], nodes: &mut Nodes) {
        let on = |edge: &Edge, point: Vector| is_close(closest_on_edge(point, edge.from, edge.to), point);
        let mut touches = false;
        for (edge, other, index) in [(a, b, i), (b, a, j)] {
            for end in [other.from, other.to] {
                if on(edge, end) {
                    touches = true;
                    let node = nodes.index_of(end);
                    if !cuts[index].contains(&node) {
                        cuts[index].push(node);
                    }
                }
            }
        }
        if touches {
            return;
        }
        if let Some(point) = crossing(a, b) {
            let node = nodes.index_of(point);
            cuts[i].push(node);
            cuts[j].push(node);
        }
    }

    /// Returns the middle of a piece.
    pub(super) fn middle(&self, piece: &Piece) -> Vector {
        self.nodes[piece.from].plus(self.nodes[piece.to]).unit()
    }
}
