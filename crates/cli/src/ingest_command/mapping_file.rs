//! A mapping in a file: the JSON array of elements that `.create … ingestion … mapping` takes.
//!
//! <https://learn.microsoft.com/kusto/management/mappings>

use std::path::Path;

use anyhow::{Context as _, bail};
use kusto_ingest::{ColumnMapping, TransformationMethod};
use serde_json::{Map, Value};

/// Largest file.
const BYTES_MAX: u64 = 16 << 20;

const TRANSFORMS: [TransformationMethod; 9] = [
    TransformationMethod::PropertyBagArrayToDictionary,
    TransformationMethod::SourceLocation,
    TransformationMethod::SourceLineNumber,
    TransformationMethod::DateTimeFromUnixSeconds,
    TransformationMethod::DateTimeFromUnixMilliseconds,
    TransformationMethod::DateTimeFromUnixMicroseconds,
    TransformationMethod::DateTimeFromUnixNanoseconds,
    TransformationMethod::DropMappedFields,
    TransformationMethod::BytesAsBase64,
];

/// Reads the file.
///
/// # Errors
/// If it cannot be read, or an element is not understood.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<ColumnMapping>> {
    let about = || format!("the mapping file {}", path.display());
    let size = std::fs::metadata(path).with_context(about)?.len();
    if size > BYTES_MAX {
        bail!("{} has more than {} MiB", about(), BYTES_MAX >> 20);
    }
    parse(&std::fs::read_to_string(path).with_context(about)?).with_context(about)
}

fn parse(text: &str) -> anyhow::Result<Vec<ColumnMapping>> {
    let elements: Vec<Map<String, Value>> = serde_json::from_str(text).context("is not a JSON array of objects")?;
    if elements.is_empty() {
        bail!("maps no column");
    }
    let numbered = elements.iter().enumerate();
    numbered.map(|(index, element)| column(element).with_context(|| format!("element {}", index + 1))).collect()
}

fn column(element: &Map<String, Value>) -> anyhow::Result<ColumnMapping> {
    let name = text(element, &["column", "name"]).context("names no column")?;
    let mut column = ColumnMapping::new(name);
    if let Some(ty) = text(element, &["datatype"]).filter(|ty| !ty.is_empty()) {
        column = column.with_data_type(ty);
    }
    // Older mappings have the properties beside the name.
    let properties = match get(element, "properties") {
        Some(Value::Object(properties)) => properties,
        _ => element,
    };
    column.path = text(properties, &["path"]);
    column.field = text(properties, &["field"]);
    column.const_value = text(properties, &["constvalue", "constantvalue"]);
    if let Some(ordinal) = text(properties, &["ordinal"]) {
        column.ordinal = Some(ordinal.parse().ok().with_context(|| format!("'{ordinal}' is not an ordinal"))?);
    }
    if let Some(name) = text(properties, &["transform"]).filter(|name| !name.is_empty() && name != "None") {
        let known = TRANSFORMS.into_iter().find(|transform| transform.name().eq_ignore_ascii_case(&name));
        column = column.with_transform(known.with_context(|| format!("there is no transform '{name}'"))?);
    }
    Ok(column)
}

/// Names of properties have any case.
fn get<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    match names.iter().find_map(|name| get(object, name))? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_elements_are_read() {
        let columns = parse(
            r#"[{"column":"a","datatype":"long","Properties":{"Path":"$.x"}},
                {"Name":"b","Ordinal":1},
                {"column":"c","Properties":{"Path":"$.t","Transform":"DateTimeFromUnixSeconds"}},
                {"column":"d","Properties":{"ConstValue":"k"}}]"#,
        )
        .unwrap();
        let c = ColumnMapping::from_path("c", "$.t").with_transform(TransformationMethod::DateTimeFromUnixSeconds);
        let expected = [
            ColumnMapping::from_path("a", "$.x").with_data_type("long"),
            ColumnMapping::from_ordinal("b", 1),
            c,
            ColumnMapping::constant("d", "k"),
        ];
        assert_eq!(columns, expected);
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_place() {
        for (text, reason) in [
            ("{}", "is not a JSON array"),
            ("[]", "maps no column"),
            (r#"[{"column":"a"},{"Path":"$"}]"#, "element 2: names no column"),
            (r#"[{"column":"a","Ordinal":"x"}]"#, "'x' is not an ordinal"),
            (r#"[{"column":"a","Transform":"Twist"}]"#, "there is no transform 'Twist'"),
        ] {
            let told = format!("{:#}", parse(text).unwrap_err());
            assert!(told.contains(reason), "{text}: {told}");
        }
    }
}
