//! The account key of built-in staging: drawn at the first start, for the owner's eyes only.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use calypso_clock::Ids;
use sha2::{Digest as _, Sha512};

use crate::{AccountKey, Error};

/// The file's name.
const FILE: &str = "account.key";
/// Identifiers that are drawn for a key: more randomness than the key has bits.
const IDS_DRAWN: usize = 5;

/// Reads the key in `dir`, or draws one.
pub(super) fn load_or_create(dir: &Path, account: &str, ids: &dyn Ids) -> Result<AccountKey, Error> {
    let path = dir.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => AccountKey::from_base64(account, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut hash = Sha512::new();
            for _ in 0..IDS_DRAWN {
                hash.update(ids.next_id().as_bytes());
            }
            let key = hash.finalize().to_vec();
            write_secret(&path, &BASE64_STANDARD.encode(&key)).map_err(Error::io)?;
            Ok(AccountKey::new(account, key))
        }
        Err(error) => Err(Error::io(error)),
    }
}

/// Writes the file whole or not at all.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    restrict(&mut options);
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

/// Elsewhere the directory's own permissions decide.
#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions) {}
