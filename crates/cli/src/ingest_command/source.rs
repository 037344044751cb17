//! Where data comes from: files, patterns of files, standard input, URLs.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// Most files of one command.
const SOURCES_MAX: usize = 100_000;

/// A file, standard input, or something that the service fetches itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputSource {
    /// A file of this machine.
    File(PathBuf),
    /// What is piped in.
    StandardInput,
    /// With its secrets, which `Display` leaves out.
    Url(String),
}

impl InputSource {
    /// Returns what the arguments name, in their order; the files of a pattern in the order of their names.
    ///
    /// # Errors
    /// If a pattern matches no file, a folder is named, or there are too many.
    pub fn expand(arguments: &[String]) -> anyhow::Result<Vec<Self>> {
        let mut sources = Vec::new();
        for argument in arguments {
            match argument.as_str() {
                "-" => sources.push(Self::StandardInput),
                url if url.contains("://") => sources.push(Self::Url(url.to_owned())),
                path => sources.extend(files(path)?.into_iter().map(Self::File)),
            }
            if sources.len() > SOURCES_MAX {
                bail!("more than {SOURCES_MAX} files; ingest them in several commands");
            }
        }
        if sources.iter().filter(|source| **source == Self::StandardInput).count() > 1 {
            bail!("standard input can be read only once");
        }
        Ok(sources)
    }

    /// Returns the name that may tell the format.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::File(path) => path.file_name()?.to_str(),
            Self::StandardInput => None,
            Self::Url(url) => Some(without_secrets(url)),
        }
    }
}

/// Returns the file at `path`, or the files that match it if it is a pattern and no file has that very name.
///
/// # Errors
/// If nothing matches, or it is a folder.
pub fn files(path: &str) -> anyhow::Result<Vec<PathBuf>> {
    let as_it_is = Path::new(path);
    if as_it_is.is_dir() {
        bail!("{path} is a folder\nhint: name the files in it, such as '{}'", as_it_is.join("*.csv").display());
    }
    if as_it_is.exists() || !is_pattern(path) {
        return Ok(vec![as_it_is.to_owned()]);
    }
    let matches = glob::glob(path).with_context(|| format!("'{path}' is not a pattern of files"))?;
    let mut files = Vec::new();
    for entry in matches {
        let entry =
            entry.map_err(|error| anyhow::anyhow!("cannot look into {}: {}", error.path().display(), error.error()))?;
        if entry.is_file() {
            files.push(entry);
        }
    }
    if files.is_empty() {
        bail!("no file matches '{path}'");
    }
    Ok(files)
}

/// Says whether a path has characters of patterns.
#[must_use]
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

impl fmt::Display for InputSource {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(arguments: &[&str]) -> anyhow::Result<Vec<String>> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Ok(InputSource::expand(&arguments)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn patterns_stand_for_files_in_order_and_not_for_folders() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.json", "odd[1].csv"] {
            std::fs::write(dir.path().join(name), "1\n").unwrap();
        }
        std::fs::create_dir(dir.path().join("d.csv")).unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        let found = texts(&[&at("*.csv"), "-", "https://host/blob.csv?sig=secret"]).unwrap();
        assert_eq!(
            found,
            [at("a.csv"), at("b.csv"), at("odd[1].csv"), "standard input".into(), "https://host/blob.csv".into()]
        );
        assert_eq!(texts(&[&at("odd[1].csv")]).unwrap(), [at("odd[1].csv")]);
        assert!(texts(&[&at("*.parquet")]).unwrap_err().to_string().contains("no file matches"));
        assert!(texts(&[&at("")]).unwrap_err().to_string().contains("is a folder"));
        assert!(texts(&["-", "-"]).is_err());
    }

    #[test]
    fn a_file_that_is_not_there_is_told_when_it_is_opened() {
        assert_eq!(texts(&["missing.csv"]).unwrap(), ["missing.csv"]);
    }
}
