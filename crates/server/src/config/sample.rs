//! The commented configuration file, made from the flags' own descriptions.

use clap::{Args as _, Command};

use super::ServeArguments;

/// Default of each setting, as the file spells it.
const DEFAULTS: [(&str, &str); 32] = [
    ("data_dir", "\"calypso-data\""),
    ("listen", "\"127.0.0.1:8080\""),
    ("https_listen", "\"127.0.0.1:8443\""),
    ("database", "[]"),
    ("tls_name", "[]"),
    ("allow_anonymous_remote", "false"),
    ("allowed_origin", "[]"),
    ("trust_forwarded_headers", "false"),
    ("public_url", "\"\""),
    ("staging_connection_string", "\"\""),
    ("staging_max", "\"128GiB\""),
    ("staging_blob_max", "\"16GiB\""),
    ("staging_messages_max", "1000000"),
    ("staging_retention", "\"4d\""),
    ("staging_status_retention", "\"14d\""),
    ("streaming_body_max", "\"10MiB\""),
    ("streaming_requests_max", "256"),
    ("batching_floor", "\"10s\""),
    ("batching_default", "\"5m\""),
    ("queue_poll", "\"1s\""),
    ("seal_rows", "500000"),
    ("seal_age", "\"5m\""),
    ("seal_period", "\"1s\""),
    ("extent_compression", "\"lz4-then-zstd\""),
    ("merge_period", "\"15s\""),
    ("row_log_segment", "\"64MiB\""),
    ("allow_local_files", "false"),
    ("allowed_source_host", "[]"),
    ("identity_endpoint", "\"\""),
    ("drain_limit", "\"30s\""),
    ("log", "\"info\""),
    ("log_format", "\"human\""),
];

/// Returns the file, every setting commented out at its default.
pub(super) fn sample() -> String {
    let mut out = String::from(
        "# Settings of `calypso serve`. A flag or environment variable of the same name goes before this file.\n",
    );
    let command = ServeArguments::augment_args(Command::new("serve"));
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let Some((_, default)) = DEFAULTS.iter().find(|(name, _)| *name == id) else {
            continue;
        };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let env = argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        out.push_str(&format!("\n# {help}\n# Environment: {env}\n#{id} = {default}\n"));
    }
    out
}

/// Prints the file.
#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
#[expect(clippy::unnecessary_wraps, reason = "every command answers alike")]
pub(crate) fn print_sample() -> anyhow::Result<()> {
    print!("{}", sample());
    Ok(())
}
