//! What a process that was killed in the middle of a query left in the spill directory.

use std::{fs, path::Path};

/// How DataFusion names the folders it makes there.
const FOLDER_PREFIX: &str = "datafusion-";

/// Deletes the folders of earlier engines; none may be running on the directory. Where that fails, disk is lost but no query.
pub(crate) fn delete(spill_directory: &Path) {
    let Ok(entries) = fs::read_dir(spill_directory) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX) {
            continue;
        }
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            let path = entry.path();
            tracing::warn!(%error, path = %path.display(), "what a killed process spilled cannot be deleted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_earlier_engines_go_and_nothing_else_does() {
        let directory = tempfile::tempdir().unwrap();
        let of = |name: &str| directory.path().join(name);
        fs::create_dir(of("datafusion-a1")).unwrap();
        fs::write(of("datafusion-a1").join("spilled"), "rows").unwrap();
        fs::create_dir(of("kept")).unwrap();
        delete(directory.path());
        assert!(!of("datafusion-a1").exists());
        assert!(of("kept").exists());
        delete(&of("absent"));
    }
}
