//! Words and signs that are string operators.
//!
//! <https://learn.microsoft.com/kusto/query/datatypes-string-operators>

use crate::ast::BinaryOperator;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// String operators by their text.
const STRING_OPERATORS: &[(&str, BinaryOperator)] = &[
    ("has", BinaryOperator::Has),
    ("!has", BinaryOperator::NotHas),
    ("has_cs", BinaryOperator::HasCs),
    ("!has_cs", BinaryOperator::NotHasCs),
    ("contains", BinaryOperator::Contains),
    ("!contains", BinaryOperator::NotContains),
    ("contains_cs", BinaryOperator::ContainsCs),
    ("!contains_cs", BinaryOperator::NotContainsCs),
    ("startswith", BinaryOperator::StartsWith),
    ("!startswith", BinaryOperator::NotStartsWith),
    ("startswith_cs", BinaryOperator::StartsWithCs),
    ("!startswith_cs", BinaryOperator::NotStartsWithCs),
    ("endswith", BinaryOperator::EndsWith),
    ("!endswith", BinaryOperator::NotEndsWith),
    ("endswith_cs", BinaryOperator::EndsWithCs),
    ("!endswith_cs", BinaryOperator::NotEndsWithCs),
    ("hasprefix", BinaryOperator::HasPrefix),
    ("!hasprefix", BinaryOperator::NotHasPrefix),
    ("hasprefix_cs", BinaryOperator::HasPrefixCs),
    ("!hasprefix_cs", BinaryOperator::NotHasPrefixCs),
    ("hassuffix", BinaryOperator::HasSuffix),
    ("!hassuffix", BinaryOperator::NotHasSuffix),
    ("hassuffix_cs", BinaryOperator::HasSuffixCs),
    ("!hassuffix_cs", BinaryOperator::NotHasSuffixCs),
    ("like", BinaryOperator::Like),
    ("notlike", BinaryOperator::NotLike),
    ("likecs", BinaryOperator::LikeCs),
    ("notlikecs", BinaryOperator::NotLikeCs),
    // Older spellings, which the language still knows.
    ("containscs", BinaryOperator::ContainsCs),
    ("notcontains", BinaryOperator::NotContains),
    ("notcontainscs", BinaryOperator::NotContainsCs),
];

/// Returns the string operator that comes next and how many tokens it has.
pub(in crate::parser) fn string_operator(cursor: &Cursor<'_>) -> Option<(BinaryOperator, usize)> {
    match cursor.kind() {
        TokenKind::EqualTilde => return Some((BinaryOperator::EqualTilde, 1)),
        TokenKind::BangTilde => return Some((BinaryOperator::NotEqualTilde, 1)),
        TokenKind::Identifier | TokenKind::BangWord => {}
        _ => return None,
    }
    let word = cursor.word();
    if word == "matches" {
        return cursor.nth_is_word(1, "regex").then_some((BinaryOperator::MatchesRegex, 2));
    }
    STRING_OPERATORS.iter().find(|(text, _)| *text == word).map(|(_, operator)| (*operator, 1))
}
