//! What the log of queued ingestion needs now and then: an end for sources that nothing will follow on, and room.

use std::{collections::HashSet, time::Duration};

use calypso_catalog::{SourceFailure, SourceRecord, SourceRecordFilter, SourceState};
use calypso_model::{OperationId, SourceId};
use calypso_protocol::FailureStatus;
use calypso_types::{DateTime, TimeSpan};
use tokio::{sync::watch, time::MissedTickBehavior};

use super::{intake::told_to_stop, report::EXHAUSTED};
use crate::{App, AppError, error_sources, ingestion::IngestionFailure};

/// How often.
const PERIOD: Duration = Duration::from_secs(3600);
/// How long a source may wait without a change: as long as a message lives. Its message is gone then, and with it
/// whoever would tell how it ended.
pub(super) const MESSAGE_LIFETIME: TimeSpan = TimeSpan(7 * TimeSpan::DAY.0);
/// Records ended at a time.
const RECORDS_AT_ONCE: usize = 1_000;

/// Looks after the log until told to stop; at once, then each period.
pub(super) async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(PERIOD);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = told_to_stop(&mut stopped) => return,
            _ = tick.tick() => {}
        }
        if let Err(error) = step(&app).await {
            error_sources::log(&error);
        }
    }
}

async fn step(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut stale = SourceRecordFilter {
        states: vec![SourceState::Queued, SourceState::InProgress],
        updated_before: Some(now.checked_sub(MESSAGE_LIFETIME).unwrap_or(DateTime::MIN)),
        ..SourceRecordFilter::default()
    };
    loop {
        let held: HashSet<SourceId> = app.queued.held();
        let records = app.queued.log.records(&stale, RECORDS_AT_ONCE).await?;
        // What ended is found no more; what is held would be, so the next look begins behind it. Others of the same
        // tick wait for the next period.
        stale.updated_before = records.last().map(|record| record.updated_on);
        let is_last = records.len() < RECORDS_AT_ONCE;
        let ended: Vec<_> = records.into_iter().filter(|record| !held.contains(&record.source)).collect();
        for record in &ended {
            note(app, record, now);
        }
        app.queued.log.put(ended.into_iter().map(|record| exhausted(record, now)).collect()).await?;
        if is_last {
            break;
        }
    }
    app.queued.log.prune(now).await?;
    Ok(())
}

const DETAILS: &str = "The message of this source expired before its ingestion came to an end.";

fn exhausted(record: SourceRecord, now: DateTime) -> SourceRecord {
    let failure = SourceFailure {
        error_code: EXHAUSTED.to_owned(),
        status: FailureStatus::Exhausted.name().to_owned(),
        details: DETAILS.to_owned(),
        from_update_policy: false,
    };
    SourceRecord { state: SourceState::Failed, updated_on: now, failure: Some(failure), ..record }
}

fn note(app: &App, record: &SourceRecord, now: DateTime) {
    *app.queued.statistics.lock().failed.entry(EXHAUSTED.to_owned()).or_default() += 1;
    app.failures.note(IngestionFailure {
        operation: record.operation.unwrap_or_else(|| OperationId(app.ids.next_id())),
        operation_kind: "DataIngestPull".to_owned(),
        database: record.database.clone(),
        table: record.table.clone(),
        failed_on: now,
        source_path: record.path.clone(),
        details: DETAILS.to_owned(),
        permanent: true,
        activity_id: record.source.0,
        error_code: EXHAUSTED.to_owned(),
        principal: String::new(),
        user: String::new(),
        properties: String::new(),
        sources: 1,
        from_update_policy: false,
    });
}
