//! Errors as Azure's services write them: XML for blobs and queues, JSON for tables.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2>

use serde_json::json;

use super::xml::push_element;

/// Writes an error of a blob or queue.
#[must_use]
pub fn error_xml(code: &str, message: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error>");
    push_element(&mut out, "Code", code);
    push_element(&mut out, "Message", message);
    out.push_str("</Error>");
    out
}

/// Writes an error of a table.
#[must_use]
pub fn error_json(code: &str, message: &str) -> String {
    json!({"odata.error": {"code": code, "message": {"lang": "en-US", "value": message}}}).to_string()
}
