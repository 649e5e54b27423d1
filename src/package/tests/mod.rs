//! Tests of packaging as a whole.

mod build;
mod laws;
mod site;
mod zip;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Artifact, PackageError, Source, package};

/// What a zip says about one entry: its content and its full Unix mode.
type Unzipped = BTreeMap<String, (Vec<u8>, u32)>;

/// A code folder and a work folder, both removed at the end.
struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        fs::create_dir(place.code()).unwrap();
        place
    }

    /// A place whose code folder has these files.
    fn with(files: &[(&str, &str)]) -> Self {
        let place = Self::new();
        for (path, content) in files {
            place.write(path, content.as_bytes(), 0o644);
        }
        place
    }

    fn code(&self) -> PathBuf {
        self.root.path().join("code")
    }

    fn work(&self) -> PathBuf {
        self.root.path().join(".gatewright")
    }

    fn write(&self, path: &str, content: &[u8], mode: u32) {
        let path = self.code().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn link(&self, path: &str, target: &str) {
        let path = self.code().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    fn source(&self) -> Source {
        Source { folder: self.code(), ..Source::default() }
    }

    async fn package(&self, source: &Source) -> Result<Artifact, PackageError> {
        package(source, &self.work(), |_| {}).await
    }

    /// The paths in the zip made with these patterns.
    async fn paths(&self, include: &[&str], exclude: &[&str]) -> Vec<String> {
        let owned = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let source = Source { include: owned(include), exclude: owned(exclude), ..self.source() };
        unzip(&self.package(&source).await.unwrap().path).into_keys().collect()
    }
}

/// Reads a zip as any unzip program would.
fn unzip(path: &Path) -> Unzipped {
    let mut archive = ::zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), (content, file.unix_mode().unwrap()))
        })
        .collect()
}

/// A caller may package on any thread of the runtime.
#[test]
fn packaging_can_be_spawned() {
    fn is_send(_: impl Send) {}
    let source = Source::default();
    is_send(package(&source, Path::new(""), |_| {}));
    is_send(super::package_all(&[((), source)], Path::new(""), |&(), _| {}));
}
