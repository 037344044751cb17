//! What `x-ms-client-request-id` tells besides identity.

use uuid::Uuid;

/// The part that every SDK's managed streaming client writes, whatever follows it.
const MANAGED_STREAMING: &str = "executemanagedstreamingingest";

/// Returns the source id of a managed streaming request: `<prefix>;<source id>;<attempt>`.
///
/// Attempts on the same data carry the same source id, and so does the queued message after a fall back. Ids of plain
/// streaming are new in every request and mean nothing.
#[must_use]
pub fn managed_streaming_source_id(client_request_id: &str) -> Option<Uuid> {
    let mut parts = client_request_id.split(';');
    let prefix = parts.next()?;
    let (source_id, attempt) = (parts.next()?, parts.next()?);
    let managed = prefix.to_ascii_lowercase().contains(MANAGED_STREAMING);
    let counted = !attempt.is_empty() && attempt.bytes().all(|byte| byte.is_ascii_digit());
    if !managed || !counted || parts.next().is_some() {
        return None;
    }
    Uuid::try_parse(source_id.trim()).ok()
}

/// Returns the id that a request without one is known by.
#[must_use]
pub fn unspecified_client_request_id(activity_id: Uuid) -> String {
    format!("unspecified;{activity_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managed_streaming_ids_of_every_sdk_carry_the_source_id() {
        let id = "0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f";
        for prefix in [
            "KPC.executeManagedStreamingIngest",
            "KNC.executeManagedStreamingIngestFromStream",
            "KNC.executeManagedStreamingIngestFromBlob",
            "KJC.executeManagedStreamingIngest.ingestFromStream",
            "KJC.executeManagedStreamingIngest.ingestFromBlob",
            "KGC.executeManagedStreamingIngest",
        ] {
            let parsed = managed_streaming_source_id(&format!("{prefix};{id};2"));
            assert_eq!(parsed, Uuid::try_parse(id).ok(), "{prefix}");
        }
    }

    #[test]
    fn other_ids_carry_none() {
        for text in [
            "KPC.executeStreamingIngest;0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f",
            "KGC.executeManagedStreamingIngest;not-a-guid;1",
            "KGC.executeManagedStreamingIngest;0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f",
            "KIC.execute;0c3e2a5f-7d1b-4f0a-9d2e-5b6a7c8d9e0f;1",
            "",
        ] {
            assert_eq!(managed_streaming_source_id(text), None, "{text}");
        }
    }
}
