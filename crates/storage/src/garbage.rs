//! Extent files that no version of the catalog in use names any more.
//!
//! A query holds its version of the catalog, and with it the `Arc` of every extent it may still open. So a dropped
//! extent's file may go as soon as nobody holds its `Arc`: no grace period guesses how long a query takes.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use calypso_model::{ClusterState, Extent, ExtentId};
use parking_lot::Mutex;

use crate::{Error, storage::Inner};

/// The extents whose files exist.
#[derive(Default)]
pub(crate) struct ExtentGarbage {
    known: Mutex<HashMap<ExtentId, Known>>,
}

struct Known {
    path: String,
    /// The values under which versions of the catalog name it: one for each change of its tags that is still read.
    values: Vec<Weak<Extent>>,
}

impl Known {
    fn learn(&mut self, extent: &Arc<Extent>) {
        self.values.retain(|value| value.strong_count() > 0 && !std::ptr::eq(value.as_ptr(), Arc::as_ptr(extent)));
        self.values.push(Arc::downgrade(extent));
    }
}

impl ExtentGarbage {
    /// Learns the extents of a version of the catalog.
    pub(crate) fn note_state(&self, state: &ClusterState) {
        for extents in state.extents.values() {
            self.note_extents(extents);
        }
    }

    /// Learns extents about to be committed, so that one dropped soon after is not forgotten.
    pub(crate) fn note_extents(&self, extents: &[Arc<Extent>]) {
        let mut known = self.known.lock();
        for extent in extents {
            let new = || Known { path: extent.path.clone(), values: Vec::new() };
            known.entry(extent.id).or_insert_with(new).learn(extent);
        }
    }

    /// Forgets an extent whose file is deleted otherwise.
    pub(crate) fn forget(&self, extent: ExtentId) {
        self.known.lock().remove(&extent);
    }

    /// Takes out the extents that nobody can name.
    fn take_unreferenced(&self) -> Vec<(ExtentId, String)> {
        let mut known = self.known.lock();
        let unreferenced = |_: &ExtentId, known: &mut Known| known.values.iter().all(|value| value.strong_count() == 0);
        known.extract_if(unreferenced).map(|(id, known)| (id, known.path)).collect()
    }
}

impl Inner {
    /// Deletes the files of dropped extents that no query can reach, and says how many. Blocking.
    pub(crate) fn delete_unreferenced(&self) -> Result<usize, Error> {
        // Retagged extents are new values under an old id: learn them before judging, and hold them meanwhile.
        let state = self.catalog.snapshot();
        self.garbage.note_state(&state);
        let unreferenced = self.garbage.take_unreferenced();
        drop(state);
        for (id, path) in &unreferenced {
            self.open_extents.forget(*id);
            self.column_cache.forget(*id);
            self.extent_files.delete(path).map_err(Error::io("delete", path))?;
        }
        Ok(unreferenced.len())
    }
}
