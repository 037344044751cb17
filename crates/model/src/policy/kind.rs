//! The names of policies: in commands and in results.

/// The policies this server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    AutoDelete,
    Caching,
    IngestionBatching,
    IngestionTime,
    Merge,
    Retention,
    StreamingIngestion,
    Update,
}

impl PolicyKind {
    /// Every policy.
    pub const ALL: [Self; 8] = [
        Self::AutoDelete,
        Self::Caching,
        Self::IngestionBatching,
        Self::IngestionTime,
        Self::Merge,
        Self::Retention,
        Self::StreamingIngestion,
        Self::Update,
    ];

    /// Returns the word of commands: `.show table T policy ingestionbatching`.
    #[must_use]
    pub const fn command_name(self) -> &'static str {
        match self {
            Self::AutoDelete => "auto_delete",
            Self::Caching => "caching",
            Self::IngestionBatching => "ingestionbatching",
            Self::IngestionTime => "ingestiontime",
            Self::Merge => "merge",
            Self::Retention => "retention",
            Self::StreamingIngestion => "streamingingestion",
            Self::Update => "update",
        }
    }

    /// Returns the value of the `PolicyName` column; the merge policy's differs from its word.
    #[must_use]
    pub const fn policy_name(self) -> &'static str {
        match self {
            Self::AutoDelete => "AutoDeletePolicy",
            Self::Caching => "CachingPolicy",
            Self::IngestionBatching => "IngestionBatchingPolicy",
            Self::IngestionTime => "IngestionTimePolicy",
            Self::Merge => "ExtentsMergePolicy",
            Self::Retention => "RetentionPolicy",
            Self::StreamingIngestion => "StreamingIngestionPolicy",
            Self::Update => "UpdatePolicy",
        }
    }

    /// Says whether only tables have the policy: others inherit nothing.
    #[must_use]
    pub const fn is_of_tables(self) -> bool {
        matches!(self, Self::AutoDelete | Self::Update)
    }

    /// Returns the policy that a command names, ignoring case.
    #[must_use]
    pub fn from_command_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.command_name().eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.policy_name())
    }
}
