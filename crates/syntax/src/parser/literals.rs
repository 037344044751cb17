//! Literals: numbers, strings, typed literals, booleans.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/>

use calypso_types::{DateTime, Decimal, Guid, Scalar, ScalarType, TimeSpan};

use crate::ast::{Argument, BinaryOperator, Expr, ExprKind, Literal, Name};
use crate::cursor::Cursor;
use crate::lexer::{TokenKind, number, string, typed};
use crate::{Diagnostic, DiagnosticCode, Span};

impl Cursor<'_> {
    /// Takes the literal that comes next, with its sign; `None`, without a report, when none does.
    pub(crate) fn literal(&mut self) -> Option<Literal> {
        let signed = matches!(self.kind(), TokenKind::Minus | TokenKind::Plus);
        if signed && !is_signable(self.nth(1).kind) {
            return None;
        }
        let negative = signed && self.bump().kind == TokenKind::Minus;
        self.unsigned_literal(negative).map(|value| Literal { value })
    }

    /// Takes a literal; `negative` negates the number that follows a minus sign already taken.
    pub(super) fn unsigned_literal(&mut self, negative: bool) -> Option<Scalar> {
        let word = self.word();
        let value = match self.kind() {
            TokenKind::Long => number::long_value(word, negative).map(Scalar::Long),
            TokenKind::Real => word.parse().ok().map(|real: f64| Scalar::Real(if negative { -real } else { real })),
            TokenKind::TimeSpan => timespan(word, negative),
            TokenKind::RawGuid => Guid::parse(word).map(Scalar::Guid),
            TokenKind::String => return Some(Scalar::String(self.string_literal())),
            TokenKind::Typed(scalar_type) => typed_value(scalar_type, typed::inside(word)),
            TokenKind::Identifier if word == "dynamic" && self.nth(1).kind == TokenKind::LeftParen => {
                return Some(Scalar::Dynamic(self.dynamic_literal()));
            }
            TokenKind::Identifier => Some(Scalar::Bool(boolean(word)?)),
            _ => return None,
        };
        Some(value.unwrap_or_else(|| self.bad_literal())).inspect(|_| {
            self.bump();
        })
    }

    /// Takes one or more adjacent strings, which are one value.
    pub(crate) fn string_literal(&mut self) -> String {
        let mut value = String::new();
        while self.at(TokenKind::String) {
            let piece = string::value(self.word());
            if value.is_empty() {
                value = piece;
            } else {
                value.push_str(&piece);
            }
            self.bump();
        }
        value
    }

    /// Reports the next token as a literal without a value and stands in a null for it.
    fn bad_literal(&mut self) -> Scalar {
        let token = self.peek();
        let word = self.text_of(token.span);
        let (scalar_type, hint) = match token.kind {
            TokenKind::Typed(scalar_type) => (scalar_type, conversion(scalar_type)),
            TokenKind::TimeSpan => (ScalarType::TimeSpan, None),
            _ => (ScalarType::Long, Some("use `decimal(…)` or `real(…)` for larger numbers")),
        };
        let message = format!("`{word}` is not a valid {scalar_type} literal");
        // The grammar takes any text here; what it means is another matter.
        let mut finding = Diagnostic::error(DiagnosticCode::Semantic, token.span, message);
        finding.hint = hint.map(str::to_owned);
        self.report(finding);
        Scalar::Null(scalar_type)
    }
}

/// Says whether a sign may stand before the token as part of one literal.
pub(super) const fn is_signable(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Long | TokenKind::Real | TokenKind::TimeSpan)
}

/// `true` and `false` in the three spellings that the language knows.
fn boolean(word: &str) -> Option<bool> {
    match word {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn timespan(literal: &str, negative: bool) -> Option<Scalar> {
    let TimeSpan(ticks) = number::timespan_value(literal)?;
    Some(Scalar::TimeSpan(TimeSpan(if negative { -ticks } else { ticks })))
}

/// Reads the text between the parentheses of a typed literal. No text, or `null`, is the null of the type; but
/// `datetime()` is the current time and so no literal.
fn typed_value(scalar_type: ScalarType, text: &str) -> Option<Scalar> {
    let text = unquoted(text);
    let empty = text.is_empty() && scalar_type != ScalarType::DateTime;
    if empty || text.eq_ignore_ascii_case("null") {
        return Some(Scalar::Null(scalar_type));
    }
    match scalar_type {
        ScalarType::Bool => typed_bool(text).map(Scalar::Bool),
        ScalarType::Int => whole(text).and_then(|value| i32::try_from(value).ok()).map(Scalar::Int),
        ScalarType::Long => whole(text).map(Scalar::Long),
        ScalarType::Real => real(text).map(Scalar::Real),
        ScalarType::Decimal => Decimal::parse(text).map(Scalar::Decimal),
        ScalarType::DateTime => datetime(text).map(Scalar::DateTime),
        ScalarType::TimeSpan => typed_timespan(text).map(Scalar::TimeSpan),
        ScalarType::Guid => Guid::parse(text).map(Scalar::Guid),
        ScalarType::String | ScalarType::Dynamic => None,
    }
}

/// `datetime("2020-01-01")` means what `datetime(2020-01-01)` means.
fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text).trim()
}

fn typed_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(false);
    }
    whole(text).map(|value| value != 0)
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

fn whole(text: &str) -> Option<i64> {
    let (negative, digits) = signed(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    number::long_value(digits, negative)
}

fn real(text: &str) -> Option<f64> {
    let (negative, magnitude) = signed(text);
    let value = match magnitude.to_ascii_lowercase().as_str() {
        "nan" => f64::NAN,
        "inf" | "infinity" => f64::INFINITY,
        digits if digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') => digits.parse().ok()?,
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// A bare year is the first of its January; `2025, 6, 14` is a date too.
fn datetime(text: &str) -> Option<DateTime> {
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return DateTime::parse(&format!("{text}-01-01"));
    }
    DateTime::parse(text).or_else(|| DateTime::parse(&date_of_commas(text)?))
}

fn date_of_commas(text: &str) -> Option<String> {
    let mut parts = text.split(',').map(str::trim);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

/// Returns the expression that a `datetime(…)` without a date stands for: nothing is the current time, a time of day
/// is today's.
pub(super) fn datetime_of_today(literal: &str, span: Span) -> Option<ExprKind> {
    let text = typed::inside(literal);
    let call = |function: &str, arguments: Vec<Argument>| ExprKind::Call {
        name: Name { text: function.to_owned(), span },
        arguments,
    };
    let now = call("now", Vec::new());
    if text.is_empty() {
        return Some(now);
    }
    let clock = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')) && text.contains(':');
    let time = if clock { TimeSpan::parse(text)? } else { return None };
    let now = Argument { name: None, value: Expr { kind: now, span } };
    let today = Expr { kind: call("startofday", vec![now]), span };
    let time = Expr { kind: ExprKind::Literal(Literal { value: Scalar::TimeSpan(time) }), span };
    let (left, right) = (Box::new(today), Box::new(time));
    Some(ExprKind::Binary { operator: BinaryOperator::Add, left, right, operator_span: span })
}

/// A number with a unit, a bare number of days, or `[d.]hh:mm:ss[.fffffff]`.
fn typed_timespan(text: &str) -> Option<TimeSpan> {
    let (negative, magnitude) = signed(text);
    let magnitude = &magnitude.replace(' ', "");
    let bare = !magnitude.is_empty() && magnitude.bytes().all(|byte| byte.is_ascii_digit());
    let value = if bare { number::timespan_value(&format!("{magnitude}d")) } else { number::timespan_value(magnitude) };
    value.map(|TimeSpan(ticks)| TimeSpan(if negative { -ticks } else { ticks })).or_else(|| TimeSpan::parse(text))
}

/// Typed literals take text, not expressions; the function that converts is another.
const fn conversion(scalar_type: ScalarType) -> Option<&'static str> {
    Some(match scalar_type {
        ScalarType::Bool => "to convert an expression, use `tobool()`",
        ScalarType::Int => "to convert an expression, use `toint()`",
        ScalarType::Long => "to convert an expression, use `tolong()`",
        ScalarType::Real => "to convert an expression, use `toreal()`",
        ScalarType::Decimal => "to convert an expression, use `todecimal()`",
        ScalarType::DateTime => "to convert an expression, use `todatetime()`",
        ScalarType::TimeSpan => "to convert an expression, use `totimespan()`",
        ScalarType::Guid => "to convert an expression, use `toguid()`",
        ScalarType::String | ScalarType::Dynamic => return None,
    })
}
