//! Built-in staging against a clock that is moved by hand, and across crashes.

mod blobs;
mod entities;
mod messages;

use std::sync::Arc;

use calypso_clock::{Clock as _, ManualClock, SeededIds};
use calypso_types::{DateTime, TimeSpan};
use tempfile::TempDir;

use super::*;

/// A staging directory and the clock of whoever opens it.
struct Place {
    dir: TempDir,
    clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
}

impl Place {
    fn new() -> Self {
        let now = DateTime::parse("2026-01-02T03:04:05Z").unwrap();
        Self { dir: TempDir::new().unwrap(), clock: Arc::new(ManualClock::new(now)), ids: Arc::new(SeededIds::new(1)) }
    }

    fn settings(&self) -> LocalStagingSettings {
        LocalStagingSettings::new(self.dir.path().join("staging"))
    }

    async fn open(&self) -> LocalStaging {
        self.open_with(self.settings()).await
    }

    async fn open_with(&self, settings: LocalStagingSettings) -> LocalStaging {
        LocalStaging::open(settings, self.clock.clone(), self.ids.clone()).await.unwrap()
    }

    /// Opens what a process that was killed at this moment would leave: a copy of the files as they are.
    async fn open_after_crash(&self) -> (LocalStaging, TempDir) {
        let copy = TempDir::new().unwrap();
        copy_directory(&self.dir.path().join("staging"), &copy.path().join("staging"));
        let settings = LocalStagingSettings::new(copy.path().join("staging"));
        (LocalStaging::open(settings, self.clock.clone(), self.ids.clone()).await.unwrap(), copy)
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(TimeSpan(seconds * TimeSpan::SECOND.0));
    }

    fn files(&self) -> usize {
        fs::read_dir(self.dir.path().join("staging/blobs")).unwrap().count()
    }
}

fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

const ORIGIN: &str = "http://localhost:8080";

fn origin() -> Origin {
    Origin { scheme: "http".to_owned(), host: "localhost".to_owned(), port: 8080 }
}

#[tokio::test]
async fn every_kind_of_resource_is_told_with_its_port_and_one_question_mark() {
    let place = Place::new();
    let staging = place.open().await;
    let resources = staging.resources(&origin(), place.clock.now()).await.unwrap();
    assert_eq!(resources.len(), 6);
    for resource in resources {
        let (path, query) = resource.url.split_once('?').unwrap();
        assert!(path.starts_with(&format!("{ORIGIN}/calypsostaging/")), "{path}");
        assert!(!query.is_empty() && !query.contains('?'));
        let pairs = query_pairs(query);
        let expires_on = pairs.iter().find(|(name, _)| name == "se").map(|(_, value)| DateTime::parse(value)).unwrap();
        assert!(expires_on.unwrap().since(place.clock.now()) >= TimeSpan(2 * TimeSpan::DAY.0));
    }
}

#[tokio::test]
async fn the_key_stays_across_starts_and_is_for_the_owner_only() {
    let place = Place::new();
    let staging = place.open().await;
    let url = staging.resources(&origin(), place.clock.now()).await.unwrap().pop().unwrap().url;
    let (other, _copy) = place.open_after_crash().await;
    assert_eq!(other.resources(&origin(), place.clock.now()).await.unwrap().pop().unwrap().url, url);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(place.dir.path().join("staging/account.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let stranger = Place::new();
    let stranger = Place { ids: Arc::new(SeededIds::new(2)), ..stranger };
    let other = stranger.open().await;
    assert_ne!(other.resources(&origin(), place.clock.now()).await.unwrap().pop().unwrap().url, url);
}

#[tokio::test]
async fn a_directory_has_one_owner() {
    let place = Place::new();
    let _staging = place.open().await;
    let second = LocalStaging::open(place.settings(), place.clock.clone(), place.ids.clone()).await;
    assert!(second.is_err_and(|error| error.to_string().contains("another process uses")));
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused() {
    let place = Place::new();
    fs::create_dir_all(place.settings().dir).unwrap();
    fs::write(place.settings().dir.join("staging.db"), vec![7; 8192]).unwrap();
    assert!(LocalStaging::open(place.settings(), place.clock.clone(), place.ids.clone()).await.is_err());
}
