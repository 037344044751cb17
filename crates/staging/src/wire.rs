//! The bodies of Azure's queue, blob and table protocols, for our endpoints and for calls to an account of Azure's.

pub mod blob_list;
pub mod block_list;
pub mod entity_json;
pub mod error_body;
pub mod queue_xml;
pub mod table_filter;
pub mod time;
mod xml;

/// The content type of a blob whose writer names none.
pub const CONTENT_TYPE_DEFAULT: &str = "application/octet-stream";
