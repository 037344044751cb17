//! What was typed before: a file in the user's folder for state, bounded, without secrets.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    path::{Path, PathBuf},
};

use calypso_syntax::mask_secrets;
use reedline::{
    FileBackedHistory, History, HistoryItem, HistoryItemId, HistorySessionId, Result as HistoryResult, SearchQuery,
};

/// Statements that are remembered; the oldest go first.
const ENTRIES_MAX: usize = 2_000;
/// Names another file for the history; empty for none.
const VARIABLE: &str = "CALYPSO_HISTORY";

/// Opens the history; one in memory where no file can be had.
pub(super) fn open() -> Box<dyn History> {
    let file = path(|name| std::env::var_os(name)).and_then(|path| {
        make(&path).ok()?;
        FileBackedHistory::with_file(ENTRIES_MAX, path).ok()
    });
    Box::new(WithoutSecrets(file.unwrap_or_default()))
}

/// Makes the file, for its owner's eyes only.
fn make(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Returns the file, told by the variables of the environment.
fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(file) = variable(VARIABLE) {
        return Some(PathBuf::from(file)).filter(|file| !file.as_os_str().is_empty());
    }
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("calypso/history"))
}

/// A history that leaves out statements with hidden strings, signatures and passwords.
struct WithoutSecrets(FileBackedHistory);

impl History for WithoutSecrets {
    fn save(&mut self, item: HistoryItem) -> HistoryResult<HistoryItem> {
        let has_secrets = mask_secrets(&item.command_line) != item.command_line.as_str();
        if has_secrets { Ok(item) } else { self.0.save(item) }
    }

    fn load(&self, id: HistoryItemId) -> HistoryResult<HistoryItem> {
        self.0.load(id)
    }

    fn count(&self, query: SearchQuery) -> HistoryResult<i64> {
        self.0.count(query)
    }

    fn search(&self, query: SearchQuery) -> HistoryResult<Vec<HistoryItem>> {
        self.0.search(query)
    }

    fn update(&mut self, id: HistoryItemId, updater: &dyn Fn(HistoryItem) -> HistoryItem) -> HistoryResult<()> {
        self.0.update(id, updater)
    }

    fn clear(&mut self) -> HistoryResult<()> {
        self.0.clear()
    }

    fn delete(&mut self, id: HistoryItemId) -> HistoryResult<()> {
        self.0.delete(id)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.0.sync()
    }

    fn session(&self) -> Option<HistorySessionId> {
        self.0.session()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_lies_in_the_folder_for_state_unless_another_is_named() {
        let set = |pairs: &'static [(&str, &str)]| {
            path(move |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
        };
        assert_eq!(set(&[("HOME", "/h")]), Some("/h/.local/state/calypso/history".into()));
        assert_eq!(set(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")]), Some("/s/calypso/history".into()));
        assert_eq!(set(&[("HOME", "/h"), ("CALYPSO_HISTORY", "/x")]), Some("/x".into()));
        assert_eq!(set(&[("HOME", "/h"), ("CALYPSO_HISTORY", "")]), None);
        assert_eq!(set(&[]), None);
    }

    #[test]
    fn statements_with_secrets_are_not_remembered() {
        let mut history = WithoutSecrets(FileBackedHistory::default());
        let item = |text: &str| HistoryItem::from_command_line(text);
        history.save(item("print 1")).unwrap();
        history.save(item(".ingest into table T (h'https://x/y?sig=z')")).unwrap();
        let all = SearchQuery::everything(reedline::SearchDirection::Forward, None);
        let kept: Vec<String> = history.search(all).unwrap().into_iter().map(|item| item.command_line).collect();
        assert_eq!(kept, ["print 1"]);
    }
}
