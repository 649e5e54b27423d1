//! A watch on folders and files: says when something was saved.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
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
}

impl Watch {
    /// A watch that pays no attention to `work_dir`.
    ///
    /// # Errors
    /// Where the system has no watch left to give.
    pub fn new(work_dir: &Path) -> notify::Result<Self> {
        let (sender, saved) = mpsc::channel(1);
        let work_dir = real(work_dir);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // A watch that lost events says so with an error: looking again is right then too.
            if event.as_ref().map_or(true, |event| matters(event, &work_dir)) {
                // Full means that a change is waiting to be seen already.
                let _ = sender.try_send(());
            }
        })?;
        Ok(Self { watcher, saved, watched: BTreeSet::new() })
    }

    /// Watches exactly these: folders with all that is in them, and files.
    ///
    /// # Errors
    /// Where one cannot be watched.
    pub fn set(&mut self, folders: &BTreeSet<PathBuf>, files: &BTreeSet<PathBuf>) -> notify::Result<()> {
        // A file that is replaced as a whole is another file to the system: its folder is watched.
        let parents = files.iter().map(|file| match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => real(parent),
            _ => real(Path::new(".")),
        });
        // A folder that does not exist yet is asked for again the next time.
        let wanted: BTreeSet<(PathBuf, bool)> = folders
            .iter()
            .map(|folder| (real(folder), true))
            .chain(parents.map(|folder| (folder, false)))
            .filter(|(folder, _)| folder.is_dir())
            .collect();
        for (gone, _) in self.watched.difference(&wanted) {
            // A folder that was deleted is not watched any more by itself.
            let _ = self.watcher.unwatch(gone);
        }
        for (folder, whole) in wanted.difference(&self.watched) {
            let mode = if *whole { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            self.watcher.watch(folder, mode)?;
        }
        self.watched = wanted;
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

fn matters(event: &Event, work_dir: &Path) -> bool {
    let written = match event.kind {
        EventKind::Access(_) => false,
        EventKind::Modify(ModifyKind::Metadata(_)) => false,
        _ => true,
    };
    let ignored = |path: &PathBuf| {
        path.starts_with(work_dir)
            || path.components().any(|part| IGNORED.iter().any(|name| part.as_os_str() == *name))
            || path.extension().is_some_and(|extension| extension == "swp" || extension == "tmp")
    };
    written && !event.paths.iter().all(ignored)
}
