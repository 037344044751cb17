//! What the tutorial streams: made-up events, or a file of the user's.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context as _, ensure};
use bytes::Bytes;

use super::storm_events::StormEvents;

/// The table's columns; those of the sample in Kusto's own tutorials.
pub(super) const COLUMNS: [(&str, &str); 7] = [
    ("StartTime", "datetime"),
    ("EndTime", "datetime"),
    ("State", "string"),
    ("DamageProperty", "int"),
    ("DamageCrops", "int"),
    ("Source", "string"),
    ("StormSummary", "dynamic"),
];

/// Seed of the made-up events: every quickstart shows the same ones.
const SEED: u64 = 2007;
/// Requests that the events are spread over, unless that makes them too large.
const REQUESTS: u32 = 4;
const ROWS_PER_REQUEST_MAX: u32 = 5_000;
/// Largest file: what one streaming request may carry.
const FILE_BYTES_MAX: u64 = 10 << 20;

/// Records in csv.
#[derive(Debug)]
pub(super) enum Sample {
    MadeUp { rows: u32 },
    File { name: String, bytes: Bytes, header_skipped: bool },
}

impl Sample {
    /// Reads a file, leaving out a first line that names the columns.
    pub(super) fn from_file(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot read {}", path.display());
        let mut bytes = Vec::new();
        let file = File::open(path).with_context(context)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).with_context(context)?;
        ensure!(
            bytes.len() as u64 <= FILE_BYTES_MAX,
            "{} is larger than a streaming request may be, 10 MiB",
            path.display()
        );
        let header = header_bytes(&bytes);
        let bytes = Bytes::from(bytes).slice(header..);
        Ok(Self::File { name: path.display().to_string(), bytes, header_skipped: header > 0 })
    }

    /// Says what it is, as it stands behind "Stream".
    pub(super) fn description(&self) -> String {
        match self {
            Self::MadeUp { rows } => format!("{rows} made-up storm event{}, in csv", if *rows == 1 { "" } else { "s" }),
            Self::File { name, header_skipped: false, .. } => name.clone(),
            Self::File { name, header_skipped: true, .. } => {
                format!("{name}, but for its header (streaming ingestion has no ignoreFirstRecord)")
            }
        }
    }

    /// Returns the bodies of the requests.
    pub(super) fn into_bodies(self) -> Box<dyn Iterator<Item = Bytes> + Send> {
        match self {
            Self::File { bytes, .. } => Box::new(std::iter::once(bytes)),
            Self::MadeUp { rows } => {
                let rows_per_request = rows.div_ceil(REQUESTS).min(ROWS_PER_REQUEST_MAX) as usize;
                let mut events = StormEvents::new(SEED, rows);
                Box::new(std::iter::from_fn(move || {
                    let body: String = events.by_ref().take(rows_per_request).map(|event| event.to_csv()).collect();
                    (!body.is_empty()).then(|| Bytes::from(body))
                }))
            }
        }
    }
}

/// Returns the length of a first line that consists of the columns' names.
fn header_bytes(bytes: &[u8]) -> usize {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return 0 };
    let line = String::from_utf8_lossy(&bytes[..end]);
    let mut names = line.trim_start_matches('\u{feff}').split(',').map(|name| name.trim().trim_matches('"'));
    let all = COLUMNS.iter().all(|(column, _)| names.next().is_some_and(|name| name.eq_ignore_ascii_case(column)));
    if all && names.next().is_none() { end + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_of_the_columns_names_is_a_header() {
        let header = "StartTime,EndTime,State,DamageProperty,DamageCrops,Source,StormSummary\r\n";
        assert_eq!(header_bytes(header.as_bytes()), header.len());
        assert_eq!(header_bytes(header.replace("EndTime", "\"endtime\"").as_bytes()), header.len() + 2);
        assert_eq!(header_bytes(b"StartTime,EndTime\n"), 0);
        assert_eq!(header_bytes(format!("{},More\n", header.trim()).as_bytes()), 0);
        assert_eq!(header_bytes(b"2007-01-01,2007-01-02,OHIO,0,0,Public,{}\n"), 0);
    }

    #[test]
    fn made_up_events_are_spread_over_requests_and_none_is_lost() {
        for (rows, requests) in [(1, 1), (3, 3), (1000, 4), (25_000, 5)] {
            let bodies: Vec<Bytes> = Sample::MadeUp { rows }.into_bodies().collect();
            assert_eq!(bodies.len(), requests, "{rows}");
            let lines = bodies.iter().flat_map(|body| body.iter()).filter(|byte| **byte == b'\n').count();
            assert_eq!(lines, rows as usize);
        }
    }
}
