//! The resources of one kind that a request is tried at, one after the other.

use std::{collections::VecDeque, sync::Arc};

use super::{IngestionResources, ResourceManager, ResourceUri};
use crate::{Error, storage::StorageFailure};

/// Resources that are tried for one request, as in the other SDKs; after fresh ones were asked for, as many again.
const CANDIDATES_MAX: usize = 3;

/// Picks the resources of a kind.
pub(crate) type Kind = fn(&IngestionResources) -> &[ResourceUri];

/// See the file's header.
pub(crate) struct Candidates<'m> {
    manager: &'m ResourceManager,
    kind: Kind,
    known: Arc<IngestionResources>,
    waiting: VecDeque<ResourceUri>,
    renewed: bool,
}

impl ResourceManager {
    /// Returns the resources of `kind`, best first.
    pub(crate) async fn candidates(&self, kind: Kind) -> Result<Candidates<'_>, Error> {
        let known = self.resources().await?;
        let mut candidates = Candidates { manager: self, kind, known, waiting: VecDeque::new(), renewed: false };
        candidates.line_up();
        Ok(candidates)
    }
}

impl Candidates<'_> {
    /// Returns the next resource to try.
    pub(crate) fn next(&mut self) -> Option<ResourceUri> {
        self.waiting.pop_front()
    }

    /// Notes that `resource` did what it was asked to.
    pub(crate) fn succeeded(&self, resource: &ResourceUri) {
        self.manager.report_usage(resource, true);
    }

    /// Notes that it did not. If its signature may have expired, the service is asked for fresh ones, once.
    pub(crate) async fn failed(&mut self, resource: &ResourceUri, failure: &StorageFailure) {
        self.manager.report_usage(resource, false);
        tracing::warn!(%failure, "another storage resource is tried, if there is one");
        if !failure.is_outdated() || self.renewed {
            return;
        }
        self.renewed = true;
        match self.manager.resources_other_than(&self.known).await {
            Ok(resources) => {
                self.known = resources;
                self.line_up();
            }
            Err(error) => tracing::warn!(%error, "fresh storage resources cannot be had"),
        }
    }

    fn line_up(&mut self) {
        self.waiting = self.manager.in_order((self.kind)(&self.known)).into();
        self.waiting.truncate(CANDIDATES_MAX);
    }
}
