//! The bodies of Azure's queue, blob and table protocols, for our endpoints and for calls to an account of Azure's.

pub mod block_list;
pub mod entity_json;
pub mod queue_xml;
pub mod table_filter;
pub mod time;
mod xml;
