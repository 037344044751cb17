//! The service end to end, without a transport: commands, streaming ingestion, ingestion commands, restarts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "app/commands.rs"]
mod commands;
#[path = "app/extents.rs"]
mod extents;
#[path = "app/fixture.rs"]
mod fixture;
#[path = "app/ingestion.rs"]
mod ingestion;
#[path = "app/ingestion_properties.rs"]
mod ingestion_properties;
#[path = "app/ingestion_time.rs"]
mod ingestion_time;
#[path = "app/memory_staging.rs"]
mod memory_staging;
#[path = "app/queued.rs"]
mod queued;
#[path = "app/queued_commands.rs"]
mod queued_commands;
#[path = "app/requests.rs"]
mod requests;
#[path = "app/streaming.rs"]
mod streaming;
#[path = "app/update_policies.rs"]
mod update_policies;
