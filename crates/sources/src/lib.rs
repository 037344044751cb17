//! Where data to ingest is: a URI with its credentials becomes bytes to read.
