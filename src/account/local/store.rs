//! The objects of the local account on disk: one JSON file each, a generation number, and a lock by which processes take turns.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::{kinds::Live, model::Address};

/// The stored objects, cached until another process writes.
pub(super) struct Store {
    root: PathBuf,
    generation: u64,
    objects: BTreeMap<Address, Live>,
}

/// While it lives, no other process writes.
pub(super) struct Turn(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

impl Store {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root.join("objects"))?;
        let mut store = Self { root: root.to_owned(), generation: 0, objects: BTreeMap::new() };
        store.reload()?;
        Ok(store)
    }

    /// Waits for our turn to write.
    pub(super) fn turn(&self) -> io::Result<Turn> {
        let file = File::options().create(true).truncate(false).write(true).open(self.root.join("lock"))?;
        file.lock()?;
        Ok(Turn(file))
    }

    /// Every object, as the disk has it now.
    pub(super) fn objects(&mut self) -> io::Result<&BTreeMap<Address, Live>> {
        if self.generation_on_disk()? != self.generation {
            self.reload()?;
        }
        Ok(&self.objects)
    }

    /// Writes or removes one object. The caller has the turn, or is alone.
    pub(super) fn put(&mut self, at: &Address, live: Option<&Live>) -> io::Result<()> {
        let path = self.path(at);
        match live {
            Some(live) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                let entry = serde_json::to_vec_pretty(&(at, live)).map_err(io::Error::other)?;
                write_atomically(&path, &entry)?;
                self.objects.insert(at.clone(), live.clone());
            }
            None => {
                remove_if_there(&path)?;
                self.objects.remove(at);
            }
        }
        self.generation += 1;
        write_atomically(&self.root.join("generation"), self.generation.to_string().as_bytes())
    }

    fn reload(&mut self) -> io::Result<()> {
        self.generation = self.generation_on_disk()?;
        self.objects.clear();
        for kind in fs::read_dir(self.root.join("objects"))? {
            let folder = kind?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(&folder)? {
                let path = file?.path();
                if path.extension().is_none_or(|extension| extension != "json") {
                    continue;
                }
                let bytes = match fs::read(&path) {
                    Ok(bytes) => bytes,
                    // Removed by another process since it was listed.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                };
                let unreadable = |error| io::Error::other(format!("{}: {error}", path.display()));
                let (at, live): (Address, Live) = serde_json::from_slice(&bytes).map_err(unreadable)?;
                self.objects.insert(at, live);
            }
        }
        Ok(())
    }

    fn generation_on_disk(&self) -> io::Result<u64> {
        match fs::read_to_string(self.root.join("generation")) {
            Ok(text) => Ok(text.trim().parse().unwrap_or(0)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn path(&self, at: &Address) -> PathBuf {
        let name = format!("{}+{}+{}", at.scope.stack, at.scope.stage, at.key);
        self.root.join("objects").join(&at.kind).join(format!("{}.json", file_name(&name)))
    }
}

/// Letters, digits and a few marks as they are, everything else as `%XX`.
fn file_name(name: &str) -> String {
    name.bytes().fold(String::new(), |mut file, byte| {
        if byte.is_ascii_alphanumeric() || b"-_+.".contains(&byte) {
            file.push(char::from(byte));
        } else {
            file.push_str(&format!("%{byte:02X}"));
        }
        file
    })
}

/// Writes beside the file and renames: a reader, or a crash, sees the old or the new file and nothing between. Only the owner
/// may read it: the model of an account holds environment values.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&draft)?.write_all(bytes)?;
    fs::rename(&draft, path)
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
