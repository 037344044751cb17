//! The built-in storage account over HTTP: blobs, queues and the table of statuses, as Azure's clients speak with them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "storage/account.rs"]
mod account;
#[path = "storage/admission.rs"]
mod admission;
#[path = "storage/blobs.rs"]
mod blobs;
#[path = "fake/service.rs"]
mod fake;
#[path = "storage/queues.rs"]
mod queues;
#[path = "storage/table.rs"]
mod table;
