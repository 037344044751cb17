//! Ingestion properties: how data is to be read and kept.
//!
//! <https://learn.microsoft.com/kusto/ingestion-properties>

use std::collections::BTreeMap;

use calypso_formats::{DataFormat, ValidationPolicy, ZipPattern};
use calypso_model::{MappingKind, Table};
use calypso_syntax::{
    Span,
    ast::{
        Name,
        command::{CommandProperties, CommandProperty},
    },
};
use calypso_types::{DateTime, Dynamic, Scalar};

use crate::AppError;

/// Most tags of one ingestion.
const TAGS_MAX: usize = 1_000;
/// The properties that a message may carry; a subset of what commands take, in other spellings.
const MESSAGE_PROPERTIES: [&str; 23] = [
    "format",
    "ingestionmapping",
    "ingestionmappingreference",
    "mappingreference",
    "ingestionmappingtype",
    "ingestionmappingkind",
    "csvmapping",
    "csvmappingreference",
    "jsonmapping",
    "jsonmappingreference",
    "avromapping",
    "avromappingreference",
    "ignorefirstrecord",
    "creationtime",
    "tags",
    "ingestifnotexists",
    "extend_schema",
    "recreate_schema",
    "validationpolicy",
    "zippattern",
    "folder",
    "docstring",
    "policy_ingestiontime",
];
/// The prefix of tags that `ingestIfNotExists` looks for.
pub(crate) const INGEST_BY: &str = "ingest-by:";

/// Which mapping is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum MappingChoice {
    #[default]
    None,
    /// JSON in the properties themselves.
    Inline(String),
    /// The name of a mapping of the table or database.
    Reference(String),
}

/// The properties of one ingestion. What is absent has Kusto's default.
#[derive(Debug, Clone, Default)]
pub(crate) struct IngestionProperties {
    pub(crate) format: Option<DataFormat>,
    pub(crate) mapping: MappingChoice,
    pub(crate) mapping_kind: Option<MappingKind>,
    pub(crate) ignore_first_record: bool,
    pub(crate) created_on: Option<DateTime>,
    pub(crate) tags: Vec<String>,
    pub(crate) ingest_if_not_exists: Vec<String>,
    pub(crate) extend_schema: bool,
    pub(crate) recreate_schema: bool,
    pub(crate) folder: Option<String>,
    pub(crate) docstring: Option<String>,
    /// `policy_ingestiontime`: the policy of a table that the command creates.
    pub(crate) ingestion_time: Option<bool>,
    pub(crate) validation: ValidationPolicy,
    /// Which files of a zip archive are read.
    pub(crate) zip_pattern: Option<ZipPattern>,
}

impl IngestionProperties {
    /// Reads the properties of a command.
    ///
    /// # Errors
    /// `BadRequest_MalformedIngestionProperty` for a value of the wrong form,
    /// `BadRequest_IngestionPropertyNotSupportedInThisContext` for an unknown name, `BadRequest_DuplicateMapping`.
    pub(crate) fn read(properties: &CommandProperties) -> Result<Self, AppError> {
        let mut read = Self::default();
        for property in &properties.0 {
            read.take(property)?;
        }
        Ok(read)
    }

    /// Reads the properties of an ingestion message: `given` has names in lower case. What is unknown is left out, since
    /// clients add what they like.
    ///
    /// # Errors
    /// As [`Self::read`], for names that are known; and as [`Self::check_for_sources`].
    pub(crate) fn of_message(given: &BTreeMap<String, String>) -> Result<Self, AppError> {
        let mut read = Self::default();
        for (name, value) in given {
            let mut value = value.clone();
            if !MESSAGE_PROPERTIES.contains(&name.as_str()) || value.is_empty() {
                continue;
            }
            // Two SDKs send the one tag itself instead of an array.
            if name == "ingestifnotexists" && !value.trim_start().starts_with('[') {
                value = serde_json::Value::from(vec![value]).to_string();
            }
            let name = Name { text: name.clone(), span: Span::new(0, 0) };
            read.take(&CommandProperty { name, value: value.into() })?;
        }
        read.check_for_sources()?;
        Ok(read)
    }

    /// Checks that nothing is asked for that is documented for `.set-or-replace` alone.
    ///
    /// # Errors
    /// `BadRequest_IngestionPropertyNotSupportedInThisContext`.
    pub(crate) fn check_for_sources(&self) -> Result<(), AppError> {
        if self.recreate_schema { Err(not_supported_here("recreate_schema")) } else { Ok(()) }
    }

    /// Gives `table` the folder and the text that the properties have for it.
    pub(crate) fn describe(&self, table: &mut Table) {
        if let Some(folder) = &self.folder {
            table.folder.clone_from(folder);
        }
        if let Some(docstring) = &self.docstring {
            table.docstring.clone_from(docstring);
        }
    }

    /// Returns the tags of `ingestIfNotExists`: an extent that has one means that the data is there already.
    pub(crate) fn tags_to_avoid(&self) -> Vec<String> {
        self.ingest_if_not_exists.iter().map(|value| format!("{INGEST_BY}{value}")).collect()
    }

    fn take(&mut self, property: &CommandProperty) -> Result<(), AppError> {
        match property.name.text.to_ascii_lowercase().as_str() {
            "format" => self.format = Some(DataFormat::from_name(&property.text())?),
            "ingestionmapping" | "csvmapping" | "jsonmapping" | "avromapping" => {
                self.choose_mapping(MappingChoice::Inline(property.text()))?;
            }
            "ingestionmappingreference"
            | "mappingreference"
            | "csvmappingreference"
            | "jsonmappingreference"
            | "avromappingreference" => {
                self.choose_mapping(MappingChoice::Reference(property.text()))?;
            }
            "ingestionmappingtype" | "ingestionmappingkind" => {
                let kind = MappingKind::from_name(&property.text());
                self.mapping_kind = Some(kind.ok_or_else(|| malformed(property, "a kind of mapping"))?);
            }
            "ignorefirstrecord" => self.ignore_first_record = flag(property)?,
            "creationtime" => self.created_on = created_on(property)?,
            "tags" => self.tags = texts(property)?,
            "ingestifnotexists" => self.ingest_if_not_exists = texts(property)?,
            "extend_schema" => self.extend_schema = flag(property)?,
            "recreate_schema" => self.recreate_schema = flag(property)?,
            "folder" => self.folder = Some(property.text()),
            "docstring" => self.docstring = Some(property.text()),
            "validationpolicy" => self.validation = validation(property)?,
            "zippattern" => self.zip_pattern = Some(ZipPattern::new(&property.text())?),
            "policy_ingestiontime" => self.ingestion_time = Some(flag(property)?),
            // Compression shows in the first bytes, results of `async` commands are always kept, and one node has
            // nothing to distribute to.
            "treatgzasuncompressed" | "persistdetails" | "distributed" => {
                flag(property)?;
            }
            _ => return Err(not_supported_here(&property.name.text)),
        }
        Ok(())
    }

    fn choose_mapping(&mut self, mapping: MappingChoice) -> Result<(), AppError> {
        if self.mapping != MappingChoice::None {
            let message = "Both an ingestion mapping and a mapping reference are given, or one of them twice.";
            return Err(AppError::coded("BadRequest_DuplicateMapping", message));
        }
        self.mapping = mapping;
        Ok(())
    }
}

/// A property that Kusto knows, but not for what is being done.
pub(crate) fn not_supported_here(name: &str) -> AppError {
    let message = format!("The ingestion property '{name}' is not supported here.");
    AppError::coded("BadRequest_IngestionPropertyNotSupportedInThisContext", message)
}

fn malformed(property: &CommandProperty, wanted: &str) -> AppError {
    let message = format!("The ingestion property '{}' is not {wanted}.", property.name.text);
    AppError::coded("BadRequest_MalformedIngestionProperty", message)
}

fn flag(property: &CommandProperty) -> Result<bool, AppError> {
    property.flag().ok_or_else(|| malformed(property, "true or false"))
}

/// The SDKs of some languages send year 1 for "not given".
fn created_on(property: &CommandProperty) -> Result<Option<DateTime>, AppError> {
    let at = match &property.value {
        Scalar::DateTime(at) => Some(*at),
        _ => DateTime::parse(&property.text()),
    };
    let at = at.ok_or_else(|| malformed(property, "a datetime"))?;
    Ok(Some(at).filter(|at| *at > DateTime::MIN))
}

/// An array of strings, as text in JSON or with single quotes, or as a dynamic value.
fn texts(property: &CommandProperty) -> Result<Vec<String>, AppError> {
    let wanted = "an array of strings such as '[\"a\", \"b\"]'";
    let Some(Dynamic::Array(elements)) = document(property) else {
        return Err(malformed(property, wanted));
    };
    if elements.len() > TAGS_MAX {
        return Err(malformed(property, &format!("an array of at most {TAGS_MAX} strings")));
    }
    let texts = elements.into_iter().map(|element| match element {
        Dynamic::String(text) => Some(text),
        _ => None,
    });
    texts.collect::<Option<Vec<_>>>().ok_or_else(|| malformed(property, wanted))
}

fn document(property: &CommandProperty) -> Option<Dynamic> {
    match &property.value {
        Scalar::Dynamic(value) => Some(value.clone()),
        other => Dynamic::parse_literal(&other.to_text()).ok(),
    }
}

/// A JSON object, as text or as a dynamic value.
fn validation(property: &CommandProperty) -> Result<ValidationPolicy, AppError> {
    let mut json = String::new();
    match &property.value {
        value @ Scalar::Dynamic(_) => value.write_json(&mut json),
        _ => json = property.text(),
    }
    Ok(ValidationPolicy::from_json(&json)?)
}
