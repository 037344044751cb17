//! `geo_from_wkt`: well-known text as GeoJSON.
//!
//! <https://learn.microsoft.com/kusto/query/geo-from-wkt-function>

use arrow::array::ArrayRef;

use super::geojson::write_coordinate;
use crate::{Call, KernelError};

/// Parentheses and collections nest at most this deep.
const DEPTH_MAX: usize = 64;

/// The names of the geometries and how deep their coordinates nest.
const GEOMETRIES: [(&str, &str, usize); 6] = [
    ("POINT", "Point", 0),
    ("LINESTRING", "LineString", 1),
    ("POLYGON", "Polygon", 2),
    ("MULTIPOINT", "MultiPoint", 1),
    ("MULTILINESTRING", "MultiLineString", 2),
    ("MULTIPOLYGON", "MultiPolygon", 3),
];

/// `geo_from_wkt(text)`: null of what is not well-known text.
pub(super) fn from_wkt(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let mut reader = Reader { rest: texts.get(row).trim() };
        reader.geometry(0, out).is_some() && reader.rest.trim().is_empty()
    }))
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(c)?.trim_start();
        Some(())
    }

    fn word(&mut self) -> Option<String> {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let word = text[..end].to_ascii_uppercase();
        self.rest = &text[end..];
        (!word.is_empty()).then_some(word)
    }

    fn geometry(&mut self, depth: usize, out: &mut String) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        let word = self.word()?;
        if word == "GEOMETRYCOLLECTION" {
            out.push_str("{\"type\":\"GeometryCollection\",\"geometries\":[");
            self.list(out, |reader, out| reader.geometry(depth + 1, out))?;
            out.push_str("]}");
            return Some(());
        }
        let (_, name, nesting) = GEOMETRIES.iter().find(|(known, _, _)| *known == word)?;
        out.push_str("{\"type\":\"");
        out.push_str(name);
        out.push_str("\",\"coordinates\":");
        if *nesting == 0 {
            self.take('(')?;
            self.pair(out)?;
            self.take(')')?;
        } else {
            self.nested(*nesting, out)?;
        }
        out.push('}');
        Some(())
    }

    /// Reads `(item, item, …)`.
    fn list(&mut self, out: &mut String, item: impl Fn(&mut Self, &mut String) -> Option<()>) -> Option<()> {
        self.take('(')?;
        loop {
            item(self, out)?;
            if self.take(',').is_none() {
                return self.take(')');
            }
            out.push(',');
        }
    }

    fn nested(&mut self, levels: usize, out: &mut String) -> Option<()> {
        out.push('[');
        self.list(out, |reader, out| {
            if levels > 1 {
                return reader.nested(levels - 1, out);
            }
            // The points of a MULTIPOINT may stand in parentheses of their own.
            let wrapped = reader.take('(').is_some();
            reader.pair(out)?;
            if wrapped { reader.take(')') } else { Some(()) }
        })?;
        out.push(']');
        Some(())
    }

    /// Reads a longitude and a latitude.
    fn pair(&mut self, out: &mut String) -> Option<()> {
        out.push('[');
        self.number(out)?;
        out.push(',');
        self.number(out)?;
        out.push(']');
        Some(())
    }

    fn number(&mut self, out: &mut String) -> Option<()> {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(text.len());
        let value: f64 = text[..end].parse().ok()?;
        self.rest = &text[end..];
        write_coordinate(value, out);
        Some(())
    }
}
