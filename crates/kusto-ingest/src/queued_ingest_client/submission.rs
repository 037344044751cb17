//! How the service is told of a blob.

/// See the file's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Submission {
    /// A message in the service's queue, as the SDKs of Python, Java, Go and .NET do: every service takes it.
    #[default]
    Queue,
    /// `POST /v1/rest/ingestion/queued`: one request, followed by its operation.
    Rest,
    /// As the service's configuration prefers; a queue if it has none, or if a report method is asked for.
    Preferred,
}
