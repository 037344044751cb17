//! `parse_path`: the parts of a file path.
//!
//! <https://learn.microsoft.com/kusto/query/parse-path-function>

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::write_json_string;

use crate::{Call, KernelError};

#[derive(Default)]
struct PathParts<'a> {
    scheme: &'a str,
    root: &'a str,
    directory_path: &'a str,
    directory_name: &'a str,
    file_name: &'a str,
    extension: &'a str,
    alternate_stream: &'a str,
}

/// `parse_path(path)`: a bag.
pub(super) fn parse_path(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let paths = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let parts = PathParts::of(paths.get(row));
        let members = [
            ("Scheme", parts.scheme),
            ("RootPath", parts.root),
            ("DirectoryPath", parts.directory_path),
            ("DirectoryName", parts.directory_name),
            ("Filename", parts.file_name),
            ("Extension", parts.extension),
            ("AlternateDataStreamName", parts.alternate_stream),
        ];
        super::url_parts::write_bag(&members, out);
        true
    }))
}

impl<'a> PathParts<'a> {
    fn of(path: &'a str) -> Self {
        let (scheme, rest) = path.split_once("://").unwrap_or(("", path));
        // A long path: `\\?\C:\…`.
        let unprefixed = rest.strip_prefix(r"\\?\").unwrap_or(rest);
        let mut letters = unprefixed.chars();
        let drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
        let root = if drive { &unprefixed[..2] } else { "" };
        let (directory_path, last) = match rest.rfind(['/', '\\']) {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => ("", rest),
        };
        let (file_name, alternate_stream) = last.split_once(':').unwrap_or((last, ""));
        let directory_name = directory_path.rsplit(['/', '\\']).next().unwrap_or("");
        let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
        Self { scheme, root, directory_path, directory_name, file_name, extension, alternate_stream }
    }
}

/// Appends one member of a bag.
pub(super) fn write_member(name: &str, value: &str, out: &mut String) {
    write_json_string(out, name);
    out.push(':');
    write_json_string(out, value);
}
