//! Client of Kusto: queries and management commands over its REST API.
