//! The one place where the libraries of these formats are called: their errors become ours, and so do their panics.

use std::{
    fmt::Display,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{DataFormat, Error, random_access::RandomAccess};

/// Runs one step of a library.
///
/// The ORC reader slices by lengths that the file states, and the others have done so before: such a panic says that
/// the file contradicts itself, and must not take the server's thread with it. What the step was working on is not
/// used again after an error.
pub(super) fn guarded<T, E: Display>(
    format: DataFormat,
    file: Option<&RandomAccess>,
    step: impl FnOnce() -> Result<T, E>,
) -> Result<T, Error> {
    let outcome = catch_unwind(AssertUnwindSafe(step));
    let message = match outcome {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the file contradicts itself".to_owned(),
    };
    match file.and_then(RandomAccess::take_failure) {
        // Not the file is at fault, but where it comes from.
        Some(failure) => Err(Error::from_read(failure)),
        None => Err(Error::MalformedFile { format, message }),
    }
}
