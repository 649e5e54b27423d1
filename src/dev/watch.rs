//! A watch on folders and files: says when something was saved.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::ModifyKind};
use tokio::sync::mpsc;

/// An editor writes a file in several steps, a checkout many files: this long nothing more must come, in milliseconds.
const QUIET_MS: u64 = 40;
/// What builds and interpreters write beside the code.
const IGNORED: [&str; 6] = ["node_modules", ".git", "__pycache__", ".venv", "venv", ".DS_Store"];

/// A running watch.
pub struct Watch {
    watcher: RecommendedWatcher,
    saved: mpsc::Receiver<()>,
    watched: BTreeSet<(PathBuf, bool)>,
    wanted: Arc<Mutex<Wanted>>,
}

/// What counts of all that is told: folders are watched for the sake of single files in them, too.
#[derive(Default)]
struct Wanted {
    folders: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
    /// Folders in which everything counts: a layer is what others would call built.
    whole: BTreeSet<PathBuf>,
    /// Watched folders that were moved or deleted: the system watches them no more, even when they come back.
    lost: BTreeSet<PathBuf>,
}

impl Watch {
    /// A watch that pays no attention to `work_dir`.
    ///
    /// # Errors
    /// Where the system has no watch left to give.
    pub fn new(work_dir: &Path) -> notify::Result<Self> {
        let (sender, saved) = mpsc::channel(1);
        let work_dir = real(work_dir);
        let wanted = Arc::<Mutex<Wanted>>::default();
        let shared = Arc::clone(&wanted);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let mut wanted = shared.lock().unwrap_or_else(PoisonError::into_inner);
            // A watch that lost events says so with an error: looking again is right then too.
            if event.as_ref().map_or(true, |event| wanted.matters(event, &work_dir)) {
                // Full means that a change is waiting to be seen already.
                let _ = sender.try_send(());
            }
        })?;
        Ok(Self { watcher, saved, watched: BTreeSet::new(), wanted })
    }

    /// Says in which folders everything counts, such as `node_modules` in the folder of a layer.
    pub fn set_whole(&mut self, folders: BTreeSet<PathBuf>) {
        let whole = folders.iter().map(|folder| real(folder)).collect();
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).whole = whole;
    }

    /// Watches exactly these: folders with all that is in them, and files.
    ///
    /// # Errors
    /// Where one cannot be watched.
    pub fn set(&mut self, folders: &BTreeSet<PathBuf>, files: &BTreeSet<PathBuf>) -> notify::Result<()> {
        let folders: BTreeSet<PathBuf> = folders.iter().map(|folder| real(folder)).collect();
        let files: BTreeSet<PathBuf> = files.iter().map(|file| real_file(file)).collect();
        // A file that is replaced as a whole is another file to the system, and a folder that is moved away and back another
        // folder: what they lie in is watched.
        let parents = folders.iter().chain(&files).filter_map(|path| path.parent());
        // A folder that does not exist yet is asked for again the next time.
        let wanted: BTreeSet<(PathBuf, bool)> = folders
            .iter()
            .map(|folder| (folder.clone(), true))
            .chain(parents.map(|folder| (folder.to_owned(), false)))
            .filter(|(folder, whole)| folder.is_dir() && (*whole || !folders.contains(folder)))
            .collect();
        let lost = {
            let mut shared = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            (shared.folders, shared.files) = (folders, files);
            std::mem::take(&mut shared.lost)
        };
        let (kept, gone): (BTreeSet<_>, BTreeSet<_>) = std::mem::take(&mut self.watched)
            .into_iter()
            .partition(|watch| wanted.contains(watch) && !lost.iter().any(|lost| watch.0.starts_with(lost)));
        for (folder, _) in gone {
            // One that was deleted is not watched any more by itself.
            let _ = self.watcher.unwatch(&folder);
        }
        self.watched = kept;
        for (folder, whole) in wanted {
            if !self.watched.contains(&(folder.clone(), whole)) {
                let mode = if whole { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
                self.watcher.watch(&folder, mode)?;
                self.watched.insert((folder, whole));
            }
        }
        Ok(())
    }

    /// Waits until something was saved and nothing more follows.
    pub async fn saved(&mut self) {
        if self.saved.recv().await.is_none() {
            // The watcher keeps its sender as long as it lives, and it lives here.
            std::future::pending::<()>().await;
        }
        let quiet = Duration::from_millis(QUIET_MS);
        while tokio::time::timeout(quiet, self.saved.recv()).await.is_ok() {}
    }
}

/// The path as events name it: with it, what lies in the work folder can be told from code around it.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// The same for a file, which may be missing.
fn real_file(path: &Path) -> PathBuf {
    match (path.parent().filter(|parent| !parent.as_os_str().is_empty()), path.file_name()) {
        (parent, Some(name)) => real(parent.unwrap_or(Path::new("."))).join(name),
        (_, None) => real(path),
    }
}

impl Wanted {
    fn matters(&mut self, event: &Event, work_dir: &Path) -> bool {
        match event.kind {
            EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => return false,
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
                let lost = event.paths.iter().filter(|path| self.folders.contains(*path));
                self.lost.extend(lost.cloned());
            }
            _ => {}
        }
        event.paths.iter().any(|path| self.files.contains(path) || self.is_code(path, work_dir))
    }

    fn is_code(&self, path: &Path, work_dir: &Path) -> bool {
        let ignored = |inside: &Path| {
            inside.components().any(|part| IGNORED.iter().any(|name| part.as_os_str() == *name))
                || inside.extension().is_some_and(|extension| extension == "swp" || extension == "tmp")
        };
        // Only what is inside counts: the project itself may lie in a folder of such a name.
        let inside = |folder: &PathBuf| {
            path.strip_prefix(folder).is_ok_and(|inside| self.whole.contains(folder) || !ignored(inside))
        };
        !path.starts_with(work_dir) && self.folders.iter().any(inside)
    }
}
