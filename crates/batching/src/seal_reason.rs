//! Why a batch was sealed.

/// See the file's header. Names are the service's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SealReason {
    /// Raw size reached the policy's limit.
    Size,
    /// The number of items reached the policy's limit.
    Count,
    /// The oldest item waited as long as the policy lets it.
    Time,
    /// An item asked not to wait.
    FlushImmediately,
    /// The item must be known to be there before another one like it: it is alone in its batch.
    SingleBlobIngestIfNotExists,
    /// The item's tag makes it findable one by one: it is alone in its batch.
    SingleBlobIngestByTag,
    /// Nobody knows how large the item is.
    SingleBlobSizeUnknown,
    /// The service needed room.
    SystemFlush,
}

impl SealReason {
    pub const ALL: [Self; 8] = [
        Self::Size,
        Self::Count,
        Self::Time,
        Self::FlushImmediately,
        Self::SingleBlobIngestIfNotExists,
        Self::SingleBlobIngestByTag,
        Self::SingleBlobSizeUnknown,
        Self::SystemFlush,
    ];

    /// Returns the name in metrics and results; one is spelled as the service spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Size => "Size",
            Self::Count => "Count",
            Self::Time => "Time",
            Self::FlushImmediately => "FlushImmediatly",
            Self::SingleBlobIngestIfNotExists => "SingleBlob_IngestIfNotExists",
            Self::SingleBlobIngestByTag => "SingleBlob_IngestByTag",
            Self::SingleBlobSizeUnknown => "SingleBlob_SizeUnknown",
            Self::SystemFlush => "SystemFlush",
        }
    }
}
