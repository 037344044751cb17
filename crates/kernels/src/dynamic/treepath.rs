//! `treepath`: the paths of everything inside a bag.
//!
//! All elements of an array share the path of position 0. <https://learn.microsoft.com/kusto/query/treepath-function>

use std::collections::HashSet;

use arrow::array::ArrayRef;
use calypso_types::{Dynamic, dynamic_text::write_json_string};

use super::ArrayWriter;
use crate::{Call, KernelError};

/// `treepath(bag)`: null of what is no bag.
pub(super) fn treepath(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(Ok(bag @ Dynamic::Bag(_))) = texts.get_dynamic(row).map(Dynamic::parse) else { return false };
        let mut paths = Paths::default();
        paths.collect(&bag, "");
        let mut writer = ArrayWriter::new(out);
        paths.in_order.iter().for_each(|path| write_json_string(writer.element(), path));
        writer.finish();
        true
    }))
}

#[derive(Default)]
struct Paths {
    in_order: Vec<String>,
    known: HashSet<String>,
}

impl Paths {
    fn add(&mut self, path: String) -> String {
        if self.known.insert(path.clone()) {
            self.in_order.push(path.clone());
        }
        path
    }

    /// Adds the paths below `value`; the depth of a value is bounded when it is parsed.
    fn collect(&mut self, value: &Dynamic, path: &str) {
        match value {
            Dynamic::Bag(members) => {
                for (name, member) in members {
                    let path = self.add(format!("{path}['{name}']"));
                    self.collect(member, &path);
                }
            }
            Dynamic::Array(items) => {
                for item in items {
                    let path = self.add(format!("{path}[0]"));
                    self.collect(item, &path);
                }
            }
            _ => {}
        }
    }
}
