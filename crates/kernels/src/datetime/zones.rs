//! Time zones of the IANA database: `datetime_utc_to_local`, `datetime_local_to_utc`, `datetime_list_timezones`.
//!
//! <https://learn.microsoft.com/kusto/query/datetime-utc-to-local-function>

use arrow::array::ArrayRef;
use calypso_columns::Strings;
use calypso_types::{DateTime, TimeSpan, dynamic_text::write_json_string};
use chrono::{LocalResult, NaiveDateTime, Offset as _, TimeZone as _};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::{Call, KernelError, dynamic::ArrayWriter};

/// The zone of a name that changes seldom from row to row.
struct Zones<'a> {
    names: Strings<'a>,
    current: Option<(&'a str, Tz)>,
}

impl<'a> Zones<'a> {
    fn zone(&mut self, row: usize, function: &str) -> Result<Tz, KernelError> {
        let name = self.names.get(row);
        if let Some((known, zone)) = self.current
            && known == name
        {
            return Ok(zone);
        }
        let zone = name.parse::<Tz>().map_err(|_| KernelError::Argument {
            function: function.to_owned(),
            message: format!("'{name}' is not a known time zone"),
        })?;
        self.current = Some((name, zone));
        Ok(zone)
    }
}

fn naive(date: DateTime) -> Option<NaiveDateTime> {
    chrono::DateTime::from_timestamp(date.unix_seconds(), 0).map(|instant| instant.naive_utc())
}

fn shift(
    call: &Call<'_>,
    function: &str,
    offset_seconds: fn(Tz, &NaiveDateTime) -> i32,
    sign: i64,
) -> Result<ArrayRef, KernelError> {
    let dates = call.longs(0)?;
    let mut zones = Zones { names: call.strings(1)?, current: None };
    let mut error = None;
    let array = call.build_longs(|row| {
        let date = DateTime(dates.get(row)?);
        let zone = match zones.zone(row, function) {
            Ok(zone) => zone,
            Err(cause) => {
                error = Some(cause);
                return None;
            }
        };
        let seconds = i64::from(offset_seconds(zone, &naive(date)?)) * sign;
        date.checked_add(TimeSpan::SECOND.checked_mul(seconds)?).map(|d| d.0)
    });
    error.map_or(Ok(array), Err)
}

fn offset_at_utc(zone: Tz, instant: &NaiveDateTime) -> i32 {
    zone.offset_from_utc_datetime(instant).fix().local_minus_utc()
}

/// Of an ambiguous local time the later offset (standard time) counts; one that a clock change skips takes the offset
/// from before the change.
fn offset_at_local(zone: Tz, local: &NaiveDateTime) -> i32 {
    match zone.offset_from_local_datetime(local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(_, offset) => offset.fix().local_minus_utc(),
        // The documented example takes 02:00, which is skipped, to the same instant as 01:00.
        LocalResult::None => offset_at_utc(zone, local),
    }
}

/// `datetime_utc_to_local(date, zone)`
pub(super) fn utc_to_local(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shift(call, "datetime_utc_to_local", offset_at_utc, 1)
}

/// `datetime_local_to_utc(date, zone)`
pub(super) fn local_to_utc(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shift(call, "datetime_local_to_utc", offset_at_local, -1)
}

/// `datetime_list_timezones()`: an array of names.
pub(super) fn list_time_zones(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_dynamics(|_, out| {
        let mut writer = ArrayWriter::new(out);
        TZ_VARIANTS.iter().for_each(|zone| write_json_string(writer.element(), zone.name()));
        writer.finish();
        true
    }))
}
