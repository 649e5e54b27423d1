//! A folder as the sorted list of what will be in the zip.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use super::PackageError;
use super::filter::{Filter, IGNORE_FILE};

/// A folder's files and links.
#[derive(Debug)]
pub(super) struct Tree {
    /// The folder, without symbolic links in its own path.
    pub(super) root: PathBuf,
    /// Sorted by the bytes of `path`, each path once.
    pub(super) entries: Vec<Entry>,
}

/// One file or symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Relative to the folder, names joined by `/`.
    pub(super) path: String,
    pub(super) content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    File {
        size_bytes: u64,
        /// The owner's bit: what version control keeps, and no umask changes.
        executable: bool,
    },
    Link {
        target: String,
    },
}

impl Entry {
    /// What the entry adds to the unzipped size.
    pub(super) fn size_bytes(&self) -> u64 {
        match &self.content {
            Content::File { size_bytes, .. } => *size_bytes,
            Content::Link { target } => target.len() as u64,
        }
    }
}

impl Tree {
    /// Where an entry is on disk.
    pub(super) fn location(&self, entry: &Entry) -> PathBuf {
        self.root.join(&entry.path)
    }
}

/// The folder's path without symbolic links, if it is a folder.
pub(super) fn real_folder(folder: &Path) -> Result<PathBuf, PackageError> {
    let real = folder.canonicalize().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => PackageError::FolderMissing { folder: folder.to_owned() },
        _ => PackageError::Unreadable { path: folder.to_owned(), source },
    })?;
    if real.is_dir() { Ok(real) } else { Err(PackageError::NotAFolder { folder: folder.to_owned() }) }
}

/// Lists what `filter` keeps of the folder `root`, without `skip` and what is in it. Folders are not entries, so
/// empty ones leave no trace. Both paths are free of symbolic links.
pub(super) fn walk(root: &Path, filter: &Arc<Filter>, skip: Option<&Path>) -> Result<Tree, PackageError> {
    let mut walker = WalkBuilder::new(root);
    // No rules of version control: a built folder is often ignored there, and still is the code.
    walker.standard_filters(false);
    if filter.reads_ignore_files() {
        walker.add_custom_ignore_filename(IGNORE_FILE);
    }
    let prune = {
        let (filter, root, skip) = (Arc::clone(filter), root.to_owned(), skip.map(Path::to_owned));
        move |entry: &ignore::DirEntry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if entry.depth() == 0 || !is_folder {
                return true;
            }
            // A name that is not UTF-8 stays, to be refused below.
            let path = entry.path().strip_prefix(&root).ok().and_then(Path::to_str);
            skip.as_deref() != Some(entry.path())
                && path.is_none_or(|path| filter.enters_folder(path, entry.path()))
        }
    };
    let mut entries = Vec::new();
    for found in walker.filter_entry(prune).build() {
        let found = found.map_err(|error| unreadable(root, error))?;
        if let Some(error) = found.error() {
            return Err(PackageError::IgnoreFile { reason: error.to_string() });
        }
        if found.file_type().is_some_and(|kind| kind.is_dir()) {
            continue;
        }
        let path = relative(found.path(), root)?;
        if filter.keeps_file(path) {
            let path = path.to_owned();
            entries.push(Entry { path, content: content(&found)? });
        }
    }
    entries.sort_unstable_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    Ok(Tree { root: root.to_owned(), entries })
}

/// The path inside the zip, if the name can be carried there.
fn relative<'a>(path: &'a Path, root: &Path) -> Result<&'a str, PackageError> {
    let bad = |reason| PackageError::BadName { path: path.to_owned(), reason };
    let inside = path.strip_prefix(root).unwrap_or(path);
    let inside = inside.to_str().ok_or_else(|| bad("it is not UTF-8"))?;
    // Unzip programs differ in what they make of it: a separator, or a part of the name.
    if inside.contains('\\') { Err(bad("it contains a backslash")) } else { Ok(inside) }
}

fn content(found: &ignore::DirEntry) -> Result<Content, PackageError> {
    let path = found.path();
    let unreadable = |source| PackageError::Unreadable { path: path.to_owned(), source };
    let metadata = path.symlink_metadata().map_err(unreadable)?;
    if metadata.is_symlink() {
        let target = path.read_link().map_err(unreadable)?;
        let target = target.into_os_string().into_string().map_err(|_| PackageError::BadName {
            path: path.to_owned(),
            reason: "it is a symbolic link whose target is not UTF-8",
        })?;
        Ok(Content::Link { target })
    } else if metadata.is_file() {
        let executable = metadata.permissions().mode() & 0o100 != 0;
        Ok(Content::File { size_bytes: metadata.len(), executable })
    } else {
        Err(PackageError::SpecialFile { path: path.to_owned() })
    }
}

fn unreadable(root: &Path, error: ignore::Error) -> PackageError {
    let path = path_of(&error).unwrap_or(root).to_owned();
    let reason = error.to_string();
    match error.into_io_error() {
        Some(source) => PackageError::Unreadable { path, source },
        None => PackageError::IgnoreFile { reason },
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
