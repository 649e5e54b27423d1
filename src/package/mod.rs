//! A function's code folder becomes a zip: the same input gives the same bytes on every machine.
//!
//! ```text
//! Source --build (in a cached copy)--> folder --tree: walk, filter, links--> entries --archive--> <sha256>.zip
//! ```
//! - `filter`: what belongs to the code (always excluded names, `include`, `exclude`, `.gatewrightignore`)
//! - `tree`: the folder as a sorted list of entries; `links`: where symbolic links end, seen from inside the zip
//! - `archive`: entries to zip, in parallel, and Lambda's size limit
//! - `build`: the build command's staging copy and its cache; `run`: one command, its lines, its end
//!
//! There is no cache of zips by modification time: only contents decide. Zipping 50 MB in thousands of files takes
//! two to three seconds of CPU time, spread over the cores (`benches/README.md`); most functions are far smaller.

mod archive;
mod build;
mod error;
mod filter;
mod links;
mod run;
mod site;
mod store;
#[cfg(test)]
mod tests;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use futures::StreamExt;

pub use archive::UNZIPPED_LIMIT_BYTES;
pub use error::{Large, PackageError};
pub use site::{SiteArtifact, SiteFile, SiteSource, package_site};

use filter::Filter;

/// What to package: a folder, what of it, and what to run first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The code folder; the caller has resolved it against the stack file.
    pub folder: PathBuf,
    /// Globs, anchored at the code folder, of what goes into the zip; empty means everything. `*` stays within
    /// one folder name, `**` crosses folders, and a pattern that names a folder means all that is in it.
    pub include: Vec<String>,
    /// Globs of what stays out of the zip; stronger than `include`.
    pub exclude: Vec<String>,
    /// A shell command that makes the code, for example `npm ci --omit=dev`. It runs in a copy of the folder
    /// without what builds make (`node_modules`, virtual environments, tagged caches). The patterns and
    /// `.gatewrightignore` choose from its result; the command itself sees every source file.
    pub build: Option<String>,
}

/// How the code came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// There is no build command.
    None,
    /// The build command ran now.
    Ran,
    /// Command and source files are those of an earlier build, whose result was used.
    Reused,
}

/// A finished zip file and what Lambda will say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// SHA-256 of the zip, in lower-case hexadecimal.
    pub sha256_hex: String,
    /// The same in the form of Lambda's `CodeSha256`.
    pub sha256_base64: String,
    /// Size of the zip.
    pub size_bytes: u64,
    /// Sum of the sizes of what is in it, which Lambda limits to [`UNZIPPED_LIMIT_BYTES`].
    pub unzipped_size_bytes: u64,
    /// Number of entries: files and symbolic links.
    pub files: usize,
    /// The zip, `<work_dir>/artifacts/<sha256_hex>.zip`; complete whenever it exists.
    pub path: PathBuf,
    /// The folder the zip was made of: the code folder or, with a build command, its built copy (which stays
    /// until three newer builds of the same folder exist).
    pub code_folder: PathBuf,
    /// Whether a build command ran.
    pub build: Build,
}

/// Packages one function's code.
///
/// `work_dir` is gatewright's own folder (`.gatewright`): it gets the zip and the built copies, may be shared by
/// runs that go on at the same time, and is never packaged itself. `on_line` gets each line the build command
/// writes, of both its streams in their order. Dropping the future kills the build command with all its children.
///
/// # Errors
/// Whatever makes the code unfit for Lambda, each with a text and a [`PackageError::hint`].
pub async fn package(
    source: &Source,
    work_dir: &Path,
    on_line: impl FnMut(&str),
) -> Result<Artifact, PackageError> {
    let filter = Arc::new(Filter::of_zip(&source.include, &source.exclude)?);
    let folder = tree::real_folder(&source.folder)?;
    let work_dir = store::real_work_dir(work_dir)?;
    let built = match &source.build {
        Some(command) => Some(build::build(command, &folder, &work_dir, on_line).await?),
        None => None,
    };
    let code_folder = built.as_ref().map_or_else(|| folder.clone(), |built| built.folder.clone());
    let shown_folder = source.folder.clone();
    let zipped = {
        let code_folder = code_folder.clone();
        blocking(move || {
            // A built copy lies inside the work folder; only a plain code folder may contain the work folder.
            let skip = (!code_folder.starts_with(&work_dir)).then_some(&*work_dir);
            let tree = tree::walk(&code_folder, &filter, skip)?;
            if tree.entries.is_empty() {
                return Err(PackageError::Empty { folder: shown_folder, filtered: filter.is_selective() });
            }
            links::check(&tree)?;
            archive::check_size(&tree, UNZIPPED_LIMIT_BYTES)?;
            store::put(&tree, &work_dir)
        })
        .await?
    };
    let build = built.as_ref().map_or(Build::None, |built| built.how);
    // The lock on the built copy was held until here, so that no other run cleans it up while it is read.
    drop(built);
    Ok(Artifact {
        sha256_hex: zipped.sha256_hex,
        sha256_base64: zipped.sha256_base64,
        size_bytes: zipped.size_bytes,
        unzipped_size_bytes: zipped.unzipped_size_bytes,
        files: zipped.files,
        path: zipped.path,
        code_folder,
        build,
    })
}

/// Packages several functions' code, at most one for each core at a time, and returns the results in the order of
/// `sources`. `on_line` also gets the key of the source whose build wrote the line.
pub async fn package_all<K>(
    sources: &[(K, Source)],
    work_dir: &Path,
    on_line: impl FnMut(&K, &str),
) -> Vec<Result<Artifact, PackageError>> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let on_line = Mutex::new(on_line);
    let on_line = &on_line;
    // Made in a loop: the same in a stream's `map` is not `Send`, as far as the compiler can tell.
    let mut packaging = Vec::new();
    for (key, source) in sources {
        packaging.push(package(source, work_dir, move |line: &str| {
            // A panic of an earlier call is already on its way up; the callback itself has no state of ours.
            let mut on_line = on_line.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            on_line(key, line);
        }));
    }
    futures::stream::iter(packaging).buffered(cores).collect().await
}

/// Runs file and compression work where it does not hold up the runtime; a panic goes on in the caller.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // A blocking task is cancelled only when the runtime shuts down, and then nobody polls this.
            Err(_) => std::future::pending().await,
        },
    }
}
