//! Queues and their messages.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, StatusCode},
    response::Response,
};
use calypso_staging::{
    LocalQueue, MESSAGES_PER_CALL_MAX, QueueMessage, QueueName, SasResource, TimeToLive, what,
    wire::{
        queue_xml::{self, MessageView},
        time::http_date,
    },
};
use uuid::Uuid;

use super::{body, empty, errors::Refusal, request::StorageRequest, set, with_body};

/// Largest body of a message: its text with every character escaped, and the elements around it.
const BODY_BYTES_MAX: usize = 512 * 1024;
/// Longest time that a message may be hidden: a week.
const HIDDEN_MAX: u64 = 7 * 24 * 60 * 60;
/// How long a message is hidden if its receiver does not say.
const HIDDEN_DEFAULT: u64 = 30;

pub(super) async fn answer(queue: QueueName, request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    let staging = request.staging.clone();
    let queue = staging.queue(queue);
    let rest = request.path.object[queue.name().as_str().len()..].trim_matches('/').to_owned();
    match (request.method().clone(), rest.split_once('/')) {
        (method, None) if rest == "messages" => match method {
            Method::POST => put(queue, request, body).await,
            Method::GET => get(queue, request).await,
            Method::DELETE => {
                admit(queue, request, "p")?;
                queue.clear().await?;
                Ok(empty(StatusCode::NO_CONTENT))
            }
            _ => Err(Refusal::method_not_supported()),
        },
        (Method::PUT, Some(("messages", id))) => update(queue, id, request, body).await,
        (Method::DELETE, Some(("messages", id))) => {
            admit(queue, request, "p")?;
            let (id, pop) = (message_id(id)?, pop_receipt(request)?);
            queue.delete_message(id, pop).await?;
            Ok(empty(StatusCode::NO_CONTENT))
        }
        (method, None) if rest.is_empty() => of_queue(&method, queue, request),
        _ => Err(Refusal::no_such_resource()),
    }
}

fn admit(queue: &LocalQueue, request: &StorageRequest, permissions: &str) -> Result<(), Refusal> {
    request.admit(&SasResource::Queue(queue.name().as_str()), permissions)
}

async fn put(queue: &LocalQueue, request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    admit(queue, request, "a")?;
    let hidden = hidden(request, 0)?;
    let lives = match request.query_as::<i64>("messagettl")? {
        None => TimeToLive::Default,
        Some(-1) => TimeToLive::Forever,
        Some(seconds) => match u64::try_from(seconds) {
            Ok(seconds @ 1..) => TimeToLive::For(Duration::from_secs(seconds)),
            _ => return Err(Refusal::query_value("messagettl")),
        },
    };
    let text = text(request, body).await?;
    let message = queue.put_message(text, hidden, lives).await?;
    Ok(list(StatusCode::CREATED, &[message], MessageView::Put))
}

async fn get(queue: &LocalQueue, request: &StorageRequest) -> Result<Response, Refusal> {
    // More than Azure allows is cut, not refused: a client that spreads 32 over its queues asks each for one more.
    let count = request.query_as("numofmessages")?.unwrap_or(1).min(MESSAGES_PER_CALL_MAX);
    if count == 0 {
        return Err(out_of_range("numofmessages"));
    }
    if request.query("peekonly").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        admit(queue, request, "r")?;
        let messages = queue.peek_messages(count).await?;
        return Ok(list(StatusCode::OK, &messages, MessageView::Peeked));
    }
    admit(queue, request, "p")?;
    let messages = queue.get_messages(count, hidden(request, HIDDEN_DEFAULT)?).await?;
    Ok(list(StatusCode::OK, &messages, MessageView::Received))
}

async fn update(queue: &LocalQueue, id: &str, request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    admit(queue, request, "u")?;
    let (id, pop) = (message_id(id)?, pop_receipt(request)?);
    let hidden = hidden(request, HIDDEN_DEFAULT)?;
    let body = body::read(request.headers(), body, BODY_BYTES_MAX).await?;
    let text = if body.is_empty() { None } else { Some(parse(&body)?) };
    let (pop, visible_on) = queue.update_message(id, pop, hidden, text).await?;
    let mut response = empty(StatusCode::NO_CONTENT);
    set(&mut response, "x-ms-popreceipt", &pop.to_string());
    set(&mut response, "x-ms-time-next-visible", &http_date(visible_on));
    Ok(response)
}

fn of_queue(method: &Method, queue: &LocalQueue, request: &StorageRequest) -> Result<Response, Refusal> {
    match (method, request.query("comp").unwrap_or_default()) {
        (&Method::GET | &Method::HEAD, "metadata") => {
            admit(queue, request, "raup")?;
            let mut response = empty(StatusCode::OK);
            set(&mut response, "x-ms-approximate-messages-count", &queue.approximate_count().to_string());
            Ok(response)
        }
        // It is there already.
        (&Method::PUT, "") => {
            admit(queue, request, "raup")?;
            Ok(empty(StatusCode::NO_CONTENT))
        }
        (&Method::GET | &Method::HEAD | &Method::PUT | &Method::DELETE, comp) if !comp.is_empty() => {
            Err(Refusal::query_not_supported("comp", comp))
        }
        _ => Err(Refusal::method_not_supported()),
    }
}

async fn text(request: &StorageRequest, body: &mut Body) -> Result<String, Refusal> {
    parse(&body::read(request.headers(), body, BODY_BYTES_MAX).await?)
}

fn parse(body: &[u8]) -> Result<String, Refusal> {
    queue_xml::message_text(body)
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "InvalidXmlDocument", error.to_string()))
}

fn hidden(request: &StorageRequest, default: u64) -> Result<Duration, Refusal> {
    let seconds = request.query_as("visibilitytimeout")?.unwrap_or(default);
    if seconds > HIDDEN_MAX {
        return Err(out_of_range("visibilitytimeout"));
    }
    Ok(Duration::from_secs(seconds))
}

fn out_of_range(name: &str) -> Refusal {
    let message = format!("The value of the query parameter '{name}' is outside of the permissible range.");
    Refusal::new(StatusCode::BAD_REQUEST, "OutOfRangeQueryParameterValue", message)
}

fn message_id(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| calypso_staging::Error::NotFound { what: what::MESSAGE }.into())
}

fn pop_receipt(request: &StorageRequest) -> Result<Uuid, Refusal> {
    let Some(text) = request.query("popreceipt") else {
        let message = "The query parameter 'popreceipt' is missing.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "MissingRequiredQueryParameter", message));
    };
    Uuid::try_parse(text).map_err(|_| {
        let message = "The specified pop receipt did not match the pop receipt for a dequeued message.";
        Refusal::new(StatusCode::BAD_REQUEST, "PopReceiptMismatch", message)
    })
}

fn list(status: StatusCode, messages: &[QueueMessage], view: MessageView) -> Response {
    let mut response = with_body(status, queue_xml::messages(messages, view));
    set(&mut response, "content-type", "application/xml");
    set(&mut response, "cache-control", "no-cache");
    response
}
