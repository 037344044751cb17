//! Finds the keyword that a misspelt word is nearest to.

/// How many letters may differ.
const DISTANCE_MAX: usize = 2;

/// Words longer than this are not compared; no keyword is.
const WORD_CHARS_MAX: usize = 32;

/// Returns the known word with the fewest edits to `word`, if they are few.
pub(crate) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    if word.len() > WORD_CHARS_MAX {
        return None;
    }
    let allowed = DISTANCE_MAX.min(word.len() / 2);
    known.map(|name| (distance(&word, name), name)).filter(|(edits, _)| *edits <= allowed).min().map(|(_, name)| name)
}

/// Levenshtein's distance.
fn distance(left: &[char], right: &str) -> usize {
    let mut row: Vec<usize> = (0..=left.len()).collect();
    for (line, letter) in right.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (at, other) in left.iter().enumerate() {
            let replaced = diagonal + usize::from(*other != letter);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[left.len()]
}
