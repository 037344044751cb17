//! What this process has used (Linux).

use std::fs;

use anyhow::Context as _;
use tokio::time::Instant;

/// The kernel counts processor time in hundredths of a second, whatever its own clock.
const TICKS_PER_SECOND: f64 = 100.0;

/// See the file's header.
#[derive(Debug)]
pub(crate) struct Usage {
    pub(crate) at: Instant,
    /// User and system time of all threads.
    pub(crate) processor_seconds: f64,
    /// Most memory that was resident.
    pub(crate) peak_megabytes: f64,
}

impl Usage {
    pub(crate) fn now() -> anyhow::Result<Self> {
        let stat = fs::read_to_string("/proc/self/stat")?;
        // The name before it may have blanks.
        let (_, fields) = stat.rsplit_once(')').context("/proc/self/stat has no name")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        let ticks: f64 = ticks.sum::<Result<f64, _>>()?;
        let status = fs::read_to_string("/proc/self/status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("there is no VmHWM")?;
        let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse()?;
        Ok(Self { at: Instant::now(), processor_seconds: ticks / TICKS_PER_SECOND, peak_megabytes: kilobytes / 1024.0 })
    }
}
