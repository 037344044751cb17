//! The commands for people, run as people run them: the real binary against a real server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "commands/following.rs"]
mod following;
#[path = "commands/ingest.rs"]
mod ingest;
#[path = "commands/local.rs"]
mod local;
#[path = "commands/program.rs"]
mod program;
#[path = "commands/query.rs"]
mod query;
#[path = "commands/quickstart.rs"]
mod quickstart;
