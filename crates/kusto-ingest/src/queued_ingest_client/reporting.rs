//! What the service is asked to report, so that the result can be followed unless the caller wants otherwise.

use crate::{IngestionProperties, ReportLevel, ReportMethod};

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reporting {
    pub(super) level: ReportLevel,
    pub(super) method: ReportMethod,
    /// The caller chose the method: another does not do.
    pub(super) is_chosen: bool,
}

impl Reporting {
    /// Where nothing is said, everything is reported to the table, which tells of each source by itself. So do Calypso
    /// and Azure's service.
    pub(super) fn of(properties: &IngestionProperties) -> Self {
        let level = properties.report_level.unwrap_or(ReportLevel::FailuresAndSuccesses);
        let default = if level == ReportLevel::DoNotReport { ReportMethod::Queue } else { ReportMethod::Table };
        Self {
            level,
            method: properties.report_method.unwrap_or(default),
            is_chosen: properties.report_method.is_some(),
        }
    }

    pub(super) fn uses_table(&self) -> bool {
        self.level != ReportLevel::DoNotReport && self.method.by_table()
    }

    /// What is left where there is no table.
    pub(super) const fn by_queue(self) -> Self {
        Self { method: ReportMethod::Queue, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_followed_by_table_unless_the_caller_wants_otherwise() {
        use ReportLevel::{DoNotReport, FailuresAndSuccesses, FailuresOnly};
        use ReportMethod::{Queue, QueueAndTable, Table};
        for (level, method, expected, uses_table) in [
            (None, None, (FailuresAndSuccesses, Table), true),
            (None, Some(Queue), (FailuresAndSuccesses, Queue), false),
            (Some(FailuresOnly), None, (FailuresOnly, Table), true),
            (Some(DoNotReport), None, (DoNotReport, Queue), false),
            (Some(DoNotReport), Some(Table), (DoNotReport, Table), false),
            (Some(FailuresOnly), Some(QueueAndTable), (FailuresOnly, QueueAndTable), true),
        ] {
            let mut properties = IngestionProperties::new("db", "T");
            (properties.report_level, properties.report_method) = (level, method);
            let reporting = Reporting::of(&properties);
            assert_eq!(((reporting.level, reporting.method), reporting.uses_table()), (expected, uses_table));
        }
    }
}
