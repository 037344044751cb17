//! The update policy: queries that run over what is newly ingested into other tables and bring their results into the
//! table that has the policy.
//!
//! <https://learn.microsoft.com/kusto/management/update-policy>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{PolicyKind, document, document::PolicyDocument};
use crate::Error;

/// The update policy of a table: one entry per query.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UpdatePolicy {
    pub entries: Vec<UpdatePolicyEntry>,
}

/// One query over one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdatePolicyEntry {
    pub is_enabled: bool,
    /// Name of the table whose new data triggers the query; a pattern if `source_is_wild_card`.
    pub source: String,
    /// `*` in `source` stands for any characters.
    #[serde(default)]
    pub source_is_wild_card: bool,
    pub query: String,
    /// A failure of the query fails the ingestion into the source.
    #[serde(default)]
    pub is_transactional: bool,
    /// Tags and creation time given for the source also count for the target.
    #[serde(default)]
    pub propagate_ingestion_properties: bool,
    /// Kept and shown: every query may read every database.
    #[serde(default)]
    pub managed_identity: Option<String>,
}

/// Most entries of one policy.
const ENTRIES_MAX: usize = 1_000;

impl UpdatePolicy {
    /// Reads Kusto's JSON: an array of objects. `IsEnabled`, `Source` and `Query` are mandatory.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let documents = PolicyDocument::parse_list(PolicyKind::Update, text)?;
        let entries = documents.into_iter().map(UpdatePolicyEntry::read).collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// Returns the policy with the entries of `text` behind its own.
    ///
    /// # Errors
    /// When the text is not such a policy.
    pub fn merge_json(&self, text: &str) -> Result<Self, Error> {
        let mut merged = self.clone();
        merged.entries.extend(Self::parse(text)?.entries);
        Ok(merged)
    }

    /// Checks the number of entries.
    ///
    /// # Errors
    /// When there are too many.
    pub fn validate(&self) -> Result<(), Error> {
        if self.entries.len() > ENTRIES_MAX {
            return Err(document::refuse(PolicyKind::Update, format!("it has more than {ENTRIES_MAX} entries")));
        }
        Ok(())
    }

    /// Prints Kusto's JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::print(&Value::Array(self.entries.iter().map(UpdatePolicyEntry::json).collect()))
    }
}

impl UpdatePolicyEntry {
    fn read(mut document: PolicyDocument) -> Result<Self, Error> {
        let missing = |name: &str| document::refuse(PolicyKind::Update, format!("{name} is missing"));
        let entry = Self {
            is_enabled: document.flag("IsEnabled")?.ok_or_else(|| missing("IsEnabled"))?,
            source: document.text("Source")?.filter(|name| !name.is_empty()).ok_or_else(|| missing("Source"))?,
            source_is_wild_card: document.flag("SourceIsWildCard")?.unwrap_or(false),
            query: document.text("Query")?.filter(|text| !text.trim().is_empty()).ok_or_else(|| missing("Query"))?,
            is_transactional: document.flag("IsTransactional")?.unwrap_or(false),
            propagate_ingestion_properties: document.flag("PropagateIngestionProperties")?.unwrap_or(false),
            managed_identity: document.text("ManagedIdentity")?,
        };
        // What the service itself adds when it shows the policy may come back.
        document.finish(&["OwnerPrincipalDetails"])?;
        Ok(entry)
    }

    /// Says whether new data in the table called `name` triggers the query.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        if self.source_is_wild_card { matches_pattern(&self.source, name) } else { self.source == name }
    }

    fn json(&self) -> Value {
        json!({
            "IsEnabled": self.is_enabled,
            "Source": self.source,
            "SourceIsWildCard": self.source_is_wild_card,
            "Query": self.query,
            "IsTransactional": self.is_transactional,
            "PropagateIngestionProperties": self.propagate_ingestion_properties,
            "ManagedIdentity": self.managed_identity,
        })
    }
}

/// Says whether `name` is `pattern`, in which `*` stands for any characters.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(last) = pattern.rsplit_once('*').map(|(_, last)| last) else { return rest.is_empty() };
    let Some(inner) = rest.strip_suffix(last) else { return false };
    rest = inner;
    let count = pattern.split('*').count();
    pieces.take(count - 2).all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_names() {
        for (pattern, name, expected) in [
            ("Source*", "Source", true),
            ("Source*", "Source1", true),
            ("Source*", "MySource1", false),
            ("*Source*", "MySource1", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("a*a", "a", false),
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "anything", true),
        ] {
            assert_eq!(matches_pattern(pattern, name), expected, "{pattern} over {name}");
        }
    }

    #[test]
    fn entries_are_read_merged_and_printed() {
        let text = r#"[{"IsEnabled": true, "Source": "S", "Query": "F()"}]"#;
        let policy = UpdatePolicy::parse(text).unwrap();
        assert!(!policy.entries[0].is_transactional);
        let merged =
            policy.merge_json(r#"[{"isEnabled":false,"source":"B","query":"B","IsTransactional":true}]"#).unwrap();
        assert_eq!(merged.entries.len(), 2);
        assert_eq!(UpdatePolicy::parse(&merged.to_json()).unwrap(), merged);
        for (wrong, says) in [
            ("{}", "array"),
            (r#"[{"IsEnabled": true, "Query": "F()"}]"#, "Source is missing"),
            (r#"[{"IsEnabled": true, "Source": "S", "Query": " "}]"#, "Query is missing"),
            (r#"[{"IsEnabled": true, "Source": "S", "Query": "F()", "Nope": 1}]"#, "'Nope'"),
        ] {
            let error = UpdatePolicy::parse(wrong).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
