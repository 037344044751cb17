//! The answer to `.get ingestion resources`: where clients of queued ingestion upload, post and read.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-rest>

use super::ResourceUri;
use crate::Error;

/// See the file's header.
#[derive(Debug, Default)]
pub(crate) struct IngestionResources {
    containers: Vec<ResourceUri>,
    ready_queues: Vec<ResourceUri>,
    failed_queues: Vec<ResourceUri>,
    successful_queues: Vec<ResourceUri>,
    status_tables: Vec<ResourceUri>,
}

impl IngestionResources {
    /// Reads rows of `ResourceTypeName` and `StorageRoot`. A kind of resource that is not known is left alone: services
    /// grow.
    ///
    /// # Errors
    /// When a URL is none, or there is nowhere to upload to or to post to.
    pub(crate) fn read(rows: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        let mut resources = Self::default();
        for (kind, storage_root) in rows {
            let list = match kind.as_str() {
                "TempStorage" => &mut resources.containers,
                "SecuredReadyForAggregationQueue" => &mut resources.ready_queues,
                "FailedIngestionsQueue" => &mut resources.failed_queues,
                "SuccessfulIngestionsQueue" => &mut resources.successful_queues,
                "IngestionsStatusTable" => &mut resources.status_tables,
                _ => continue,
            };
            list.push(ResourceUri::parse(&storage_root)?);
        }
        // A cluster's query endpoint knows the command, too, but has nothing to list.
        if resources.containers.is_empty() {
            return Err(Error::MissingResource { resource: "container to upload to" });
        }
        if resources.ready_queues.is_empty() {
            return Err(Error::MissingResource { resource: "queue to post to" });
        }
        Ok(resources)
    }

    /// Containers for uploads.
    pub(crate) fn containers(&self) -> &[ResourceUri] {
        &self.containers
    }

    /// Queues for messages.
    pub(crate) fn ready_queues(&self) -> &[ResourceUri] {
        &self.ready_queues
    }

    /// Queues of notices of failures.
    pub(crate) fn failed_queues(&self) -> &[ResourceUri] {
        &self.failed_queues
    }

    /// Queues of notices of successes.
    pub(crate) fn successful_queues(&self) -> &[ResourceUri] {
        &self.successful_queues
    }

    /// Tables of statuses.
    pub(crate) fn status_tables(&self) -> &[ResourceUri] {
        &self.status_tables
    }

    /// Returns the accounts of what is tried by rank.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.containers.iter().chain(&self.ready_queues).chain(&self.status_tables).map(ResourceUri::account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kinds: &[&str]) -> Result<IngestionResources, Error> {
        let row = |(number, kind): (usize, &&str)| ((*kind).to_owned(), format!("http://h:1/a/r{number}?sig=x"));
        IngestionResources::read(kinds.iter().enumerate().map(row))
    }

    #[test]
    fn resources_are_told_by_their_kind() {
        let all = ["TempStorage", "SecuredReadyForAggregationQueue", "FailedIngestionsQueue"];
        let rest = ["SuccessfulIngestionsQueue", "IngestionsStatusTable", "TempStorage", "SomethingNew"];
        let resources = read(&[&all[..], &rest[..]].concat()).unwrap();
        let names = |list: &[ResourceUri]| list.iter().map(|uri| uri.object().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&resources.containers), ["r0", "r5"]);
        assert_eq!(names(&resources.ready_queues), ["r1"]);
        assert_eq!(names(&resources.failed_queues), ["r2"]);
        assert_eq!(names(&resources.successful_queues), ["r3"]);
        assert_eq!(names(&resources.status_tables), ["r4"]);
    }

    #[test]
    fn a_service_without_somewhere_to_upload_or_post_to_is_refused() {
        for (kinds, words) in [(&["SecuredReadyForAggregationQueue"], "container"), (&["TempStorage"], "queue")] {
            let error = read(kinds).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
