//! Messages as XML.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>

use super::{
    time::http_date,
    xml::{leaves, push_element},
};
use calypso_types::DateTime;

use crate::{Error, Message, QueueMessage, Receipt};

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

/// Writes the message to put.
#[must_use]
pub fn message_to_put(text: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessage>");
    push_element(&mut out, "MessageText", text);
    out.push_str("</QueueMessage>");
    out
}

/// Reads the messages that another account handed out.
///
/// # Errors
/// [`Error::Invalid`] for what is no list of messages, or one that lacks what receiving needs.
pub fn received(body: &[u8]) -> Result<Vec<Message>, Error> {
    let incomplete = || Error::invalid("a received message is not complete");
    let mut messages: Vec<Vec<(String, String)>> = Vec::new();
    for (name, text) in leaves(body)? {
        if name == "MessageId" {
            messages.push(Vec::new());
        }
        if let Some(message) = messages.last_mut() {
            message.push((name, text));
        }
    }
    let read = |message: Vec<(String, String)>| {
        let get = |wanted: &str| message.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.clone());
        Some(Message {
            receipt: Receipt { message: get("MessageId")?, pop: get("PopReceipt")? },
            inserted_on: DateTime::parse(&get("InsertionTime")?)?,
            dequeue_count: get("DequeueCount")?.parse().ok()?,
            text: get("MessageText")?,
        })
    };
    messages.into_iter().map(|message| read(message).ok_or_else(incomplete)).collect()
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
