//! The format of data, told by the name of a file or by its first bytes.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingestion-supported-formats>

use calypso_formats::DataFormat;

/// Endings that are not the name of their format. `multijson` reads all that `json` reads, and files of several lines.
const ENDINGS: [(&str, DataFormat); 4] = [
    ("json", DataFormat::MultiJson),
    ("jsonl", DataFormat::Json),
    ("ndjson", DataFormat::Json),
    ("tab", DataFormat::Tsv),
];

/// First bytes of formats that begin alike in every file.
const MAGICS: [(&[u8], DataFormat); 6] = [
    (b"PAR1", DataFormat::Parquet),
    (b"ORC", DataFormat::Orc),
    (b"Obj\x01", DataFormat::ApacheAvro),
    (b"#Software:", DataFormat::W3CLogFile),
    (b"#Version:", DataFormat::W3CLogFile),
    (b"#Fields:", DataFormat::W3CLogFile),
];

/// What may stand between fields, the likeliest first.
const SEPARATORS: [(u8, DataFormat); 5] = [
    (b'\t', DataFormat::Tsv),
    (b',', DataFormat::Csv),
    (b';', DataFormat::Scsv),
    (b'|', DataFormat::Psv),
    (b'\x01', DataFormat::Sohsv),
];

/// Lines that are looked at.
const LINES_MAX: usize = 20;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Tells the format by the name of a file or a URL, with or without `.gz` or `.zip` behind it.
pub(super) fn of_name(name: &str) -> Option<DataFormat> {
    let path = name.split(['?', '#', ';']).next()?.to_ascii_lowercase();
    let path = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".zip")).unwrap_or(&path);
    let ending = path.rsplit(['/', '\\']).next()?.rsplit_once('.')?.1;
    match ENDINGS.iter().find(|(special, _)| *special == ending) {
        Some((_, format)) => Some(*format),
        None => DataFormat::from_file_name(path),
    }
}

/// Tells the format by the first bytes of decompressed data; `is_whole` says that nothing follows.
pub(super) fn of_bytes(first: &[u8], is_whole: bool) -> Option<DataFormat> {
    let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
    if let Some((_, format)) = MAGICS.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Some(*format);
    }
    if first.contains(&0) {
        return None;
    }
    match first.trim_ascii_start() {
        [b'{', ..] => Some(of_objects(first.trim_ascii_start())),
        [b'[', ..] => Some(DataFormat::MultiJson),
        _ => of_fields(first, is_whole),
    }
}

/// One object a line, or any other layout.
fn of_objects(text: &[u8]) -> DataFormat {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match serde_json::from_slice::<serde_json::Value>(line) {
        Ok(_) => DataFormat::Json,
        Err(_) => DataFormat::MultiJson,
    }
}

/// The separator that every line has, and each as often as the first.
fn of_fields(text: &[u8], is_whole: bool) -> Option<DataFormat> {
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    // The last line may go on behind what was read, or is the nothing behind the last newline.
    if lines.len() > 1 && (!is_whole || lines.last().is_some_and(|line| line.is_empty())) {
        lines.pop();
    }
    lines.retain(|line| !line.trim_ascii().is_empty());
    lines.truncate(LINES_MAX);
    SEPARATORS.iter().find(|(separator, _)| separates(&lines, *separator)).map(|(_, format)| *format)
}

/// Records with line breaks inside quotes make counts differ, so a third of the lines may.
fn separates(lines: &[&[u8]], separator: u8) -> bool {
    let counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, separator)).collect();
    let Some(first) = counts.first().copied().filter(|count| *count > 0) else { return false };
    let alike = counts.iter().filter(|count| **count == first).count();
    alike * 3 >= counts.len() * 2
}

fn outside_quotes(line: &[u8], separator: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line {
        match *byte {
            b'"' => quoted = !quoted,
            byte if byte == separator && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format_whatever_compresses_it() {
        for (name, format) in [
            ("a/b.csv", Some(DataFormat::Csv)),
            ("B.CSV.gz", Some(DataFormat::Csv)),
            ("c.json", Some(DataFormat::MultiJson)),
            ("c.jsonl.zip", Some(DataFormat::Json)),
            ("d.tar.parquet", Some(DataFormat::Parquet)),
            ("https://h/e.avro?sig=a.b", Some(DataFormat::ApacheAvro)),
            ("e.gz", None),
            ("f.docx", None),
            ("dir.csv/plain", None),
        ] {
            assert_eq!(of_name(name), format, "{name}");
        }
    }

    #[test]
    fn first_bytes_tell_the_format_where_no_name_does() {
        for (text, format) in [
            (&b"PAR1\0\0"[..], Some(DataFormat::Parquet)),
            (b"Obj\x01\x04", Some(DataFormat::ApacheAvro)),
            (b"#Fields: date time\n", Some(DataFormat::W3CLogFile)),
            (b"{\"a\":1}\n{\"a\":2}\n", Some(DataFormat::Json)),
            (b"{\n \"a\": 1\n}\n", Some(DataFormat::MultiJson)),
            (b" [{\"a\":1}]", Some(DataFormat::MultiJson)),
            (b"\xef\xbb\xbfa,b\n1,2\n", Some(DataFormat::Csv)),
            (b"1,x", Some(DataFormat::Csv)),
            (b"a\tb,c\n1\t2,3\n", Some(DataFormat::Tsv)),
            (b"a;\"b;c\"\n1;2\n", Some(DataFormat::Scsv)),
            (b"a|b\n1|2\n", Some(DataFormat::Psv)),
            (b"words without any order\n", None),
            (b"\x00\x01,\x02", None),
            (b"", None),
        ] {
            assert_eq!(of_bytes(text, true), format, "{:?}", String::from_utf8_lossy(text));
        }
    }
}
