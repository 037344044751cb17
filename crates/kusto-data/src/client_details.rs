//! What the service is told of the application, for its logs: `.show queries` lists it.

#[cfg(test)]
mod tests;

use std::env;

/// What stands for a name that is not known.
const NONE: &str = "[none]";
/// Longest header value; names are cut there.
const HEADER_CHARS_MAX: usize = 1000;

/// Names of application and user, sent with every request as `x-ms-app`, `x-ms-user` and `x-ms-client-version`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientDetails {
    application: Option<String>,
    application_version: Option<String>,
    user: Option<String>,
    connector: Option<(String, String)>,
    additional: Vec<(String, String)>,
}

impl ClientDetails {
    /// Returns details of which nothing is set: the program's name and the user of the process are sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the details of a connector, a library between an application and this one:
    /// `Kusto.<name>:{<version>}|App.{<application>}:{<its version>}` is sent as the application, and no user.
    #[must_use]
    pub fn for_connector(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self { connector: Some((name.into(), version.into())), user: Some(NONE.to_owned()), ..Self::default() }
    }

    /// Sets the application's name.
    #[must_use]
    pub fn with_application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// Sets the application's version.
    #[must_use]
    pub fn with_application_version(mut self, version: impl Into<String>) -> Self {
        self.application_version = Some(version.into());
        self
    }

    /// Sets the user's name.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    /// Adds a field to a connector's details.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.additional.push((name.into(), value.into()));
        self
    }

    /// Returns the application's name, if one was set.
    #[must_use]
    pub fn application(&self) -> Option<&str> {
        self.application.as_deref()
    }

    /// Returns the application's version, if one was set.
    #[must_use]
    pub fn application_version(&self) -> Option<&str> {
        self.application_version.as_deref()
    }

    /// Returns the user's name, if one was set.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Returns `x-ms-app`, and what messages of queued ingestion name as the application.
    #[must_use]
    pub fn application_header(&self) -> String {
        let application = self.application.clone().unwrap_or_else(program_name);
        let Some((name, version)) = &self.connector else { return header_text(&application) };
        let mut fields = vec![(format!("Kusto.{name}"), version.clone())];
        let own_version = self.application_version.clone().unwrap_or_else(|| NONE.to_owned());
        fields.push((format!("App.{}", escaped(&application)), own_version));
        fields.extend(self.additional.iter().cloned());
        header_text(&joined(&fields))
    }

    /// Returns `x-ms-user`.
    pub(crate) fn user_header(&self) -> String {
        header_text(&self.user.clone().unwrap_or_else(user_name))
    }

    /// Returns `x-ms-client-version`, which messages of queued ingestion have, too.
    #[must_use]
    pub fn version_header(&self) -> String {
        let mut fields = vec![
            ("Kusto.Rust.Client".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("Runtime.Rust".to_owned(), env!("CARGO_PKG_RUST_VERSION").to_owned()),
        ];
        if let (Some(version), None) = (&self.application_version, &self.connector) {
            let application = self.application.clone().unwrap_or_else(program_name);
            fields.push((format!("App.{}", escaped(&application)), version.clone()));
        }
        header_text(&joined(&fields))
    }
}

fn joined(fields: &[(String, String)]) -> String {
    let fields = fields.iter().filter(|(name, value)| !name.is_empty() && !value.is_empty());
    fields.map(|(name, value)| format!("{name}:{}", escaped(value))).collect::<Vec<_>>().join("|")
}

/// Puts a value into braces; what would break the form becomes `_`.
fn escaped(value: &str) -> String {
    let mut out = String::from("{");
    let mut in_gap = false;
    for symbol in value.chars() {
        let is_gap = symbol.is_whitespace() || matches!(symbol, '{' | '}' | '|');
        match (is_gap, in_gap) {
            (true, false) => out.push('_'),
            (true, true) => {}
            (false, _) => out.push(symbol),
        }
        in_gap = is_gap;
    }
    out.push('}');
    out
}

/// Returns what a header may carry: `?` for every character beyond ASCII and for control characters.
pub(crate) fn header_text(text: &str) -> String {
    let plain = |symbol: char| if matches!(symbol, ' '..='~') { symbol } else { '?' };
    text.chars().take(HEADER_CHARS_MAX).map(plain).collect()
}

/// The file name of the program.
fn program_name() -> String {
    let path = env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| NONE.to_owned())
}

/// The user of the process, with the domain on Windows.
fn user_name() -> String {
    let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    match (read("USERDOMAIN"), read("USERNAME"), read("USER").or_else(|| read("LOGNAME"))) {
        (Some(domain), Some(user), _) => format!("{domain}\\{user}"),
        (_, user, other) => user.or(other).unwrap_or_else(|| NONE.to_owned()),
    }
}
