//! What the service says of itself: version, clock, database, a first query.

use std::time::Instant;

use calypso_clock::{Clock as _, SystemClock};
use calypso_types::Scalar;
use kusto_data::{Dataset, Error};

use super::check::Finding;
use crate::connect::Connection;

/// A clock further off than this breaks signatures of shared access and tokens.
const SKEW_SECONDS_MAX: f64 = 60.0;
/// A clock this far off is worth a note.
const SKEW_SECONDS_NOTED: f64 = 5.0;

async fn ask(connection: &Connection, text: &str) -> Result<Dataset, Error> {
    connection.client.execute(&connection.database, text, None).await
}

pub(super) async fn version(connection: &Connection) -> Finding {
    match ask(connection, ".show version").await {
        Ok(answer) => {
            let told = |column| answer.primary().and_then(|table| table.value(0, column)).map(Scalar::to_text);
            let parts = [told("ServiceType"), told("ProductVersion").or_else(|| told("BuildVersion"))];
            Finding::good(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        Err(error) => Finding::of_error(&error),
    }
}

/// Compares the clocks, leaving out half of the way.
pub(super) async fn clock(connection: &Connection) -> Finding {
    let started = Instant::now();
    let sent = SystemClock.now();
    let answer = match ask(connection, "print now()").await {
        Ok(answer) => answer,
        Err(error) => return Finding::of_error(&error),
    };
    let way = started.elapsed().as_secs_f64() / 2.0;
    let Some(Scalar::DateTime(theirs)) = answer.single_value() else {
        return Finding::failed("`print now()` gives no time", "is it a Kusto service?");
    };
    judged(theirs.since(sent).total_seconds() - way)
}

fn judged(skew: f64) -> Finding {
    let direction = if skew < 0.0 { "behind" } else { "ahead of" };
    let told = format!("the service's clock is {:.1} s {direction} this one", skew.abs());
    match skew.abs() {
        skew if skew > SKEW_SECONDS_MAX => {
            Finding::failed(told, "set the clocks: `timedatectl status` tells of this machine's")
        }
        skew if skew > SKEW_SECONDS_NOTED => {
            Finding::note(told, "from a minute on, signatures and tokens may be refused")
        }
        _ => Finding::good("the clocks agree"),
    }
}

pub(super) async fn database(connection: &Connection) -> Finding {
    let name = &connection.database;
    let answer = match ask(connection, ".show databases").await {
        Ok(answer) => answer,
        Err(error) => return Finding::of_error(&error),
    };
    let rows = answer.primary().into_iter().flat_map(|table| table.iter().collect::<Vec<_>>());
    let names: Vec<String> = rows.filter_map(|row| row.get("DatabaseName").map(Scalar::to_text)).collect();
    if names.contains(name) {
        return Finding::good(format!("{name} is there"));
    }
    let near = names.iter().find(|known| known.eq_ignore_ascii_case(name));
    let next = match near {
        Some(near) => format!("names of databases have case: `--database {near}`"),
        None => format!("`calypso query '.create database [{}]'` makes it", calypso_types::kql_string(name)),
    };
    Finding::failed(format!("there is no database '{name}'; there are {}", names.join(", ")), next)
}

pub(super) async fn query(connection: &Connection) -> Finding {
    let started = Instant::now();
    match ask(connection, "print Answer = 6 * 7").await {
        Ok(answer) if answer.single_value() == Some(&Scalar::Long(42)) => {
            Finding::good(format!("`print 6 * 7` gives 42 in {} ms", started.elapsed().as_millis()))
        }
        Ok(_) => Finding::failed("`print 6 * 7` does not give 42", "is it a Kusto service?"),
        Err(error) => Finding::of_error(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        assert_eq!(judged(-0.3), Finding::good("the clocks agree"));
        assert!(matches!(judged(-7.0), Finding::Note(told, _) if told.contains("7.0 s behind")));
        assert!(matches!(judged(3600.0), Finding::Failed(told, _) if told.contains("3600.0 s ahead of")));
    }
}
