//! One table for several files: their columns joined by name, and how each file is read into them.

use calypso_cli::{
    data_sample::{DataSample, may_have_header},
    table_definition::{DefinedColumn, TableDefinition, path},
};
use calypso_types::ScalarType;
use serde_json::json;

/// See the file's header.
#[derive(Debug, Clone)]
pub(super) struct TableLayout {
    pub(super) definition: TableDefinition,
}

impl TableLayout {
    /// Returns the table called `name` for files of `samples`.
    pub(super) fn of(name: &str, samples: &[DataSample]) -> Self {
        let mut definition = TableDefinition { name: name.to_owned(), columns: Vec::new() };
        for sample in samples {
            let own = TableDefinition::of(name, sample);
            for (position, column) in own.columns.into_iter().enumerate() {
                let known = if goes_by_position(sample) {
                    definition.columns.get_mut(position)
                } else {
                    definition.columns.iter_mut().find(|known| known.name == column.name)
                };
                match known {
                    Some(known) => known.ty = common(known.ty, column.ty),
                    None => definition.columns.push(column),
                }
            }
        }
        Self { definition }
    }

    /// Returns the mapping that a file of `sample` needs to get its fields into the right columns, if it needs one.
    pub(super) fn mapping(&self, sample: &DataSample) -> Option<String> {
        let own = TableDefinition::of(&self.definition.name, sample);
        let columns = &own.columns;
        if goes_by_position(sample) {
            return None;
        }
        if may_have_header(sample.format) {
            let names =
                |columns: &[DefinedColumn]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
            return (names(columns) != names(&self.definition.columns)).then(|| by_ordinal(columns));
        }
        own.has_renamed_columns().then(|| by_name(columns))
    }
}

/// Fields without names follow the columns in order.
const fn goes_by_position(sample: &DataSample) -> bool {
    use calypso_cli::data_sample::DataFormat;
    matches!(sample.format, DataFormat::Txt | DataFormat::Raw) || (may_have_header(sample.format) && !sample.has_header)
}

fn by_ordinal(columns: &[DefinedColumn]) -> String {
    let elements = columns
        .iter()
        .enumerate()
        .map(|(ordinal, column)| json!({ "column": column.name, "Properties": { "Ordinal": ordinal.to_string() } }));
    serde_json::Value::Array(elements.collect()).to_string()
}

fn by_name(columns: &[DefinedColumn]) -> String {
    let elements =
        columns.iter().map(|column| json!({ "column": column.name, "Properties": { "Path": path(&column.field) } }));
    serde_json::Value::Array(elements.collect()).to_string()
}

/// Returns the type that takes the values of both.
fn common(one: ScalarType, other: ScalarType) -> ScalarType {
    use ScalarType::{Dynamic, Int, Long, Real, String};
    match (one, other) {
        _ if one == other => one,
        (Int | Long, Int | Long) => Long,
        (Int | Long | Real, Int | Long | Real) => Real,
        (Dynamic, _) | (_, Dynamic) => Dynamic,
        _ => String,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calypso_cli::data_sample::Known;

    use super::*;

    fn sample(text: &str, name: &str) -> DataSample {
        DataSample::take(Cursor::new(text.as_bytes().to_vec()), Some(name), Known::default()).unwrap()
    }

    #[test]
    fn columns_of_several_files_are_joined_by_name() {
        let samples = [sample("id,city\n1,Oslo\n", "a.csv"), sample("city,id,at\nLima,1.5,2026-01-01\n", "b.csv")];
        let layout = TableLayout::of("T", &samples);
        assert_eq!(layout.definition.schema(), "(id: real, city: string, at: datetime)");
        assert!(layout.mapping(&samples[0]).unwrap().contains(r#"{"column":"city","Properties":{"Ordinal":"1"}}"#));
        let layout = TableLayout::of("T", &samples[..1]);
        assert_eq!(layout.mapping(&samples[0]), None);
    }

    #[test]
    fn files_without_names_follow_those_that_have_some() {
        let samples = [sample("id,city\n1,Oslo\n", "a.csv"), sample("2,Lima\n", "b.csv")];
        let layout = TableLayout::of("T", &samples);
        assert_eq!(layout.definition.schema(), "(id: long, city: string)");
        assert_eq!(layout.mapping(&samples[1]), None);
    }

    #[test]
    fn members_that_no_column_may_be_called_are_mapped() {
        let samples = [sample("{\"a/b\": 1}\n", "a.jsonl")];
        let layout = TableLayout::of("T", &samples);
        assert_eq!(layout.definition.schema(), "(a_b: long)");
        assert!(layout.mapping(&samples[0]).unwrap().contains("$['a/b']"));
    }
}
