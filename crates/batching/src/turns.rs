//! Whose turn it is: sealed batches wait in the order of their table, and the tables take turns.

use std::collections::{HashMap, VecDeque};

use crate::SealedBatch;

type TableKey = (String, String);

/// See the file's header. A table with a thousand batches waiting delays another one's first batch by one batch.
#[derive(Debug)]
pub struct Turns<T> {
    waiting: HashMap<TableKey, VecDeque<SealedBatch<T>>>,
    /// Tables with batches waiting, the next one first.
    order: VecDeque<TableKey>,
    batches: usize,
    items: usize,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), order: VecDeque::new(), batches: 0, items: 0 }
    }
}

impl<T> Turns<T> {
    /// Puts a batch behind the others of its table.
    pub fn push(&mut self, batch: SealedBatch<T>) {
        let table = (batch.key.database.clone(), batch.key.table.clone());
        self.batches += 1;
        self.items += batch.items.len();
        let queue = self.waiting.entry(table.clone()).or_default();
        if queue.is_empty() {
            self.order.push_back(table);
        }
        queue.push_back(batch);
    }

    /// Takes the first batch of the table whose turn it is.
    pub fn pop(&mut self) -> Option<SealedBatch<T>> {
        let table = self.order.pop_front()?;
        let queue = self.waiting.get_mut(&table)?;
        let batch = queue.pop_front()?;
        if queue.is_empty() {
            self.waiting.remove(&table);
        } else {
            self.order.push_back(table);
        }
        self.batches -= 1;
        self.items -= batch.items.len();
        Some(batch)
    }

    /// Takes the items that `wanted` names out of their batches.
    pub fn remove(&mut self, wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut removed = Vec::new();
        for batch in self.waiting.values_mut().flatten() {
            removed.extend(batch.items.extract_if(.., |item| wanted(item)));
        }
        self.items -= removed.len();
        removed
    }

    /// Returns how many batches wait.
    #[must_use]
    pub const fn batches(&self) -> usize {
        self.batches
    }

    /// Returns how many items wait in batches.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.items
    }
}
