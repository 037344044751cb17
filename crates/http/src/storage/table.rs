//! The table of statuses.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-entities>

use axum::{body::Body, http::StatusCode, response::Response};
use calypso_staging::{
    ENTITIES_PER_CALL_MAX, ENTITY_BYTES_MAX, EntityChange, EntityCondition, EntityKey, STATUS_TABLE, SasResource,
    StoredEntity,
    wire::{
        entity_json::{self, SentEntity},
        table_filter::{TableFilter, parse_entity_path},
    },
};
use calypso_types::DateTime;
use serde_json::{Map, Value, json};

use super::{body, empty, errors::Refusal, request::StorageRequest, set, with_body};

/// Largest body: an entity, with room for the types that JSON must tell.
const BODY_BYTES_MAX: usize = 2 * ENTITY_BYTES_MAX;
const TABLE: SasResource<'static> = SasResource::Table(STATUS_TABLE);

pub(super) async fn answer(request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    let (table, key) = parse_entity_path(&request.path.object)?;
    if !table.eq_ignore_ascii_case(STATUS_TABLE) {
        return Err(Refusal::no_such_resource());
    }
    // Clients behind proxies that know only two methods say which one they mean.
    let method = request.header("x-http-method").unwrap_or(request.method().as_str()).to_ascii_uppercase();
    match (method.as_str(), key) {
        ("POST", None) => insert(request, body).await,
        ("GET", None) => query(request).await,
        ("GET", Some(key)) => get(&key, request).await,
        ("PUT", Some(key)) => change(key, request, body, EntityChange::Replace).await,
        ("PATCH" | "MERGE", Some(key)) => change(key, request, body, EntityChange::Merge).await,
        ("DELETE", Some(key)) => {
            request.admit(&TABLE, "d")?;
            let condition = match condition(request)? {
                EntityCondition::None => return Err(missing_header("If-Match")),
                condition => condition,
            };
            request.staging.table().delete(key, condition).await?;
            Ok(empty(StatusCode::NO_CONTENT))
        }
        _ => Err(Refusal::method_not_supported()),
    }
}

async fn insert(request: &StorageRequest, body: &mut Body) -> Result<Response, Refusal> {
    request.admit(&TABLE, "a")?;
    let sent = entity(request, body).await?;
    let SentEntity { partition_key: Some(partition_key), row_key: Some(row_key), properties } = sent else {
        let message = "The values of PartitionKey and RowKey are missing.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "PropertiesNeedValue", message));
    };
    let key = EntityKey { partition_key, row_key };
    let kept = properties.clone();
    let changed_on = request.staging.table().put(key.clone(), EntityChange::Insert, properties).await?;
    let is_silent = request.header("prefer").is_some_and(|value| value.eq_ignore_ascii_case("return-no-content"));
    let mut response = if is_silent {
        empty(StatusCode::NO_CONTENT)
    } else {
        let entity = StoredEntity { key, changed_on, properties: kept };
        json_response(StatusCode::CREATED, &Metadata::of(request).entity(&entity), request)
    };
    let applied = if is_silent { "return-no-content" } else { "return-content" };
    set(&mut response, "preference-applied", applied);
    set(&mut response, "etag", &etag(changed_on));
    Ok(response)
}

async fn get(key: &EntityKey, request: &StorageRequest) -> Result<Response, Refusal> {
    request.admit(&TABLE, "r")?;
    let entity = request.staging.table().get(key).await?;
    let mut object = Metadata::of(request).entity(&entity);
    select(&mut object, request);
    let mut response = json_response(StatusCode::OK, &object, request);
    set(&mut response, "etag", &etag(entity.changed_on));
    Ok(response)
}

async fn query(request: &StorageRequest) -> Result<Response, Refusal> {
    request.admit(&TABLE, "r")?;
    let filter = TableFilter::parse(request.query("$filter").unwrap_or_default())
        .map_err(|error| Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", error.to_string()))?;
    let count = request.query_as("$top")?.unwrap_or(ENTITIES_PER_CALL_MAX);
    let first = request.query("NextPartitionKey").map(|partition_key| EntityKey {
        partition_key: partition_key.to_owned(),
        row_key: request.query("NextRowKey").unwrap_or_default().to_owned(),
    });
    let page = request.staging.table().query(&filter, first, count).await?;
    let metadata = Metadata::of(request);
    let entities: Vec<Value> = page
        .entities
        .iter()
        .map(|entity| {
            let mut object = metadata.entity(entity);
            select(&mut object, request);
            Value::Object(object)
        })
        .collect();
    let mut answer = Map::new();
    if metadata.level != Level::None {
        answer.insert("odata.metadata".to_owned(), json!(metadata.url("")));
    }
    answer.insert("value".to_owned(), Value::Array(entities));
    let mut response = json_response(StatusCode::OK, &answer, request);
    if let Some(next) = page.next {
        set(&mut response, "x-ms-continuation-nextpartitionkey", &next.partition_key);
        set(&mut response, "x-ms-continuation-nextrowkey", &next.row_key);
    }
    Ok(response)
}

async fn change(
    key: EntityKey,
    request: &StorageRequest,
    body: &mut Body,
    change: fn(EntityCondition) -> EntityChange,
) -> Result<Response, Refusal> {
    let condition = condition(request)?;
    request.admit(&TABLE, "u")?;
    if condition == EntityCondition::None {
        // It may create the entity.
        request.admit(&TABLE, "a")?;
    }
    let sent = entity(request, body).await?;
    let changed_on = request.staging.table().put(key, change(condition), sent.properties).await?;
    let mut response = empty(StatusCode::NO_CONTENT);
    set(&mut response, "etag", &etag(changed_on));
    Ok(response)
}

async fn entity(request: &StorageRequest, body: &mut Body) -> Result<SentEntity, Refusal> {
    let body = body::read(request.headers(), body, BODY_BYTES_MAX).await?;
    Ok(entity_json::from_json(&body)?)
}

/// Leaves the properties that `$select` names, and what is said about them.
fn select(object: &mut Map<String, Value>, request: &StorageRequest) {
    let Some(names) = request.query("$select").filter(|names| !names.is_empty() && *names != "*") else {
        return;
    };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    object.retain(|name, _| {
        let property = name.split('@').next().unwrap_or(name);
        name.starts_with("odata.") || names.contains(&property)
    });
}

/// The ETag of an entity is when it changed.
fn etag(changed_on: DateTime) -> String {
    format!("W/\"datetime'{}'\"", changed_on.to_iso().replace(':', "%3A"))
}

fn condition(request: &StorageRequest) -> Result<EntityCondition, Refusal> {
    let Some(text) = request.header("if-match") else {
        return Ok(EntityCondition::None);
    };
    if text == "*" {
        return Ok(EntityCondition::Exists);
    }
    let time = text.strip_prefix("W/\"datetime'").and_then(|text| text.strip_suffix("'\""));
    let time = time.and_then(|time| DateTime::parse(&time.replace("%3A", ":").replace("%3a", ":")));
    time.map(EntityCondition::ChangedOn).ok_or_else(|| Refusal::header_value("If-Match"))
}

fn missing_header(name: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "MissingRequiredHeader", format!("The header '{name}' is missing."))
}

/// How much a client wants to be told about the entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    None,
    Minimal,
    Full,
}

impl Level {
    fn of(request: &StorageRequest) -> Self {
        let accepted = request.query("$format").or_else(|| request.header("accept")).unwrap_or_default();
        if accepted.contains("fullmetadata") {
            Self::Full
        } else if accepted.contains("nometadata") {
            Self::None
        } else {
            Self::Minimal
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::None => "application/json;odata=nometadata;streaming=true;charset=utf-8",
            Self::Minimal => "application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
            Self::Full => "application/json;odata=fullmetadata;streaming=true;charset=utf-8",
        }
    }
}

/// What is said about entities beside their properties.
struct Metadata {
    level: Level,
    account: String,
    /// Where the account is.
    endpoint: String,
}

impl Metadata {
    fn of(request: &StorageRequest) -> Self {
        let account = request.staging.account().to_owned();
        Self { level: Level::of(request), endpoint: format!("{}/{account}", request.origin), account }
    }

    fn url(&self, suffix: &str) -> String {
        format!("{}/$metadata#{STATUS_TABLE}{suffix}", self.endpoint)
    }

    fn entity(&self, entity: &StoredEntity) -> Map<String, Value> {
        let mut object = Map::new();
        let mut put = |name: &str, value: String| object.insert(name.to_owned(), Value::String(value));
        if self.level != Level::None {
            put("odata.metadata", self.url("/@Element"));
            put("odata.etag", etag(entity.changed_on));
        }
        if self.level == Level::Full {
            let quoted = |key: &str| key.replace('\'', "''");
            let keys = (quoted(&entity.key.partition_key), quoted(&entity.key.row_key));
            let link = format!("{STATUS_TABLE}(PartitionKey='{}',RowKey='{}')", keys.0, keys.1);
            put("odata.type", format!("{}.{STATUS_TABLE}", self.account));
            put("odata.id", format!("{}/{link}", self.endpoint));
            put("odata.editLink", link);
            put("Timestamp@odata.type", "Edm.DateTime".to_owned());
        }
        put("PartitionKey", entity.key.partition_key.clone());
        put("RowKey", entity.key.row_key.clone());
        put("Timestamp", entity.changed_on.to_iso());
        entity_json::write_properties(&entity.properties, &mut object);
        if self.level == Level::None {
            object.retain(|name, _| !name.contains("@odata."));
        }
        object
    }
}

fn json_response(status: StatusCode, object: &Map<String, Value>, request: &StorageRequest) -> Response {
    let body = serde_json::to_string(object).unwrap_or_default();
    let mut response = with_body(status, body);
    set(&mut response, "content-type", Level::of(request).content_type());
    set(&mut response, "dataserviceversion", "3.0;");
    set(&mut response, "cache-control", "no-cache");
    response
}
