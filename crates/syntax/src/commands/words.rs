//! Keywords of commands: read without case, and with dashes (`skip-seal`).

use crate::cursor::Cursor;
use crate::parser::operators::nearest::nearest;

/// Returns the keyword that comes next in lower case, with its dashes; `None` when something else does.
pub(super) fn keyword(cursor: &Cursor<'_>) -> Option<String> {
    let (_, span) = cursor.hyphenated()?;
    Some(cursor.text_of(span).to_ascii_lowercase())
}

pub(super) fn at_keyword(cursor: &Cursor<'_>, word: &str) -> bool {
    cursor.hyphenated().is_some_and(|(_, span)| cursor.text_of(span).eq_ignore_ascii_case(word))
}

/// Says whether the token `ahead`, which has no dash, is the keyword `word`.
pub(super) fn nth_is_keyword(cursor: &Cursor<'_>, ahead: usize, word: &str) -> bool {
    cursor.nth_word(ahead).eq_ignore_ascii_case(word)
}

/// Takes the keyword that comes next, whatever it is.
pub(super) fn eat_any_keyword(cursor: &mut Cursor<'_>) -> Option<String> {
    let word = keyword(cursor)?;
    let (count, _) = cursor.hyphenated()?;
    cursor.skip(count);
    Some(word)
}

pub(super) fn eat_keyword(cursor: &mut Cursor<'_>, word: &str) -> bool {
    let there = at_keyword(cursor, word);
    if there && let Some((count, _)) = cursor.hyphenated() {
        cursor.skip(count);
    }
    there
}

/// Takes all of `words`, or none.
pub(super) fn eat_keywords(cursor: &mut Cursor<'_>, words: &[&str]) -> bool {
    let mark = cursor.mark();
    let all = words.iter().all(|word| eat_keyword(cursor, word));
    if !all {
        cursor.rewind(mark);
    }
    all
}

/// Takes `word`, or reports that it was expected.
pub(super) fn expect_keyword(cursor: &mut Cursor<'_>, word: &str) -> Option<()> {
    if eat_keyword(cursor, word) {
        return Some(());
    }
    expected_one_of(cursor, &[word]);
    None
}

/// Takes one of `words` and returns it, or reports that one was expected.
pub(super) fn expect_one_of<'w>(cursor: &mut Cursor<'_>, words: &[&'w str]) -> Option<&'w str> {
    let found = words.iter().find(|word| eat_keyword(cursor, word));
    if found.is_none() {
        expected_one_of(cursor, words);
    }
    found.copied()
}

/// Reports that one of `words` was expected, and which of them was probably meant.
pub(super) fn expected_one_of(cursor: &mut Cursor<'_>, words: &[&str]) {
    let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let what = if words.len() > 1 { format!("one of {listed}") } else { listed };
    let near = keyword(cursor).and_then(|word| nearest(&word, words.iter().copied()).map(str::to_owned));
    match near {
        Some(near) => cursor.expected_with_hint(&what, format!("did you mean `{near}`?")),
        None => cursor.expected(&what),
    }
}

/// Reports that `what` was expected, and which of the many `words` it could be was probably meant.
pub(super) fn expected_word(cursor: &mut Cursor<'_>, what: &str, words: &[&str]) {
    let near = keyword(cursor).and_then(|word| nearest(&word, words.iter().copied()).map(str::to_owned));
    let hint = near.map_or_else(|| format!("known are {}", words.join(", ")), |near| format!("did you mean `{near}`?"));
    cursor.expected_with_hint(what, hint);
}

/// Takes the options that come next in any order; returns for each whether it was there.
pub(super) fn eat_options<const N: usize>(cursor: &mut Cursor<'_>, options: [&str; N]) -> [bool; N] {
    let mut found = [false; N];
    loop {
        let next = options.iter().position(|option| eat_keyword(cursor, option));
        match next {
            Some(at) => found[at] = true,
            None => return found,
        }
    }
}
