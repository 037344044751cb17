//! Writing a block blob.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/put-block>

use azure_storage_blob::{BlockBlobClient, BlockBlobClientOptions, models::BlockLookupList};
use bytes::Bytes;
use calypso_clock::Ids;
use futures::TryFutureExt as _;

use super::{Attempts, REQUEST_TIME_MAX, StorageFailure, StorageTransport};
use crate::resources::ResourceUri;

/// Most blocks of a blob, as the service has it.
pub(crate) const BLOCKS_MAX: u64 = 50_000;

/// A blob that is being written. An earlier one of the same name is overwritten when it is complete, not before.
pub(crate) struct BlobWriter<'c> {
    container: &'c ResourceUri,
    client: BlockBlobClient,
    /// Tells our blocks from those of somebody who writes a blob of the same name at the same time.
    mark: u64,
}

impl<'c> BlobWriter<'c> {
    /// Returns a writer of the blob `name`.
    pub(crate) fn new(
        transport: &StorageTransport,
        container: &'c ResourceUri,
        name: &str,
        ids: &dyn Ids,
    ) -> Result<Self, StorageFailure> {
        let options = BlockBlobClientOptions { client_options: transport.options(), ..Default::default() };
        let client = BlockBlobClient::new(container.blob(name), None, Some(options))
            .map_err(|error| StorageFailure::of_library("uploading a blob", container, &error))?;
        Ok(Self { container, client, mark: ids.next_id().as_u64_pair().0 })
    }

    /// Writes a blob of one piece.
    pub(crate) async fn put(&self, bytes: &Bytes, attempts: &Attempts) -> Result<(), StorageFailure> {
        const DOING: &str = "uploading a blob";
        let put = || {
            let content = bytes.clone().into();
            self.within(DOING, async move { self.client.upload(content, None).await.map(drop) })
        };
        attempts.run(put).await
    }

    /// Writes the block at `index`; blocks may be written in any order, several at once.
    pub(crate) async fn stage(&self, index: u64, bytes: &Bytes, attempts: &Attempts) -> Result<(), StorageFailure> {
        const DOING: &str = "uploading a block";
        let id = self.block_id(index);
        let stage = || {
            let content = bytes.clone().into();
            let length = bytes.len() as u64;
            self.within(DOING, async move { self.client.stage_block(&id, length, content, None).await.map(drop) })
        };
        attempts.run(stage).await
    }

    /// Makes a blob of the first `count` blocks, in their order.
    pub(crate) async fn commit(&self, count: u64, attempts: &Attempts) -> Result<(), StorageFailure> {
        const DOING: &str = "completing a blob";
        let list = || BlockLookupList {
            latest: Some((0..count).map(|index| self.block_id(index).to_vec()).collect()),
            ..BlockLookupList::default()
        };
        let commit =
            || self.within(DOING, async { self.client.commit_block_list(list().try_into()?, None).await.map(drop) });
        attempts.run(commit).await
    }

    /// All ids of a blob must be of one length.
    fn block_id(&self, index: u64) -> [u8; 16] {
        ((u128::from(self.mark) << 64) | u128::from(index)).to_be_bytes()
    }

    async fn within(
        &self,
        doing: &'static str,
        request: impl Future<Output = azure_core::Result<()>>,
    ) -> Result<(), StorageFailure> {
        let request = request.map_err(|error| StorageFailure::of_library(doing, self.container, &error));
        let outcome = tokio::time::timeout(REQUEST_TIME_MAX, request).await;
        outcome.unwrap_or_else(|_| Err(StorageFailure::timed_out(doing, self.container)))
    }
}
