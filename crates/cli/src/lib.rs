//! The commands that talk to a service: query, ingest, the interactive shell, status, failures.
