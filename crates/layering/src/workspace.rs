//! The workspace's manifests.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What a crate's manifest says about its neighbours. Names of our own crates are without the `calypso-` prefix.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The folder's name, such as `query`.
    pub folder: String,
    pub package: String,
    /// Own crates that the code uses.
    pub own: BTreeSet<String>,
    /// Own crates that only tests use.
    pub own_in_tests: BTreeSet<String>,
    /// Crates of others that the code uses.
    pub external: BTreeSet<String>,
    /// Dependencies whose version is not the workspace's.
    pub unshared: BTreeSet<String>,
}

/// Returns the checkout's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies two folders below the root").to_owned()
}

/// Returns the text of a file, named from the root.
///
/// # Panics
/// When it cannot be read: a test must say so.
#[must_use]
pub fn read_text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// Returns the manifests of all crates under `crates/`, by folder.
///
/// # Panics
/// When one cannot be read.
#[must_use]
pub fn manifests() -> Vec<Manifest> {
    let folders = fs::read_dir(root().join("crates")).expect("the workspace has crates");
    let mut folders: Vec<String> = folders
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|folder| root().join("crates").join(folder).join("Cargo.toml").exists())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Manifest::read(folder)).collect()
}

impl Manifest {
    fn read(folder: &str) -> Self {
        let text = read_text(&format!("crates/{folder}/Cargo.toml"));
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("crates/{folder}/Cargo.toml: {error}"));
        let package = table.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str()).unwrap_or_default();
        let mut manifest = Self {
            folder: folder.to_owned(),
            package: package.to_owned(),
            own: BTreeSet::new(),
            own_in_tests: BTreeSet::new(),
            external: BTreeSet::new(),
            unshared: BTreeSet::new(),
        };
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, entry) in table.get(section).and_then(|s| s.as_table()).into_iter().flatten() {
                if entry.get("workspace").and_then(|w| w.as_bool()) != Some(true) {
                    manifest.unshared.insert(name.clone());
                }
                manifest.add(section == "dev-dependencies", name);
            }
        }
        manifest
    }

    fn add(&mut self, in_tests: bool, name: &str) {
        // The SDK's crates are published under the names that users of Kusto look for.
        let own = name.strip_prefix("calypso-").or_else(|| name.starts_with("kusto-").then_some(name));
        match (own, in_tests) {
            (Some(own), false) => self.own.insert(own.to_owned()),
            (Some(own), true) => self.own_in_tests.insert(own.to_owned()),
            (None, false) => self.external.insert(name.to_owned()),
            // What tests use of others is nobody's concern.
            (None, true) => false,
        };
    }
}
