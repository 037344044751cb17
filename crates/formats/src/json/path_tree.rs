//! The paths of all columns as one tree, so that a record is walked once whatever the number of columns.

use std::collections::HashMap;

use crate::mapping::path::Step;

/// Nodes of more names than this find a name by hash rather than by search.
const LINEAR_SEARCH_MAX: usize = 8;

/// A place in a record that some path leads to or through.
#[derive(Debug, Default)]
struct Node {
    /// Properties in the order of the columns, with their nodes.
    names: Vec<(Box<[u8]>, usize)>,
    /// The positions in `names`.
    by_name: HashMap<Box<[u8]>, usize>,
    /// Elements with their nodes.
    indexes: Vec<(usize, usize)>,
}

/// A tree of paths; node 0 is the record.
#[derive(Debug)]
pub(crate) struct PathTree {
    nodes: Vec<Node>,
}

impl Default for PathTree {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl PathTree {
    /// Adds a path and returns the node it leads to.
    pub(crate) fn insert(&mut self, path: &[Step]) -> usize {
        path.iter().fold(0, |node, step| match step {
            Step::Name(name) => self.insert_name(node, name.as_bytes()),
            Step::Index(index) => self.insert_index(node, *index),
        })
    }

    fn insert_name(&mut self, node: usize, name: &[u8]) -> usize {
        if let Some(&position) = self.nodes[node].by_name.get(name) {
            return self.nodes[node].names[position].1;
        }
        let child = self.add_node();
        let parent = &mut self.nodes[node];
        parent.by_name.insert(name.into(), parent.names.len());
        parent.names.push((name.into(), child));
        child
    }

    fn insert_index(&mut self, node: usize, index: usize) -> usize {
        if let Some(child) = self.element(node, index) {
            return child;
        }
        let child = self.add_node();
        self.nodes[node].indexes.push((index, child));
        child
    }

    fn add_node(&mut self) -> usize {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    /// Returns the number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Says whether paths go on through properties of the node.
    pub(crate) fn has_names(&self, node: usize) -> bool {
        !self.nodes[node].names.is_empty()
    }

    /// Says whether paths go on through elements of the node.
    pub(crate) fn has_indexes(&self, node: usize) -> bool {
        !self.nodes[node].indexes.is_empty()
    }

    /// Finds the node of a property. `expected` is the position at which it is looked for first, since records
    /// tend to repeat the order of their properties; it moves on behind what was found.
    pub(crate) fn property(&self, node: usize, name: &[u8], expected: &mut usize) -> Option<usize> {
        let node = &self.nodes[node];
        if let Some((candidate, child)) = node.names.get(*expected)
            && **candidate == *name
        {
            *expected += 1;
            return Some(*child);
        }
        let position = if node.names.len() <= LINEAR_SEARCH_MAX {
            node.names.iter().position(|(candidate, _)| **candidate == *name)?
        } else {
            *node.by_name.get(name)?
        };
        *expected = position + 1;
        Some(node.names[position].1)
    }

    /// Finds the node of an element.
    pub(crate) fn element(&self, node: usize, index: usize) -> Option<usize> {
        self.nodes[node].indexes.iter().find(|(candidate, _)| *candidate == index).map(|(_, child)| *child)
    }

    /// Calls `visit` with every node below `node`. Recurses as deep as the paths.
    pub(crate) fn each_below(&self, node: usize, visit: &mut impl FnMut(usize)) {
        let Node { names, indexes, .. } = &self.nodes[node];
        for child in names.iter().map(|(_, child)| *child).chain(indexes.iter().map(|(_, child)| *child)) {
            visit(child);
            self.each_below(child, visit);
        }
    }
}
