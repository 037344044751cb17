//! Kusto's REST endpoints: decode, call the service, encode. One file per endpoint family.
//!
//! Read `router` for the map, `context` for what a request becomes, `errors` for what a failure becomes, and `frames`
//! for how results leave: as they are computed, in bounded memory.

mod router;
mod settings;
mod state;

mod connection;
mod context;
mod observe;
mod origin_gate;
mod request_scope;
mod unread_body;

mod storage;

mod health;
mod ingest;
mod landing;
mod metadata;
mod mgmt;
mod query_v1;
mod query_v2;
mod queued_ingest;

mod body;
mod errors;
mod statement;

mod frames;
mod result_reader;
mod rows;
mod visualization;

mod metrics;

pub use connection::Connection;
pub use metrics::Metrics;
pub use router::router;
pub use settings::HttpSettings;
pub use state::Transport;
