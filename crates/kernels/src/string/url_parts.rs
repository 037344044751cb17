//! `parse_url`, `parse_urlquery`.
//!
//! Parts stay as they are written, nothing is decoded. <https://learn.microsoft.com/kusto/query/parse-url-function>

use arrow::array::ArrayRef;

use super::file_path::write_member;
use crate::{Call, KernelError};

/// Appends a bag of strings.
pub(super) fn write_bag(members: &[(&str, &str)], out: &mut String) {
    out.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_member(name, value, out);
    }
    out.push('}');
}

/// `parse_url(url)`: a bag of Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment.
///
/// The path comes without its leading slash, as documented.
pub(super) fn parse_url(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let urls = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        write_url(urls.get(row), out);
        true
    }))
}

fn write_url(url: &str, out: &mut String) {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, authority, path) = match rest.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            (scheme, authority, path)
        }
        None => ("", "", rest),
    };
    let (user, host_port) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user_name, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = split_port(host_port);
    let members = [
        ("Scheme", scheme),
        ("Host", host),
        ("Port", port),
        ("Path", path),
        ("Username", user_name),
        ("Password", password),
    ];
    write_bag(&members, out);
    out.pop();
    out.push_str(",\"Query Parameters\":");
    write_query(query, out);
    out.push(',');
    write_member("Fragment", fragment, out);
    out.push('}');
}

/// Separates the port; the colons of an IPv6 address in brackets are not it.
fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    }
}

/// `parse_urlquery(query)`: a bag with the one member `Query Parameters`.
pub(super) fn parse_url_query(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let queries = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let query = queries.get(row);
        out.push_str("{\"Query Parameters\":");
        write_query(query.strip_prefix('?').unwrap_or(query), out);
        out.push('}');
        true
    }))
}

/// Appends the parameters as a bag; of a repeated name the last counts.
fn write_query(query: &str, out: &mut String) {
    let mut members: Vec<(&str, &str)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some(member) => member.1 = value,
            None => members.push((name, value)),
        }
    }
    write_bag(&members, out);
}
