//! JSON paths, as far as Kusto takes them (`$.a.b[0]['c']`), and `extract_json`.
//!
//! <https://learn.microsoft.com/kusto/query/jsonpath>, <https://learn.microsoft.com/kusto/query/extract-json-function>

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::{PathStep, get_path, normalize, to_kusto_string, validate_json};

use crate::{Call, KernelError};

/// The most steps of a path.
const STEPS_MAX: usize = 128;

/// A parsed path.
pub(crate) struct JsonPath(Vec<Step>);

enum Step {
    Key(String),
    Index(i64),
}

impl JsonPath {
    /// Reads a path that begins with `$`; none of other text and of what Kusto does not take (`*`, `..`, filters).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() && steps.len() < STEPS_MAX {
            let step;
            (step, rest) = if let Some(tail) = rest.strip_prefix('.') {
                let end = tail.find(['.', '[']).unwrap_or(tail.len());
                (Step::Key(tail[..end].to_owned()), &tail[end..])
            } else {
                bracket(rest.strip_prefix('[')?)?
            };
            if matches!(&step, Step::Key(name) if name.is_empty() || name == "*") {
                return None;
            }
            steps.push(step);
        }
        rest.is_empty().then_some(Self(steps))
    }

    /// Returns the steps for walking stored text.
    pub(crate) fn steps(&self) -> Vec<PathStep<'_>> {
        let step = |step| match step {
            &Step::Index(index) => PathStep::Index(index),
            Step::Key(name) => PathStep::Key(name.as_str()),
        };
        self.0.iter().map(step).collect()
    }

    /// Returns the names of a path without array positions.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        self.0.iter().map(|step| if let Step::Key(name) = step { Some(name.clone()) } else { None }).collect()
    }
}

/// Reads what follows `[`.
fn bracket(text: &str) -> Option<(Step, &str)> {
    let quote = text.chars().next()?;
    if quote == '\'' || quote == '"' {
        let inner = &text[1..];
        let end = inner.find(quote)?;
        return Some((Step::Key(inner[..end].to_owned()), inner[end + 1..].strip_prefix(']')?));
    }
    let (index, rest) = text.split_once(']')?;
    Some((Step::Index(index.trim().parse().ok()?), rest))
}

/// `extract_json(path, text)`: what the path leads to, as text; "" if it leads nowhere or the text is no JSON.
///
/// A third argument `typeof(T)` is the binder's: it converts the result.
pub(super) fn extract_json(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (paths, texts) = (call.strings(0)?, call.strings(1)?);
    let parse = |text: &str| {
        JsonPath::parse(text).ok_or_else(|| KernelError::Argument {
            function: "extract_json".to_owned(),
            message: format!("'{text}' is not a supported JSON path"),
        })
    };
    let mut path = parse(paths.get(0))?;
    let mut error = None;
    let array = call.build_strings(|row, out| {
        if !paths.is_constant() && row > 0 {
            match parse(paths.get(row)) {
                Ok(parsed) => path = parsed,
                Err(cause) => error = Some(cause),
            }
        }
        let text = texts.get(row);
        if validate_json(text).is_ok() {
            let stored = normalize(text);
            out.push_str(&get_path(&stored, &path.steps()).map(to_kusto_string).unwrap_or_default());
        }
    });
    error.map_or(Ok(array), Err)
}
