//! One element of a mapping's JSON array, in any of the spellings that occur.

use calypso_types::ScalarType;
use serde_json::{Map, Value};

use super::{ColumnMapping, JsonPath, MappingKind, MappingTransform};
use crate::Error;

/// Kusto's spelling of the properties, and all that may stand in the property bag.
const PROPERTIES: [&str; 7] = ["Path", "Field", "Ordinal", "ConstValue", "Transform", "Columns", "StorageDataType"];
/// Spellings of the column's name and type that stand outside the property bag.
const COLUMN_NAMES: [&str; 3] = ["column", "columnName", "name"];
const TYPE_NAMES: [&str; 3] = ["datatype", "columnType", "type"];
/// Legacy members that say nothing: `CsvDataType` was the type of the source field.
const IGNORED: [&str; 1] = ["CsvDataType"];
/// Transform names of the SDKs' enumerations that change nothing: the value at the path is taken as it is.
const NO_TRANSFORM: [&str; 4] = ["", "None", "UnknownMethod", "GetPathElement"];

/// An element with its members sorted out; values that are null or empty where that means unset are gone.
pub(super) struct Element {
    index: usize,
    column: String,
    data_type: String,
    /// By Kusto's spelling, in the order of the text.
    properties: Map<String, Value>,
}

impl Element {
    /// Sorts the members of one element.
    pub(super) fn read(index: usize, value: &Value) -> Result<Self, Error> {
        let mut element = Self { index, column: String::new(), data_type: String::new(), properties: Map::new() };
        let Value::Object(members) = value else {
            return Err(element.refuse("it is not a JSON object"));
        };
        for (name, value) in members {
            element.read_member(name, value)?;
        }
        // The property bag wins over flat members of the same name.
        for (name, value) in members {
            if name.eq_ignore_ascii_case("properties") {
                element.read_bag(value)?;
            }
        }
        if element.column.is_empty() {
            return Err(element.refuse("it names no column"));
        }
        Ok(element)
    }

    pub(super) fn refuse(&self, reason: impl Into<String>) -> Error {
        Error::MappingElement { index: self.index, column: self.column.clone(), reason: reason.into() }
    }

    fn read_member(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        if value.is_null() || name.eq_ignore_ascii_case("properties") || is(&IGNORED) {
            return Ok(());
        }
        if is(&COLUMN_NAMES) {
            self.column = self.text(name, value)?;
            return Ok(());
        }
        if is(&TYPE_NAMES) {
            self.data_type = self.text(name, value)?;
            return Ok(());
        }
        self.read_property(name, value)
    }

    fn read_bag(&mut self, bag: &Value) -> Result<(), Error> {
        match bag {
            Value::Null => Ok(()),
            Value::Object(properties) => {
                properties.iter().try_for_each(|(name, value)| self.read_property(name, value))
            }
            _ => Err(self.refuse("'Properties' is not a JSON object")),
        }
    }

    fn read_property(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        // The service's own older output and some writers say ConstantValue.
        let name = if name.eq_ignore_ascii_case("ConstantValue") { "ConstValue" } else { name };
        let known = PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
        match known {
            _ if value.is_null() => Ok(()),
            Some(known) => {
                self.properties.insert(known.to_owned(), value.clone());
                Ok(())
            }
            None => {
                Err(self
                    .refuse(format!("'{name}' is not a property of a mapping; known are {}", PROPERTIES.join(", "))))
            }
        }
    }

    fn text(&self, name: &str, value: &Value) -> Result<String, Error> {
        match value {
            Value::String(text) => Ok(text.clone()),
            _ => Err(self.refuse(format!("'{name}' is not a string"))),
        }
    }

    /// Returns the element as `.show` prints it: Kusto's own spelling and order of members.
    pub(super) fn shown(&self) -> Value {
        let mut properties = self.properties.clone();
        for value in properties.values_mut() {
            if let Value::Number(number) = value {
                *value = Value::String(number.to_string());
            } else if let Value::Array(items) = value
                && let [Value::String(only)] = items.as_slice()
            {
                *value = Value::String(only.clone());
            }
        }
        let members = [
            ("Properties".to_owned(), Value::Object(properties)),
            ("column".to_owned(), Value::String(self.column.clone())),
            ("datatype".to_owned(), Value::String(self.data_type.clone())),
        ];
        Value::Object(members.into_iter().collect())
    }

    /// Checks the element against the rules of `kind`.
    pub(super) fn column_mapping(&self, kind: MappingKind) -> Result<ColumnMapping, Error> {
        let ordinal = self.ordinal()?;
        let mut const_value = self.const_value();
        let mut path = self.path()?;
        if let Some(constant) = path.take_if(|path| !path.starts_with('$')) {
            const_value.get_or_insert(constant);
        }
        if let Some(path) = &path {
            JsonPath::parse(path).map_err(|error| self.refuse(error.to_string()))?;
        }
        if ordinal.is_some() || path.is_some() {
            // Writers that always emit every property leave this one empty.
            const_value = const_value.filter(|constant| !constant.is_empty());
        }
        let transform = self.transform(kind)?;
        let mapping = ColumnMapping {
            column: self.column.clone(),
            data_type: self.scalar_type()?,
            ordinal,
            path,
            const_value,
            transform,
        };
        self.check_source(kind, &mapping)?;
        Ok(mapping)
    }

    fn check_source(&self, kind: MappingKind, mapping: &ColumnMapping) -> Result<(), Error> {
        let delimited = kind == MappingKind::Csv;
        let (source, wanted) =
            if delimited { (mapping.ordinal.is_some(), "Ordinal") } else { (mapping.path.is_some(), "Path or Field") };
        if delimited && mapping.path.is_some() {
            return Err(self.refuse("'Path' has no meaning in a csv mapping; use 'Ordinal'"));
        }
        if !delimited && mapping.ordinal.is_some() {
            return Err(self.refuse(format!("'Ordinal' has no meaning in a {} mapping; use 'Path'", kind.name())));
        }
        if source && mapping.const_value.is_some() {
            return Err(self.refuse(format!("ConstValue and {wanted} exclude one another")));
        }
        match mapping.transform {
            Some(transform) if transform.reads_record() && !source => {
                Err(self.refuse(format!("{} needs {wanted}", transform.name())))
            }
            None if !source && mapping.const_value.is_none() => {
                Err(self.refuse(format!("one of {wanted}, ConstValue and Transform must be given")))
            }
            _ => Ok(()),
        }
    }

    fn scalar_type(&self) -> Result<Option<ScalarType>, Error> {
        match self.data_type.trim() {
            "" => Ok(None),
            name => match ScalarType::from_name(name) {
                Some(scalar_type) => Ok(Some(scalar_type)),
                None => Err(self.refuse(format!("'{name}' is not a scalar type"))),
            },
        }
    }

    /// An ordinal as number or text; a negative one means unset, as older SDKs write it.
    fn ordinal(&self) -> Result<Option<usize>, Error> {
        let number = match self.properties.get("Ordinal") {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        match number {
            Some(number) => Ok(usize::try_from(number).ok()),
            None => Err(self.refuse("'Ordinal' is not a whole number")),
        }
    }

    fn const_value(&self) -> Option<String> {
        self.properties.get("ConstValue").map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }

    fn path(&self) -> Result<Option<String>, Error> {
        let text_of = |name: &str| -> Result<Option<String>, Error> {
            let text = self.properties.get(name).map(|value| self.text(name, value)).transpose()?;
            Ok(text.filter(|text| !text.is_empty()))
        };
        match (text_of("Path")?, text_of("Field")?) {
            (Some(_), Some(_)) => Err(self.refuse("Path and Field exclude one another")),
            (path @ Some(_), None) => Ok(path),
            (None, Some(field)) if field.starts_with('$') => Ok(Some(field)),
            (None, field) => Ok(field.map(|field| JsonPath::of_field(&field))),
        }
    }

    /// A transform by name; the Python SDK wraps the name in an array of one.
    fn transform(&self, kind: MappingKind) -> Result<Option<MappingTransform>, Error> {
        let name = match self.properties.get("Transform") {
            None => return Ok(None),
            Some(Value::String(name)) => name,
            Some(Value::Array(names)) => match names.as_slice() {
                [] => return Ok(None),
                [Value::String(name)] => name,
                _ => return Err(self.refuse("only one transform is allowed")),
            },
            Some(_) => return Err(self.refuse("'Transform' is not a string")),
        };
        if NO_TRANSFORM.iter().any(|none| none.eq_ignore_ascii_case(name)) {
            return Ok(None);
        }
        match MappingTransform::from_name(name) {
            Some(transform) if transform.allowed_in(kind) => Ok(Some(transform)),
            Some(transform) => {
                Err(self.refuse(format!("{} is not available in a {} mapping", transform.name(), kind.name())))
            }
            None => Err(self.refuse(format!("transform '{name}' is not supported"))),
        }
    }
}
