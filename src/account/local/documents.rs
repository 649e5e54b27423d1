//! The ledger beside the local account: files with conditional writes, as S3 has them.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::store::{remove_if_there, write_atomically};
use crate::{
    account::{Stored, Version},
    model::Scope,
};

pub(super) fn read(root: &Path, key: &str) -> io::Result<Option<Stored>> {
    match fs::read(root.join(key)) {
        Ok(bytes) => Ok(Some(Stored { version: version(&bytes), bytes })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes if the document is still the `expected` version; `None` where it is not.
pub(super) fn write(
    root: &Path,
    key: &str,
    bytes: &[u8],
    expected: Option<&Version>,
) -> io::Result<Option<Version>> {
    let path = root.join(key);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let turn = File::options().create(true).truncate(false).write(true).open(root.join("ledger.lock"))?;
    turn.lock()?;
    if read(root, key)?.map(|stored| stored.version).as_ref() != expected {
        return Ok(None);
    }
    write_atomically(&path, bytes)?;
    Ok(Some(version(bytes)))
}

pub(super) fn remove(root: &Path, key: &str) -> io::Result<()> {
    remove_if_there(&root.join(key))
}

pub(super) fn scopes(root: &Path) -> io::Result<Vec<Scope>> {
    let mut scopes = Vec::new();
    let Ok(stacks) = fs::read_dir(root.join("ledger")) else { return Ok(scopes) };
    for stack in stacks {
        let stack = stack?;
        for stage in fs::read_dir(stack.path())? {
            let stage = stage?.file_name().to_string_lossy().into_owned();
            if let Some(stage) = stage.strip_suffix(".json") {
                scopes.push(Scope::new(stack.file_name().to_string_lossy(), stage));
            }
        }
    }
    scopes.sort();
    Ok(scopes)
}

fn version(bytes: &[u8]) -> Version {
    Version(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}
