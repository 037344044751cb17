//! Every documented option, with its type.
//!
//! <https://learn.microsoft.com/kusto/api/rest/request-properties#supported-request-properties>

use std::time::Duration;

use calypso_types::{DateTime, Scalar};
use serde_json::Value;

use super::{ClientRequestProperties, timespan_text};

/// Options of names, each of a few texts.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant),*
        }

        impl $name {
            /// Returns the text on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),*
                }
            }
        }
    )*};
}

choices! {
    /// How far a query may lag behind.
    QueryConsistency {
        Strong => "strongconsistency",
        Weak => "weakconsistency",
        WeakByQuery => "weakconsistency_by_query",
        WeakByDatabase => "weakconsistency_by_database",
        WeakBySessionId => "weakconsistency_by_session_id",
    }
    /// Which data a query sees.
    DataScope {
        Default => "default",
        All => "all",
        HotCache => "hotcache",
    }
    /// The language of a query.
    QueryLanguage {
        Csl => "csl",
        Kql => "kql",
        Sql => "sql",
    }
    /// Where errors stand that come after the first rows.
    ErrorReportingPlacement {
        InData => "in_data",
        EndOfTable => "end_of_table",
        EndOfDataset => "end_of_dataset",
    }
}

/// Setters by type of option: their name, the option's name, what it does.
macro_rules! setters {
    ($($ty:ty, $value:ident => $json:expr; { $($setter:ident => $option:literal, $doc:literal;)* })*) => {
        impl ClientRequestProperties {
            $($(
                #[doc = $doc]
                #[doc = concat!("\n\nSent as `", $option, "`.")]
                #[must_use]
                pub fn $setter(self, $value: $ty) -> Self {
                    self.with_option($option, $json)
                }
            )*)*
        }

        /// Names of all options that have a setter.
        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$($($option),*),*];
    };
}

setters! {
    bool, on => on; {
        with_best_effort => "best_effort", "Lets parts of a `union` or other sources be missing.";
        with_client_results_reader_allow_varying_row_widths => "client_results_reader_allow_varying_row_widths", "Lets rows differ in length; rows that are short are filled with nulls here in any case.";
        with_defer_partial_query_failures => "deferpartialqueryfailures", "Reports failures beside the rows instead of as an error: [`crate::Dataset::error`] has them.";
        with_no_request_timeout => "norequesttimeout", "Grants the request the longest time there is, an hour.";
        with_no_truncation => "notruncation", "Lifts the limits on rows and bytes of a result.";
        with_push_selection_through_aggregation => "push_selection_through_aggregation", "Moves simple filters in front of aggregations.";
        with_query_cursor_disabled => "query_cursor_disabled", "Forbids cursor functions.";
        with_query_force_row_level_security => "query_force_row_level_security", "Applies row level security though its policy is off.";
        with_query_log_query_parameters => "query_log_query_parameters", "Has parameters logged with the query.";
        with_query_optimize_fts_at_relop => "query_optimize_fts_at_relop", "Optimizes searches of text in columns that are costly to read.";
        with_query_python_debug => "query_python_debug", "Starts the debug query of the `python` plugin's sandbox.";
        with_query_results_apply_getschema => "query_results_apply_getschema", "Answers with the schema of each result in place of its rows.";
        with_query_results_cache_force_refresh => "query_results_cache_force_refresh", "Runs the query and renews the cached result.";
        with_query_results_cache_per_shard => "query_results_cache_per_shard", "Caches results for each extent.";
        with_request_block_row_level_security => "request_block_row_level_security", "Refuses tables that have row level security.";
        with_request_callout_disabled => "request_callout_disabled", "Forbids calls to other services.";
        with_request_external_data_disabled => "request_external_data_disabled", "Forbids `externaldata` and external tables.";
        with_request_external_table_disabled => "request_external_table_disabled", "Forbids external tables.";
        with_request_impersonation_disabled => "request_impersonation_disabled", "Forbids acting in the caller's name.";
        with_request_readonly => "request_readonly", "Forbids everything that writes.";
        with_request_readonly_hardline => "request_readonly_hardline", "Forbids everything that writes or may, more strictly.";
        with_request_remote_entities_disabled => "request_remote_entities_disabled", "Forbids other databases and clusters.";
        with_request_sandboxed_execution_disabled => "request_sandboxed_execution_disabled", "Forbids plugins that run code.";
        with_results_progressive_enabled => "results_progressive_enabled", "Asks for results that are refined as the query goes on.";
        with_results_v2_fragment_primary_tables => "results_v2_fragment_primary_tables", "Asks for results in fragments; [`crate::Client::execute_streaming`] sets it.";
        with_results_v2_newlines_between_frames => "results_v2_newlines_between_frames", "Asks for frames on lines of their own; [`crate::Client::execute_streaming`] sets it.";
        with_validate_permissions => "validatepermissions", "Checks whether the caller may run the query, and does not run it.";
    }
    i64, count => count; {
        with_client_max_redirect_count => "client_max_redirect_count", "Redirects that a client may follow; this one follows none.";
        with_max_memory_consumption_per_query_per_node => "max_memory_consumption_per_query_per_node", "Bytes of memory that a query may take on a node.";
        with_max_memory_consumption_per_iterator => "maxmemoryconsumptionperiterator", "Bytes of memory that an operator may take.";
        with_max_output_columns => "maxoutputcolumns", "Columns that a result may have.";
        with_query_distribution_nodes_span => "query_distribution_nodes_span", "How many nodes merge results in between.";
        with_query_fanout_nodes_percent => "query_fanout_nodes_percent", "Share of nodes that run the query.";
        with_query_fanout_threads_percent => "query_fanout_threads_percent", "Share of threads that run the query.";
        with_query_max_entities_in_union => "query_max_entities_in_union", "Tables that a `union` may find.";
        with_query_results_progressive_row_count => "query_results_progressive_row_count", "Rows of each update of progressive results.";
        with_query_take_max_records => "query_take_max_records", "Rows of each result that are returned at most.";
        with_truncation_max_records => "truncationmaxrecords", "Rows beyond which a result fails as too large.";
        with_truncation_max_size => "truncationmaxsize", "Bytes beyond which a result fails as too large.";
    }
    &str, text => text; {
        with_query_cursor_after_default => "query_cursor_after_default", "Default of `cursor_after`.";
        with_query_cursor_before_or_at_default => "query_cursor_before_or_at_default", "Default of `cursor_before_or_at`.";
        with_query_cursor_current => "query_cursor_current", "What `cursor_current` returns.";
        with_query_datetime_scope_column => "query_datetimescope_column", "Column that the datetime scope filters by.";
        with_query_weak_consistency_session_id => "query_weakconsistency_session_id", "Session of weak consistency by session.";
        with_request_app_name => "request_app_name", "Application that logs show in place of the connection's.";
        with_request_description => "request_description", "Text that logs show with the request.";
        with_request_user => "request_user", "User that logs show in place of the connection's.";
        with_query_bin_auto_size => "query_bin_auto_size", "Literal of the bin size of `bin_auto`.";
        with_query_bin_auto_at => "query_bin_auto_at", "Literal of the place where bins of `bin_auto` begin.";
    }
    DateTime, at => Scalar::DateTime(at).to_text(); {
        with_query_datetime_scope_from => "query_datetimescope_from", "Earliest datetime of the datetime scope.";
        with_query_datetime_scope_to => "query_datetimescope_to", "Latest datetime of the datetime scope.";
        with_query_now => "query_now", "What `now()` returns.";
    }
    Duration, time => timespan_text(time); {
        with_query_results_cache_max_age => "query_results_cache_max_age", "How old a cached result may be.";
        with_query_results_progressive_update_period => "query_results_progressive_update_period", "How often progressive results are updated.";
        with_server_timeout => "servertimeout", "How long the service may work on the request: at most an hour. The client waits 30 s more.";
    }
    Value, value => value; {
        with_materialized_view_shuffle => "materialized_view_shuffle_query", "Hint for queries of materialized views, by view.";
        with_query_cursor_scoped_tables => "query_cursor_scoped_tables", "Tables that cursor defaults apply to.";
    }
    QueryConsistency, consistency => consistency.as_str(); {
        with_query_consistency => "queryconsistency", "How far the query may lag behind.";
    }
    DataScope, scope => scope.as_str(); {
        with_query_data_scope => "query_datascope", "Which data the query sees.";
    }
    QueryLanguage, language => language.as_str(); {
        with_query_language => "query_language", "The language of the query.";
    }
    ErrorReportingPlacement, place => place.as_str(); {
        with_results_error_reporting_placement => "results_error_reporting_placement", "Where errors stand that come after the first rows; every place is read.";
    }
}
