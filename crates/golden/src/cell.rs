//! One value: from the wire's JSON to the text of suites, from there to a KQL literal, and when two of them agree.

use serde_json::Value;

/// Stands for null.
pub(crate) const NULL: &str = "(null)";
/// Matches any value, for what differs from run to run.
pub(crate) const ANY: &str = "(any)";
/// Two reals agree within this share of the larger.
const REAL_TOLERANCE: f64 = 1e-9;
/// Digits of a fraction of a second: ticks of 100 ns.
const FRACTION_DIGITS: usize = 7;

/// Returns the text of a value as it came over the wire.
pub(crate) fn write(value: &Value, ty: &str) -> String {
    match (value, ty) {
        (Value::Null, _) => NULL.to_owned(),
        (Value::String(text), "datetime") => full_fraction(text, true),
        (Value::String(text), "timespan") => full_fraction(text, false),
        (Value::String(text), ty) if ty != "dynamic" => escape(text),
        // Compact JSON has neither TAB nor line end.
        (other, _) => other.to_string(),
    }
}

/// Tells whether an actual field agrees with the expected one.
pub(crate) fn agree(expected: &str, actual: &str, ty: &str) -> bool {
    if expected == actual || expected == ANY {
        return true;
    }
    if expected == NULL || actual == NULL {
        return false;
    }
    match ty {
        "real" => reals_agree(expected, actual),
        "decimal" => trimmed_decimal(expected) == trimmed_decimal(actual),
        "datetime" | "timespan" => full_fraction(expected, ty == "datetime") == actual,
        "dynamic" => match (serde_json::from_str(expected), serde_json::from_str(actual)) {
            (Ok(expected), Ok(actual)) => documents_agree(&expected, &actual),
            _ => false,
        },
        _ => false,
    }
}

/// Returns a field as a KQL literal of its type.
pub(crate) fn literal(field: &str, ty: &str) -> String {
    match (field, ty) {
        (NULL, "string") => "''".to_owned(),
        (NULL, _) => format!("{ty}(null)"),
        (_, "string") => quoted(&unescape(field)),
        (_, "timespan") => format!("time({field})"),
        _ => format!("{ty}({field})"),
    }
}

fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('\\') | None => plain.push('\\'),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    plain
}

/// Writes out all seven digits of a fraction of a second, which the wire may trim.
fn full_fraction(text: &str, with_zone: bool) -> String {
    let body = if with_zone { text.strip_suffix('Z').unwrap_or(text) } else { text };
    // A timespan has a dot between days and hours too, so look behind the last colon only.
    let seconds = body.rfind(':').unwrap_or(0);
    let digits = body[seconds..].find('.').map_or(0, |dot| body.len() - seconds - dot - 1);
    let dot = if digits == 0 { "." } else { "" };
    let zeros = "0".repeat(FRACTION_DIGITS.saturating_sub(digits));
    format!("{body}{dot}{zeros}{}", if with_zone { "Z" } else { "" })
}

fn reals_agree(expected: &str, actual: &str) -> bool {
    match (expected.parse::<f64>(), actual.parse::<f64>()) {
        (Ok(expected), Ok(actual)) => numbers_agree(expected, actual),
        _ => false,
    }
}

fn numbers_agree(expected: f64, actual: f64) -> bool {
    let equal = expected == actual || (expected.is_nan() && actual.is_nan());
    equal || (expected - actual).abs() <= REAL_TOLERANCE * expected.abs().max(actual.abs())
}

fn trimmed_decimal(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Compares JSON with the order of members, and fractions with a tolerance.
fn documents_agree(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| documents_agree(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|((left_name, left), (right_name, right))| {
                    left_name == right_name && documents_agree(left, right)
                })
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() || right.is_f64() => {
            numbers_agree(left.as_f64().unwrap_or(f64::NAN), right.as_f64().unwrap_or(f64::NAN))
        }
        (left, right) => left == right,
    }
}

#[cfg(test)]
mod tests;
