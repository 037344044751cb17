//! `ipv4_range_to_cidr_list`: the fewest networks that make up a range.
//!
//! <https://learn.microsoft.com/kusto/query/ipv4-range-to-cidr-list-function>

use std::{fmt::Write as _, net::Ipv4Addr};

use arrow::array::ArrayRef;

use super::address::V4;
use crate::{Call, KernelError, dynamic::ArrayWriter};

/// `ipv4_range_to_cidr_list(start, end)`: an array of texts.
pub(super) fn ipv4_range_to_cidr_list(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (starts, ends) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_dynamics(|row, out| {
        let (Some(start), Some(end)) = (V4::parse(starts.get(row)), V4::parse(ends.get(row))) else { return false };
        let mut writer = ArrayWriter::new(out);
        let (mut next, end) = (u64::from(start.bits), u64::from(end.bits));
        while next <= end {
            // As large as the alignment of its start allows and the range still holds.
            let aligned = next.trailing_zeros().min(u32::BITS);
            let held = (end - next + 1).ilog2();
            let size = aligned.min(held);
            let address = Ipv4Addr::from_bits(next as u32);
            // Writing to a string never fails.
            let _ = write!(writer.element(), "\"{address}/{}\"", u32::BITS - size);
            next += 1 << size;
        }
        writer.finish();
        true
    }))
}
