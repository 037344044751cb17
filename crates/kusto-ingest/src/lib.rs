//! Ingestion into Kusto: streaming, managed streaming and queued.
