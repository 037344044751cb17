//! The names of policies: in commands and in results.

/// The policies this server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    Caching,
    IngestionBatching,
    Merge,
    Retention,
    StreamingIngestion,
}

impl PolicyKind {
    /// Every policy.
    pub const ALL: [Self; 5] =
        [Self::Caching, Self::IngestionBatching, Self::Merge, Self::Retention, Self::StreamingIngestion];

    /// Returns the word of commands: `.show table T policy ingestionbatching`.
    #[must_use]
    pub const fn command_name(self) -> &'static str {
        match self {
            Self::Caching => "caching",
            Self::IngestionBatching => "ingestionbatching",
            Self::Merge => "merge",
            Self::Retention => "retention",
            Self::StreamingIngestion => "streamingingestion",
        }
    }

    /// Returns the value of the `PolicyName` column; the merge policy's differs from its word.
    #[must_use]
    pub const fn policy_name(self) -> &'static str {
        match self {
            Self::Caching => "CachingPolicy",
            Self::IngestionBatching => "IngestionBatchingPolicy",
            Self::Merge => "ExtentsMergePolicy",
            Self::Retention => "RetentionPolicy",
            Self::StreamingIngestion => "StreamingIngestionPolicy",
        }
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
