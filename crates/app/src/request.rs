//! What a caller hands to the service: who asks, until when, and for what.

use std::collections::BTreeMap;

use bytes::Bytes;
use calypso_types::{DateTime, TimeSpan};
use uuid::Uuid;

use crate::{Cancellation, DATABASE_DEFAULT, ResultLimits};

/// Records a result may hold unless the request lifts the limit.
///
/// <https://learn.microsoft.com/kusto/concepts/query-limits>
pub const TRUNCATION_RECORDS_DEFAULT: u64 = 500_000;
/// Bytes a result may hold unless the request lifts the limit.
pub const TRUNCATION_SIZE_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;

/// The circumstances of one request; the first argument of every use case.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The caller's name for the request (`x-ms-client-request-id`), or `unspecified;<guid>`.
    pub client_request_id: String,
    /// Our own name for the request.
    pub activity_id: Uuid,
    /// Fully qualified name of the caller, such as `aaduser=<oid>;<tid>`, or `anonymous`.
    pub principal: String,
    /// `x-ms-app`, or empty.
    pub application: String,
    /// `x-ms-user`, or empty.
    pub user: String,
    /// Scheme, host and port by which the caller reached us, such as `http://localhost:8080`; the port is always
    /// written. Storage URLs handed to the caller start with it.
    pub origin: String,
    /// When the request must have ended.
    pub deadline: DateTime,
    /// When the request arrived.
    pub started_on: DateTime,
    /// Fires when the caller went away, the deadline passed, or somebody cancelled the request.
    pub cancel: Cancellation,
}

impl RequestContext {
    /// Returns a context of the service itself, for background work and tests: no caller, no deadline.
    #[must_use]
    pub fn internal(activity_id: Uuid, started_on: DateTime) -> Self {
        Self {
            client_request_id: format!("internal;{activity_id}"),
            activity_id,
            principal: "internal".to_owned(),
            application: "calypso".to_owned(),
            user: String::new(),
            origin: "http://localhost:8080".to_owned(),
            deadline: DateTime::MAX,
            started_on,
            cancel: Cancellation::new(),
        }
    }
}

/// A query or a management command: the text and what the request said beside it.
#[derive(Debug, Clone, Default)]
pub struct QueryRequest {
    /// The database in scope; absent for commands of the cluster.
    pub database: Option<String>,
    /// The text as it came, with comments, `set` statements and surrounding blanks.
    pub text: String,
    pub options: QueryOptions,
    /// Values of `declare query_parameters`, still as the JSON of the request.
    pub parameters: BTreeMap<String, serde_json::Value>,
}

impl QueryRequest {
    /// Returns the database in scope; a request that names none means the default.
    #[must_use]
    pub fn database_name(&self) -> &str {
        self.database.as_deref().filter(|name| !name.is_empty()).unwrap_or(DATABASE_DEFAULT)
    }
}

/// Request options that the service obeys; those of the wire alone stay in `http`.
///
/// <https://learn.microsoft.com/kusto/api/rest/request-properties>
#[derive(Debug, Clone, PartialEq)]
pub struct QueryOptions {
    /// `servertimeout` as given and clamped; the context's deadline already includes it.
    pub server_timeout: Option<TimeSpan>,
    /// `notruncation`: no limit on the result's records and bytes.
    pub no_truncation: bool,
    /// `truncationmaxrecords`.
    pub truncation_max_records: u64,
    /// `truncationmaxsize` in bytes.
    pub truncation_max_size: u64,
    /// `query_take_max_records`: silently keep this many records of each result.
    pub take_max_records: Option<u64>,
    /// `query_now`: what `now()` answers.
    pub query_now: Option<DateTime>,
    /// `request_readonly` or the header `x-ms-readonly`: commands that write are refused.
    pub readonly: bool,
    /// Every option of the request, names in lower case, for options read elsewhere.
    pub raw: BTreeMap<String, serde_json::Value>,
}

impl Default for QueryOptions {
    fn default() -> Self {
        Self {
            server_timeout: None,
            no_truncation: false,
            truncation_max_records: TRUNCATION_RECORDS_DEFAULT,
            truncation_max_size: TRUNCATION_SIZE_BYTES_DEFAULT,
            take_max_records: None,
            query_now: None,
            readonly: false,
            raw: BTreeMap::new(),
        }
    }
}

impl QueryOptions {
    /// Returns the limits these options set; a query's `set` statements may change them further.
    #[must_use]
    pub const fn result_limits(&self) -> ResultLimits {
        if self.no_truncation {
            return ResultLimits::UNLIMITED;
        }
        ResultLimits { records_max: Some(self.truncation_max_records), size_bytes_max: Some(self.truncation_max_size) }
    }
}

/// One streaming ingestion.
#[derive(Debug, Clone)]
pub struct StreamRequest {
    pub database: String,
    pub table: String,
    /// `streamFormat` as given; case-insensitive.
    pub format: String,
    /// `mappingName`: a mapping that exists already.
    pub mapping: Option<String>,
    pub body: StreamBody,
    /// Identity of the data; the same id ingested twice is acknowledged without a second copy.
    pub source_id: Option<Uuid>,
}

/// Where the data of a streaming ingestion is.
#[derive(Debug, Clone)]
pub enum StreamBody {
    /// The request's own body, perhaps compressed: its first bytes tell, no header does.
    Bytes(Bytes),
    /// The URL of a blob (`sourceKind=uri`), with its secrets.
    BlobUri(String),
}
