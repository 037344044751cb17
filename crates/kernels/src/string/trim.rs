//! `trim`, `trim_start`, `trim_end`: cut what a regular expression matches at the ends.
//!
//! <https://learn.microsoft.com/kusto/query/trim-function>

use arrow::array::ArrayRef;

use crate::{Call, KernelError, pattern::Pattern};

/// `trim(regex, source)`
pub(super) fn trim(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    cut(call, true, true)
}

/// `trim_start(regex, source)`
pub(super) fn trim_start(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    cut(call, true, false)
}

/// `trim_end(regex, source)`
pub(super) fn trim_end(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    cut(call, false, true)
}

fn cut(call: &Call<'_>, start: bool, end: bool) -> Result<ArrayRef, KernelError> {
    let (regexes, strings) = (call.strings(0)?, call.strings(1)?);
    let (mut heads, mut tails) = (Pattern::new("trim"), Pattern::new("trim"));
    let mut error = None;
    let mut sources = (String::new(), String::new());
    let mut current = None;
    let array = call.build_strings(|row, out| {
        let regex = regexes.get(row);
        if current != Some(regex) {
            sources = (format!("^(?:{regex})"), format!("(?:{regex})$"));
            current = Some(regex);
        }
        let mut rest = strings.get(row);
        match (heads.compile(&sources.0), tails.compile(&sources.1)) {
            (Ok(head), Ok(tail)) => {
                if let Some(found) = head.find(rest).filter(|_| start) {
                    rest = &rest[found.end()..];
                }
                if let Some(found) = tail.find(rest).filter(|_| end) {
                    rest = &rest[..found.start()];
                }
            }
            (Err(cause), _) | (_, Err(cause)) => error = Some(cause),
        }
        out.push_str(rest);
    });
    error.map_or(Ok(array), Err)
}
