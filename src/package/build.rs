//! The build command runs in a copy of the code folder, once for each content.
//!
//! The copy lies under `<work_dir>/build/<folder>/<key>/code`, where the key is a hash of the command and of every
//! source file (without what builds make, such as `node_modules`). When `complete`, written last, is beside it,
//! an earlier build's result is used. So the user's folder stays clean, and a killed build leaves nothing that
//! could be taken for a finished one. A lock for each key keeps concurrent runs from building the same twice.
//!
//! The key cannot know what a command takes from elsewhere: the network, the environment, installed tools.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::filter::Filter;
use super::store::{hash_file, hex, not_writable};
use super::tree::{Content, Entry, Tree};
use super::{Build, PackageError, blocking, links, run, tree};

/// How many finished builds of one folder are kept: enough to go back and forth between a few versions.
const KEPT_BUILDS: usize = 3;

/// How often a build that another run is at is looked at again.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// A built copy. As long as the value lives, no other run removes or rebuilds it.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) folder: PathBuf,
    pub(super) how: Build,
    _lock: File,
}

/// Builds the code folder, or finds it built. All paths are free of symbolic links.
pub(super) async fn build(
    command: &str,
    folder: &Path,
    work_dir: &Path,
    on_line: impl FnMut(&str),
) -> Result<Built, PackageError> {
    let input = {
        let (command, folder, work_dir) = (command.to_owned(), folder.to_owned(), work_dir.to_owned());
        blocking(move || Input::read(&command, &folder, &work_dir)).await?
    };
    let place = Place::of(&input, folder, work_dir);
    fs::create_dir_all(&place.parent).map_err(not_writable(&place.parent))?;
    let lock = place.lock().await.map_err(not_writable(&place.parent))?;
    let how = if place.is_complete() {
        Build::Reused
    } else {
        let (input, target) = (Arc::new(input), place.clone());
        blocking(move || target.stage(&input)).await?;
        run::run(command, &place.code(), on_line).await?;
        Build::Ran
    };
    // Written again when reused: its time says which builds are in use.
    fs::write(place.marker(), b"").map_err(not_writable(&place.folder))?;
    let done = place.clone();
    blocking(move || done.remove_old_builds()).await.map_err(not_writable(&place.parent))?;
    Ok(Built { folder: place.code(), how, _lock: lock })
}

/// What a build starts from.
#[derive(Debug)]
struct Input {
    tree: Tree,
    /// SHA-256 of each file, in the order of the tree's entries; `None` for links.
    digests: Vec<Option<[u8; 32]>>,
    key: String,
}

impl Input {
    fn read(command: &str, folder: &Path, work_dir: &Path) -> Result<Self, PackageError> {
        let tree = tree::walk(folder, &Arc::new(Filter::of_build_input()), Some(work_dir))?;
        // A build that reads through such a link would depend on files that are not in the key.
        links::check_build_input(&tree)?;
        let digests =
            tree.entries.par_iter().map(|entry| digest(&tree, entry)).collect::<Result<Vec<_>, _>>()?;
        let mut key = Sha256::new();
        put(&mut key, b"build 1");
        put(&mut key, command.as_bytes());
        for (entry, digest) in tree.entries.iter().zip(&digests) {
            put(&mut key, entry.path.as_bytes());
            match &entry.content {
                Content::File { executable, .. } => {
                    put(&mut key, if *executable { b"program" } else { b"file" });
                    put(&mut key, &digest.unwrap_or_default());
                }
                Content::Link { target } => {
                    put(&mut key, b"link");
                    put(&mut key, target.as_bytes());
                }
            }
        }
        // Half of the digits is plenty, and keeps paths short for the tools that work there.
        let key = hex(&key.finalize()[..16]);
        Ok(Self { tree, digests, key })
    }
}

/// Adds a part to a hash so that no two lists of parts are the same bytes.
fn put(hasher: &mut Sha256, part: &[u8]) {
    hasher.update((part.len() as u64).to_le_bytes());
    hasher.update(part);
}

fn digest(tree: &Tree, entry: &Entry) -> Result<Option<[u8; 32]>, PackageError> {
    match entry.content {
        Content::Link { .. } => Ok(None),
        Content::File { .. } => {
            let path = tree.location(entry);
            let (digest, _) = hash_file(&path).map_err(|source| PackageError::Unreadable { path, source })?;
            Ok(Some(digest))
        }
    }
}

/// Where one build's files lie.
#[derive(Debug, Clone)]
struct Place {
    /// The builds of one code folder.
    parent: PathBuf,
    /// This build.
    folder: PathBuf,
}

impl Place {
    fn of(input: &Input, code_folder: &Path, work_dir: &Path) -> Self {
        let id = Sha256::digest(code_folder.as_os_str().as_encoded_bytes());
        let parent = work_dir.join("build").join(hex(&id[..8]));
        Self { folder: parent.join(&input.key), parent }
    }

    fn code(&self) -> PathBuf {
        self.folder.join("code")
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("complete")
    }

    fn is_complete(&self) -> bool {
        self.marker().is_file()
    }

    /// The time of the last use, if the build is finished.
    fn last_use(&self) -> Option<SystemTime> {
        self.marker().metadata().and_then(|metadata| metadata.modified()).ok()
    }

    fn lock_file(&self) -> io::Result<File> {
        File::create(self.folder.with_extension("lock"))
    }

    /// Waits until no other run holds this build. The lock ends with the file, even when the process is killed.
    async fn lock(&self) -> io::Result<File> {
        let file = self.lock_file()?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(LOCK_POLL).await,
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// Makes a fresh copy of the input.
    fn stage(&self, input: &Input) -> Result<(), PackageError> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(not_writable(&self.folder)(error));
            }
            _ => {}
        }
        let code = self.code();
        fs::create_dir_all(&code).map_err(not_writable(&code))?;
        for (entry, digest) in input.tree.entries.iter().zip(&input.digests) {
            copy(&input.tree, entry, *digest, &code.join(&entry.path))?;
        }
        Ok(())
    }

    /// Removes what the newest builds of the same folder have replaced, unless another run is using it.
    fn remove_old_builds(&self) -> io::Result<()> {
        let mut others = Vec::new();
        for found in fs::read_dir(&self.parent)? {
            let folder = found?.path();
            if folder != self.folder && folder.is_dir() {
                others.push(Self { folder, parent: self.parent.clone() });
            }
        }
        // Unfinished ones sort first: they are of no use to anybody.
        others.sort_by_cached_key(Self::last_use);
        let finished = others.iter().filter(|other| other.is_complete()).count();
        let unneeded = others.len() - finished.min(KEPT_BUILDS - 1);
        for old in &others[..unneeded] {
            let lock = old.lock_file()?;
            if lock.try_lock().is_ok() {
                // The marker goes first: a clean-up that is killed leaves no build that looks finished.
                let _ = fs::remove_file(old.marker());
                fs::remove_dir_all(&old.folder)?;
            }
        }
        Ok(())
    }
}

/// Copies one entry; what is copied must be what the key says.
fn copy(tree: &Tree, entry: &Entry, digest: Option<[u8; 32]>, to: &Path) -> Result<(), PackageError> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(not_writable(parent))?;
    }
    match &entry.content {
        Content::Link { target } => symlink(target, to).map_err(not_writable(to)),
        Content::File { executable, .. } => {
            let from = tree.location(entry);
            let unreadable = |source| PackageError::Unreadable { path: from.clone(), source };
            let mut source = File::open(&from).map_err(unreadable)?;
            let mut target = File::create_new(to).map_err(not_writable(to))?;
            let mut hasher = Sha256::new();
            let mut block = vec![0; 64 * 1024];
            loop {
                let count = source.read(&mut block).map_err(unreadable)?;
                if count == 0 {
                    break;
                }
                hasher.update(&block[..count]);
                target.write_all(&block[..count]).map_err(not_writable(to))?;
            }
            if digest != Some(hasher.finalize().into()) {
                return Err(PackageError::Changed { path: from });
            }
            let mode = if *executable { 0o755 } else { 0o644 };
            target.set_permissions(Permissions::from_mode(mode)).map_err(not_writable(to))
        }
    }
}
