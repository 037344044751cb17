//! The same rows in every format, and the lines that they must become.

use std::{fmt::Write as _, fs, path::Path};

use kusto_ingest::DataFormat;

/// Rows of one shape.
pub(crate) struct Sample {
    pub(crate) format: DataFormat,
    pub(crate) bytes: Vec<u8>,
    /// Columns of the table.
    pub(crate) schema: &'static str,
    /// Follows the table's name and makes one line of text, `line`, of each row.
    pub(crate) query: String,
    pub(crate) lines: Vec<String>,
}

const READINGS: &str = "id:long, city:string, celsius:real, at:datetime, notes:dynamic";
const LOG: &str = "#Version: 1.0\r\n#Fields: date time method status agent\r\n\
    2002-05-02 17:42:15 GET 200 Mozilla/4.0+(compatible)\r\n2002-05-02 17:42:16 POST - \"a \"\"b\"\" c\"\r\n";

/// Returns a sample of every format that the service reads.
pub(crate) fn all() -> Vec<Sample> {
    let csv = read("readings.csv");
    let delimited = [
        (DataFormat::Csv, ','),
        (DataFormat::Tsv, '\t'),
        (DataFormat::Scsv, ';'),
        (DataFormat::Psv, '|'),
        (DataFormat::Sohsv, '\u{1}'),
    ];
    let mut samples: Vec<Sample> =
        delimited.into_iter().map(|(format, mark)| readings(format, with_separator(&csv, mark))).collect();
    samples.push(readings(DataFormat::Tsve, unquoted(&csv)));
    let json = read("readings.json");
    samples.push(readings(DataFormat::MultiJson, spread(&json)));
    samples.push(first_reading(&json));
    samples.push(readings(DataFormat::Json, json));
    samples.push(readings(DataFormat::Parquet, read("readings.parquet")));
    samples.push(readings(DataFormat::Avro, read("readings.avro")));
    samples.push(readings(DataFormat::ApacheAvro, read("readings.avro")));
    samples.push(readings(DataFormat::Orc, read("readings.orc")));
    samples.extend(whole_text());
    samples.push(Sample {
        format: DataFormat::W3CLogFile,
        bytes: LOG.as_bytes().to_vec(),
        schema: "time:string, method:string, status:long, agent:string",
        query: "| order by time asc | project line = strcat(time, '|', method, '|', status, '|', agent)".to_owned(),
        lines: vec!["17:42:15|GET|200|Mozilla/4.0+(compatible)".to_owned(), "17:42:16|POST||a \"b\" c".to_owned()],
    });
    samples
}

fn readings(format: DataFormat, bytes: Vec<u8>) -> Sample {
    let lines = text("readings.lines").lines().map(str::to_owned).collect();
    Sample { format, bytes, schema: READINGS, query: text("readings.kql"), lines }
}

/// A file of `singlejson` is one record.
fn first_reading(json: &[u8]) -> Sample {
    let first = json.split(|&byte| byte == b'\n').next().unwrap_or_default().to_vec();
    let mut sample = readings(DataFormat::SingleJson, first);
    sample.lines.truncate(1);
    sample
}

/// Formats whose records are text and nothing else.
fn whole_text() -> [Sample; 2] {
    let bytes = "one, \"quoted\"\ntwo\n".as_bytes().to_vec();
    let sample = |format, query: &str, lines: &[&str]| Sample {
        format,
        bytes: bytes.clone(),
        schema: "text:string",
        query: query.to_owned(),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
    };
    [
        sample(DataFormat::Txt, "| order by text asc | project line = text", &["one, \"quoted\"", "two"]),
        sample(DataFormat::Raw, "| project line = text", &["one, \"quoted\"\ntwo\n"]),
    ]
}

fn read(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data").join(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(read(name)).unwrap()
}

/// Takes the fields of csv without line ends within.
fn fields(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv).unwrap();
    let record = |line: &str| {
        let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().unwrap()),
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(std::mem::take(&mut field)),
                _ => field.push(c),
            }
        }
        fields.push(field);
        fields
    };
    text.lines().map(record).collect()
}

fn with_separator(csv: &[u8], mark: char) -> Vec<u8> {
    let mut out = String::new();
    for record in fields(csv) {
        let quoted: Vec<String> = record.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        writeln!(out, "{}", quoted.join(&mark.to_string())).unwrap();
    }
    out.into_bytes()
}

fn unquoted(csv: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    for record in fields(csv) {
        let escaped: Vec<String> = record.iter().map(|field| field.replace('\\', "\\\\")).collect();
        writeln!(out, "{}", escaped.join("\t")).unwrap();
    }
    out.into_bytes()
}

/// One array, whose objects have line ends within.
fn spread(json: &[u8]) -> Vec<u8> {
    let lines = std::str::from_utf8(json).unwrap().lines();
    let objects: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    serde_json::to_vec_pretty(&objects).unwrap()
}
