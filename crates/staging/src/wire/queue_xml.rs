//! Messages as XML.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>

use super::{
    time::http_date,
    xml::{leaves, push_element},
};
use crate::{Error, QueueMessage};

/// What is shown of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageView {
    /// To who put it: without its text.
    Put,
    /// To who receives it: everything.
    Received,
    /// To who looks: without what would let him delete it.
    Peeked,
}

/// Reads the text of the message to put.
///
/// # Errors
/// [`Error::Invalid`] for a body without one.
pub fn message_text(body: &[u8]) -> Result<String, Error> {
    let text = leaves(body)?.into_iter().find(|(name, _)| name == "MessageText");
    text.map(|(_, text)| text).ok_or_else(|| Error::invalid("the body has no MessageText"))
}

/// Writes a list of messages.
#[must_use]
pub fn messages(messages: &[QueueMessage], view: MessageView) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList>");
    for message in messages {
        out.push_str("<QueueMessage>");
        push_element(&mut out, "MessageId", &message.id.to_string());
        push_element(&mut out, "InsertionTime", &http_date(message.inserted_on));
        push_element(&mut out, "ExpirationTime", &http_date(message.expires_on));
        if view != MessageView::Peeked {
            push_element(&mut out, "PopReceipt", &message.pop_receipt.to_string());
            push_element(&mut out, "TimeNextVisible", &http_date(message.next_visible_on));
        }
        if view != MessageView::Put {
            push_element(&mut out, "DequeueCount", &message.dequeue_count.to_string());
            push_element(&mut out, "MessageText", &message.text);
        }
        out.push_str("</QueueMessage>");
    }
    out.push_str("</QueueMessagesList>");
    out
}
