//! `/` and `/{database}`: what a browser sees until there is a user interface.

const PAGE: &str = "\
Calypso speaks the Kusto REST API.

  POST /v2/rest/query                        queries
  POST /v1/rest/mgmt                         management commands
  POST /v1/rest/ingest/{database}/{table}    streaming ingestion
  POST /v1/rest/ingestion/queued/{database}/{table}    queued ingestion
  GET  /v1/rest/auth/metadata                where clients obtain tokens
  GET  /v1/rest/ping                         health
  GET  /metrics                              metrics

Use this address as the cluster URL of any Kusto client.
";

pub(crate) async fn get() -> &'static str {
    PAGE
}
