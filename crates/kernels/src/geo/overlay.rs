//! The union and the intersection of polygons.
//!
//! The boundaries are cut where they meet; of the pieces those are kept that bound the result, and put together to
//! rings. A ring begins where its last edge of the input ends, as in the documented results.

use std::collections::{HashMap, HashSet};

use super::{
    arrangement::{Arrangement, Edge, Piece},
    polygon::{Polygon, signed_area},
    sphere::Vector,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    Union,
    Intersection,
}

/// What two regions have in common.
pub(super) struct Common {
    pub(super) polygons: Vec<Polygon>,
    /// Edges along which the regions only touch.
    pub(super) lines: Vec<Vec<Vector>>,
    /// Points at which the regions only touch.
    pub(super) points: Vec<Vector>,
}

/// The edges of a region, which lies to their left.
fn edges(polygons: &[Polygon], shape: usize) -> impl Iterator<Item = Edge> + '_ {
    polygons.iter().flat_map(Polygon::oriented).flat_map(move |ring| {
        let count = ring.len();
        (0..count).map(move |index| Edge { from: ring[index], to: ring[(index + 1) % count], shape })
    })
}

pub(super) fn contains(polygons: &[Polygon], point: Vector) -> bool {
    polygons.iter().any(|polygon| polygon.contains_vector(point))
}

/// Returns the region that two regions cover together.
pub(super) fn union(a: &[Polygon], b: &[Polygon]) -> Vec<Polygon> {
    overlay(Overlay::Union, a, b).polygons
}

/// Returns what two regions have in common.
pub(super) fn intersection(a: &[Polygon], b: &[Polygon]) -> Common {
    overlay(Overlay::Intersection, a, b)
}

fn overlay(operation: Overlay, a: &[Polygon], b: &[Polygon]) -> Common {
    let edges: Vec<Edge> = edges(a, 0).chain(edges(b, 1)).collect();
    let arrangement = Arrangement::of(&edges);
    let known: HashSet<(usize, usize, usize)> = arrangement.pieces.iter().map(|p| (p.shape, p.from, p.to)).collect();
    let (mut kept, mut shared) = (Vec::new(), Vec::new());
    for piece in &arrangement.pieces {
        let other = 1 - piece.shape;
        if known.contains(&(other, piece.from, piece.to)) {
            // Both run along here: one is enough.
            kept.extend((piece.shape == 0).then_some(*piece));
        } else if known.contains(&(other, piece.to, piece.from)) {
            // The regions lie on either side.
            shared.extend((piece.shape == 0).then_some(*piece));
        } else {
            let inside = contains([a, b][other], arrangement.middle(piece));
            kept.extend((inside == (operation == Overlay::Intersection)).then_some(*piece));
        }
    }
    let points = touching(&arrangement, kept.iter().chain(&shared));
    let lines = chains(&arrangement, &shared);
    Common { polygons: polygons_of(rings(&arrangement, &kept)), lines, points }
}

/// Returns the nodes that both shapes have and that no piece of `kept` ends at.
pub(super) fn touching<'a>(arrangement: &Arrangement, kept: impl Iterator<Item = &'a Piece>) -> Vec<Vector> {
    let ends = |shape: usize| {
        let pieces = arrangement.pieces.iter().filter(move |piece| piece.shape == shape);
        pieces.flat_map(|piece| [piece.from, piece.to]).collect::<HashSet<_>>()
    };
    let (a, b) = (ends(0), ends(1));
    let kept: HashSet<usize> = kept.flat_map(|piece| [piece.from, piece.to]).collect();
    let alone = |node: &usize| a.contains(node) && b.contains(node) && !kept.contains(node);
    (0..arrangement.nodes.len()).filter(alone).map(|node| arrangement.nodes[node]).collect()
}

/// Joins pieces that follow each other to lines.
pub(super) fn chains(arrangement: &Arrangement, pieces: &[Piece]) -> Vec<Vec<Vector>> {
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for piece in pieces {
        match lines.iter_mut().find(|line| line.last() == Some(&piece.from)) {
            Some(line) => line.push(piece.to),
            None => lines.push(vec![piece.from, piece.to]),
        }
    }
    lines.iter().map(|line| line.iter().map(|node| arrangement.nodes[*node]).collect()).collect()
}

/// Puts the pieces together to rings without a node that comes twice.
fn rings(arrangement: &Arrangement, pieces: &[Piece]) -> Vec<Vec<Vector>> {
    let mut leaving: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        leaving.entry(piece.from).or_default().push(index);
    }
    let mut rings = Vec::new();
    for start in 0..pieces.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut next = leaving.get(&pieces[start].from).is_some_and(|open| open.contains(&start)).then_some(start);
        while let Some(index) = next {
            let piece = &pieces[index];
            if let Some(open) = leaving.get_mut(&piece.from) {
                open.retain(|other| *other != index);
            }
            path.push(index);
            if let Some(position) = path.iter().position(|earlier| pieces[*earlier].from == piece.to) {
                let ring = path.split_off(position);
                rings.push(ring_of(arrangement, pieces, ring));
            }
            next = match path.last() {
                Some(last) => leftmost(arrangement, pieces, &pieces[*last], leaving.get(&pieces[*last].to)),
                None => None,
            };
        }
    }
    rings.into_iter().flatten().collect()
}

/// Of the pieces that leave where `piece` ends, returns the sharpest turn to the left.
fn leftmost(arrangement: &Arrangement, pieces: &[Piece], piece: &Piece, leaving: Option<&Vec<usize>>) -> Option<usize> {
    let node = arrangement.nodes[piece.to];
    let direction = |other: usize| {
        let other = arrangement.nodes[other];
        other.plus(node.times(-other.dot(node)))
    };
    let back = direction(piece.from);
    // The clockwise angle from the way back.
    let turn = |index: &usize| {
        let forth = direction(pieces[*index].to);
        let angle = forth.cross(back).dot(node).atan2(forth.dot(back));
        if angle <= 0.0 { angle + std::f64::consts::TAU } else { angle }
    };
    leaving?.iter().copied().min_by(|a, b| turn(a).total_cmp(&turn(b)))
}

/// Turns a ring so that its last edge of the input comes last; none if it encloses nothing.
fn ring_of(arrangement: &Arrangement, pieces: &[Piece], mut ring: Vec<usize>) -> Option<Vec<Vector>> {
    let (mut last, mut gap) = (0, false);
    for position in 1..ring.len() {
        let (edge, highest) = (pieces[ring[position]].edge, pieces[ring[last]].edge);
        if edge < highest {
            gap = true;
        } else if edge > highest || !gap {
            (last, gap) = (position, false);
        }
    }
    let first = (last + 1) % ring.len();
    ring.rotate_left(first);
    (ring.len() > 2).then(|| ring.iter().map(|index| arrangement.nodes[pieces[*index].from]).collect())
}

/// Gives each hole to the smallest shell around it.
fn polygons_of(rings: Vec<Vec<Vector>>) -> Vec<Polygon> {
    let (shells, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| signed_area(ring) > 0.0);
    let mut polygons: Vec<Vec<Vec<Vector>>> = shells.into_iter().map(|shell| vec![shell]).collect();
    let around: Vec<Polygon> = polygons.iter().map(|rings| Polygon::from_oriented(rings.clone())).collect();
    for hole in holes {
        let middle = hole[0].plus(hole[1]).unit();
        let shells = around.iter().enumerate().filter(|(_, shell)| shell.contains_vector(middle));
        if let Some((index, _)) = shells.min_by(|a, b| a.1.area().total_cmp(&b.1.area())) {
            polygons[index].push(hole);
        }
    }
    polygons.into_iter().map(Polygon::from_oriented).collect()
}

/// Returns the region that all regions cover together, the two of the fewest vertices first.
pub(super) fn union_all(regions: Vec<Vec<Polygon>>) -> Vec<Polygon> {
    let size = |region: &[Polygon]| region.iter().flat_map(Polygon::edges).count();
    let mut queue: Vec<(usize, Vec<Polygon>)> =
        regions.into_iter().map(|region| (size(&region), union(&region, &[]))).collect();
    queue.sort_by_key(|(size, _)| *size);
    while queue.len() > 1 {
        let (a_size, a) = queue.remove(0);
        let (b_size, b) = queue.remove(0);
        let size = a_size + b_size;
        let place = queue.partition_point(|(other, _)| *other <= size);
        queue.insert(place, (size, union(&a, &b)));
    }
    queue.pop().map(|(_, region)| region).unwrap_or_default()
}
