//! Client of Kusto: queries and management commands over its REST API, against Azure Data Explorer, Microsoft Fabric
//! and Calypso alike.
//!
//! ```no_run
//! # async fn example() -> Result<(), kusto_data::Error> {
//! use kusto_data::Client;
//!
//! let client = Client::new("http://localhost:8080")?;
//! let answer = client.execute_query("NetDefaultDB", "print n = 42", None).await?;
//! let numbers: Vec<i64> = answer.primary_rows()?;
//! assert_eq!(numbers, [42]);
//! # Ok(())
//! # }
//! ```
//!
//! Read [`ConnectionStringBuilder`] for where and as whom, [`Client`] for what can be asked, [`Dataset`] and [`Table`]
//! for answers, [`Error`] for what may go wrong. The guide is `docs/sdk/kusto-data.md`.

mod client_details;
mod connection_string;

mod cloud_info;
mod credentials;
pub mod trusted_endpoints;

mod client;
mod client_request_properties;

mod error;

mod column;
mod dataset;
mod frame_stream;
mod json_text;
mod table;
mod value;

pub use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar as Value, ScalarType, TimeSpan};

pub use client::{Client, ClientOptions, StreamBody, StreamingIngestRequest};
pub use client_details::ClientDetails;
pub use client_request_properties::{
    ClientRequestProperties, DataScope, ErrorReportingPlacement, Parameter, QueryConsistency, QueryLanguage,
};
pub use cloud_info::CloudInfo;
pub use column::Column;
pub use connection_string::{AuthenticationMethod, ConnectionStringBuilder};
pub use credentials::{AccessToken, DeviceCodePrompt, TokenProvider};
pub use dataset::{Dataset, frame::Frame};
pub use error::{Error, ErrorKind, ServiceError};
pub use frame_stream::FrameStream;
pub use table::{
    Row, Table, TableKind,
    record_batch::{DateTimeAs, RecordBatchOptions, arrow_type},
};
