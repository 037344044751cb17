//! Pieces of texts, whole and torn.

use super::*;

fn pieces(text: &str) -> Vec<(LexemeKind, &str)> {
    lexemes(text).into_iter().map(|piece| (piece.kind, piece.span.text(text))).collect()
}

#[test]
fn comments_are_pieces_and_slashes_in_strings_are_not() {
    use LexemeKind::{Bar, Comment, Equal, String, Word};
    assert_eq!(
        pieces("// all\n\n  // more\nT | extend a = 'x//y' // end"),
        [
            (Comment, "// all"),
            (Comment, "// more"),
            (Word, "T"),
            (Bar, "|"),
            (Word, "extend"),
            (Word, "a"),
            (Equal, "="),
            (String, "'x//y'"),
            (Comment, "// end"),
        ]
    );
}

#[test]
fn what_has_no_end_is_unclosed() {
    for text in ["'abc", "@\"abc", "```abc\nmore", "datetime(2020"] {
        assert_eq!(pieces(text), [(LexemeKind::Unclosed, text)]);
    }
    assert_eq!(pieces("'\\q'"), [(LexemeKind::Bad, "'\\q'")]);
}

#[test]
fn literals_and_negated_words_are_told_apart() {
    use LexemeKind::{Close, NegatedWord, Number, Open, Typed, Word};
    assert_eq!(
        pieces("a !has (1d) datetime(2020)"),
        [(Word, "a"), (NegatedWord, "!has"), (Open, "("), (Number, "1d"), (Close, ")"), (Typed, "datetime(2020)")]
    );
}
