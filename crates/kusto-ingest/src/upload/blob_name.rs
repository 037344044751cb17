//! Names of uploaded blobs: `{database}__{table}__{source id}__{file}[.gz]`, as the Python SDK has them.

use uuid::Uuid;

use crate::Compression;

/// Longest name of a blob, in characters, as the service has it.
const NAME_CHARS_MAX: usize = 1024;
/// What data without a name are called.
const STREAM: &str = "stream";

/// What a blob is named by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlobName<'n> {
    pub(crate) database: &'n str,
    pub(crate) table: &'n str,
    pub(crate) source_id: Uuid,
    /// Name of the file, if there is one.
    pub(crate) file: Option<&'n str>,
}

impl BlobName<'_> {
    /// Returns the name of a blob of data that are compressed so. A name that is too long loses the front of the file's.
    pub(super) fn with_compression(&self, compression: Compression) -> String {
        let file = self.file.and_then(|file| file.rsplit(['/', '\\']).next()).filter(|file| !file.is_empty());
        let mut file = file.unwrap_or(STREAM).to_owned();
        let ending = match compression {
            Compression::None => "",
            Compression::Gzip => ".gz",
            Compression::Zip => ".zip",
        };
        if !file.to_ascii_lowercase().ends_with(ending) {
            file.push_str(ending);
        }
        let front = format!("{}__{}__{}__", self.database, self.table, self.source_id);
        let room = NAME_CHARS_MAX.saturating_sub(front.chars().count());
        let surplus = file.chars().count().saturating_sub(room);
        front.chars().chain(file.chars().skip(surplus)).take(NAME_CHARS_MAX).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(file: Option<&str>, compression: Compression) -> String {
        BlobName { database: "db", table: "T", source_id: Uuid::nil(), file }.with_compression(compression)
    }

    #[test]
    fn names_are_those_of_the_python_sdk() {
        let front = format!("db__T__{}__", Uuid::nil());
        for (file, compression, expected) in [
            (Some("a.csv"), Compression::Gzip, "a.csv.gz"),
            (Some("a.csv.gz"), Compression::Gzip, "a.csv.gz"),
            (Some("a.parquet"), Compression::None, "a.parquet"),
            (Some("dir/a b.json.zip"), Compression::Zip, "a b.json.zip"),
            (None, Compression::Gzip, "stream.gz"),
            (None, Compression::None, "stream"),
            (Some(""), Compression::None, "stream"),
        ] {
            assert_eq!(name(file, compression), format!("{front}{expected}"));
        }
    }

    #[test]
    fn names_that_are_too_long_keep_the_end_of_the_file() {
        let long = format!("{}.csv", "é".repeat(2000));
        let name = name(Some(&long), Compression::Gzip);
        assert_eq!(name.chars().count(), NAME_CHARS_MAX);
        assert!(name.starts_with("db__T__") && name.ends_with("é.csv.gz"), "{name}");
    }
}
