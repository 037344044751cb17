//! Formats by name and by the ending of file names.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingestion-supported-formats>

use std::str::FromStr;

/// Kusto's names of formats, and whether compressing them helps: columnar ones are compressed inside.
const FORMATS: [(&str, bool); 18] = [
    ("csv", true),
    ("tsv", true),
    ("tsve", true),
    ("scsv", true),
    ("sohsv", true),
    ("psv", true),
    ("txt", true),
    ("raw", true),
    ("json", true),
    ("singlejson", true),
    ("multijson", true),
    ("w3clogfile", true),
    ("azmonstream", true),
    ("avro", false),
    ("apacheavro", false),
    ("parquet", false),
    ("orc", false),
    ("sstream", false),
];

/// Endings that are not the name of their format. `multijson` reads all that `json` reads, and files of several lines.
const ENDINGS: [(&str, &str); 5] =
    [("json", "multijson"), ("jsonl", "json"), ("ndjson", "json"), ("log", "w3clogfile"), ("avro", "apacheavro")];

/// A format of streamed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreamFormat {
    name: &'static str,
    is_text: bool,
}

impl StreamFormat {
    pub(super) const fn name(self) -> &'static str {
        self.name
    }

    /// Says whether the data is worth compressing.
    pub(super) const fn is_text(self) -> bool {
        self.is_text
    }

    /// Tells the format by the ending, with or without `.gz` or `.zip` behind it.
    pub(super) fn from_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(&name);
        let (_, ending) = name.rsplit(['/', '\\']).next()?.rsplit_once('.')?;
        let special = ENDINGS.iter().find(|(special, _)| *special == ending);
        special.map_or(ending, |(_, format)| *format).parse().ok()
    }
}

impl FromStr for StreamFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = FORMATS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|&(name, is_text)| Self { name, is_text }).ok_or_else(|| {
            let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
            format!("there is no such format; there are {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format_whatever_compresses_it() {
        for (name, format) in [
            ("a/b.csv", Some("csv")),
            ("B.CSV.gz", Some("csv")),
            ("c.json", Some("multijson")),
            ("c.jsonl.zip", Some("json")),
            ("d.tar.parquet", Some("parquet")),
            ("e.gz", None),
            ("f.docx", None),
            ("dir.csv/plain", None),
        ] {
            assert_eq!(StreamFormat::from_file_name(name).map(StreamFormat::name), format, "{name}");
        }
    }
}
