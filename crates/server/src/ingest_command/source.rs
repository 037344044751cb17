//! Where data comes from.

use std::{convert::Infallible, fmt, path::PathBuf, str::FromStr};

use super::format::StreamFormat;

/// A file, standard input, or something that the service fetches itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    StandardInput,
    Url(String),
}

impl Source {
    /// Tells the format by the name's ending, if there is a name and an ending that tells.
    pub(super) fn format(&self) -> Option<StreamFormat> {
        match self {
            Self::File(path) => StreamFormat::from_file_name(path.to_str()?),
            Self::StandardInput => None,
            Self::Url(url) => StreamFormat::from_file_name(without_secrets(url)),
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "-" => Self::StandardInput,
            url if url.contains("://") => Self::Url(url.to_owned()),
            path => Self::File(path.into()),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::StandardInput => f.write_str("standard input"),
            Self::Url(url) => f.write_str(without_secrets(url)),
        }
    }
}

/// Leaves out what stands behind the path: signatures and keys.
fn without_secrets(url: &str) -> &str {
    url.split(['?', '#', ';']).next().unwrap_or_default()
}
