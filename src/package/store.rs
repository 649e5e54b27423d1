//! Where finished zips lie: `<work_dir>/artifacts/<sha256>.zip`.
//!
//! A zip is written beside its place and renamed, so it is complete whenever it exists. Files of writers that
//! were killed are removed by the next one: every writer holds a shared lock, so whoever gets the exclusive lock
//! knows that all half-written files are abandoned.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::tree::Tree;
use super::{PackageError, archive};

/// A zip in its place.
#[derive(Debug)]
pub(super) struct Zipped {
    pub(super) sha256_hex: String,
    pub(super) sha256_base64: String,
    pub(super) size_bytes: u64,
    pub(super) unzipped_size_bytes: u64,
    pub(super) files: usize,
    pub(super) path: PathBuf,
}

/// Makes the work folder if need be; its path without symbolic links.
pub(super) fn real_work_dir(work_dir: &Path) -> Result<PathBuf, PackageError> {
    fs::create_dir_all(work_dir).and_then(|()| work_dir.canonicalize()).map_err(not_writable(work_dir))
}

/// Zips a tree into the store.
pub(super) fn put(tree: &Tree, work_dir: &Path) -> Result<Zipped, PackageError> {
    let folder = work_dir.join("artifacts");
    fs::create_dir_all(&folder).map_err(not_writable(&folder))?;
    let _lock = writer_lock(&folder).map_err(not_writable(&folder))?;
    let unfinished = Unfinished::in_folder(&folder);
    let file = File::create_new(&unfinished.0).map_err(not_writable(&unfinished.0))?;
    archive::write(tree, BufWriter::with_capacity(1024 * 1024, file))?;
    let (digest, size_bytes) = hash_file(&unfinished.0).map_err(not_writable(&unfinished.0))?;
    let sha256_hex = hex(&digest);
    let path = folder.join(format!("{sha256_hex}.zip"));
    fs::rename(&unfinished.0, &path).map_err(not_writable(&path))?;
    Ok(Zipped {
        sha256_hex,
        sha256_base64: STANDARD.encode(digest),
        size_bytes,
        unzipped_size_bytes: archive::unzipped_size_bytes(tree),
        files: tree.entries.len(),
        path,
    })
}

const UNFINISHED: &str = ".unfinished";

/// A name no other writer of now uses: one process counts, and processes that live at the same time differ.
fn unfinished_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}{UNFINISHED}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A file that is removed unless it was renamed before.
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// A name of its own in `folder`.
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self(folder.join(unfinished_name()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Most often it is gone already; otherwise the next writer tries again.
        let _ = fs::remove_file(&self.0);
    }
}

/// A shared lock, after a clean-up if nobody else held one.
pub(super) fn writer_lock(folder: &Path) -> io::Result<File> {
    let lock = File::create(folder.join("lock"))?;
    if lock.try_lock().is_ok() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(UNFINISHED) {
                fs::remove_file(path)?;
            }
        }
        lock.unlock()?;
    }
    lock.lock_shared()?;
    Ok(lock)
}

/// SHA-256 and size of a file.
pub(super) fn hash_file(path: &Path) -> io::Result<([u8; 32], u64)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 64 * 1024];
    let mut size_bytes = 0;
    loop {
        let count = file.read(&mut block)?;
        if count == 0 {
            return Ok((hasher.finalize().into(), size_bytes));
        }
        hasher.update(&block[..count]);
        size_bytes += count as u64;
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

/// Says which place inside the work folder could not be written.
pub(super) fn not_writable(path: &Path) -> impl FnOnce(io::Error) -> PackageError {
    move |source| PackageError::WorkDir { path: path.to_owned(), source }
}
