//! Guesses by name, in the order in which the names came.

use std::collections::HashMap;

use calypso_columns::Column;

use super::Guess;

/// The columns of records that name their values.
#[derive(Debug, Default)]
pub(crate) struct NamedGuesses {
    guesses: Vec<(String, Guess)>,
    positions: HashMap<String, usize>,
}

impl NamedGuesses {
    /// Returns the guess of a name, a new one for a new name.
    pub(crate) fn of(&mut self, name: &str) -> &mut Guess {
        let position = match self.positions.get(name) {
            Some(position) => *position,
            None => {
                self.positions.insert(name.to_owned(), self.guesses.len());
                self.guesses.push((name.to_owned(), Guess::default()));
                self.guesses.len() - 1
            }
        };
        &mut self.guesses[position].1
    }

    /// Returns a column for each name.
    pub(crate) fn into_columns(self) -> Vec<Column> {
        self.guesses.into_iter().map(|(name, guess)| Column::new(name, guess.ty())).collect()
    }
}
