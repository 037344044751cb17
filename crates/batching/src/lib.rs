//! The batching manager's decisions: which ingestion messages form a batch, and when it is sealed.
