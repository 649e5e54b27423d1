//! A folder becomes the files of a site: each by its digests, its bytes in the artifacts folder.
//!
//! The same filter, build and build cache as a function's code. A file is copied into `<work_dir>/artifacts/<sha256>.file` once for
//! each content (compressed, where asked for), so that what is uploaded is what was digested, whatever is saved meanwhile.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::{Compression, GzBuilder, write::GzEncoder};
use md5::Md5;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{
    Build, PackageError, Source, blocking, build,
    filter::Filter,
    links,
    store::{Unfinished, hex, not_writable, real_work_dir, writer_lock},
    tree::{self, Tree},
};

/// Smaller files are not worth a header.
const COMPRESSED_BYTES_MIN: u64 = 256;
/// What shrinks: text in any form. Pictures, fonts of the web and videos are compressed already.
const COMPRESSIBLE: [&str; 20] = [
    "atom", "cjs", "css", "csv", "eot", "htm", "html", "js", "json", "jsonld", "map", "md", "mjs", "otf",
    "rss", "svg", "ttf", "txt", "wasm", "xml",
];
const BLOCK_BYTES: usize = 64 * 1024;

/// What a site is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiteSource {
    /// The folder, what of it, and what to run first. Hidden files and `node_modules` are never part of a site.
    pub source: Source,
    /// Text is compressed with gzip.
    pub compress: bool,
}

/// The files of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteArtifact {
    /// Sorted by path.
    pub files: Vec<SiteFile>,
    /// Whether a build command ran.
    pub build: Build,
}

/// One file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Relative to the folder, names joined by `/`.
    pub path: String,
    /// SHA-256 of the bytes that are served, in lower-case hexadecimal: the name in the artifacts folder, before `.file`.
    pub sha256_hex: String,
    /// MD5 of the same bytes.
    pub md5_hex: String,
    /// Their number.
    pub size_bytes: u64,
    /// They are compressed.
    pub gzip: bool,
}

/// Packages one site. See [`package`](super::package) for `work_dir` and `on_line`.
///
/// # Errors
/// Whatever keeps the folder from being read or built.
pub async fn package_site(
    site: &SiteSource,
    work_dir: &Path,
    on_line: impl FnMut(&str),
) -> Result<SiteArtifact, PackageError> {
    let source = &site.source;
    let filter = Arc::new(Filter::of_site(&source.include, &source.exclude)?);
    let folder = tree::real_folder(&source.folder)?;
    let work_dir = real_work_dir(work_dir)?;
    let built = match &source.build {
        Some(command) => Some(build::build(command, &folder, &work_dir, on_line).await?),
        None => None,
    };
    let code_folder = built.as_ref().map_or_else(|| folder.clone(), |built| built.folder.clone());
    let (shown_folder, compress) = (source.folder.clone(), site.compress);
    let files = blocking(move || {
        let skip = (!code_folder.starts_with(&work_dir)).then_some(&*work_dir);
        let tree = tree::walk(&code_folder, &filter, skip)?;
        if tree.entries.is_empty() {
            return Err(PackageError::Empty { folder: shown_folder, filtered: filter.is_selective() });
        }
        links::check(&tree)?;
        store(&tree, &work_dir, compress)
    })
    .await?;
    let build = built.as_ref().map_or(Build::None, |built| built.how);
    drop(built);
    Ok(SiteArtifact { files, build })
}

fn store(tree: &Tree, work_dir: &Path, compress: bool) -> Result<Vec<SiteFile>, PackageError> {
    let folder = work_dir.join("artifacts");
    fs::create_dir_all(&folder).map_err(not_writable(&folder))?;
    let _lock = writer_lock(&folder).map_err(not_writable(&folder))?;
    let one = |entry: &tree::Entry| {
        let from = tree.location(entry);
        // A link to a folder: its files would be there twice.
        if !from.is_file() {
            return Err(PackageError::SpecialFile { path: from });
        }
        file(&entry.path, &from, &folder, compress)
    };
    tree.entries.par_iter().map(one).collect()
}

fn file(path: &str, from: &Path, folder: &Path, compress: bool) -> Result<SiteFile, PackageError> {
    let unreadable = |source: io::Error| PackageError::Unreadable { path: from.to_owned(), source };
    let mut plain = Digests::default();
    let size_bytes = copy(&mut File::open(from).map_err(unreadable)?, &mut plain).map_err(unreadable)?;
    if compress && size_bytes >= COMPRESSED_BYTES_MIN && is_compressible(path) {
        let packed = compressed(path, from, folder, &plain)?;
        if packed.size_bytes < size_bytes {
            return Ok(packed);
        }
    }
    let file = plain.file(path, size_bytes, false);
    let place = place(folder, &file);
    if !place.is_file() {
        let draft = Unfinished::in_folder(folder);
        fs::copy(from, draft.path()).map_err(not_writable(draft.path()))?;
        let mut again = Digests::default();
        let copied = File::open(draft.path()).and_then(|mut file| copy(&mut file, &mut again));
        copied.map_err(not_writable(draft.path()))?;
        if again.file(path, size_bytes, false) != file {
            return Err(PackageError::Changed { path: from.to_owned() });
        }
        fs::rename(draft.path(), &place).map_err(not_writable(&place))?;
    }
    Ok(file)
}

/// The file, compressed. The same bytes give the same bytes: gzip's header has room for a date and a system, and says neither.
fn compressed(path: &str, from: &Path, folder: &Path, plain: &Digests) -> Result<SiteFile, PackageError> {
    let unreadable = |source: io::Error| PackageError::Unreadable { path: from.to_owned(), source };
    let draft = Unfinished::in_folder(folder);
    let written = || -> io::Result<(SiteFile, Digests)> {
        let target =
            Tee { file: File::create_new(draft.path())?, digests: Digests::default(), size_bytes: 0 };
        let mut gzip: GzEncoder<Tee> =
            GzBuilder::new().operating_system(255).write(target, Compression::best());
        let mut read = Digests::default();
        let mut source = BufReader::with_capacity(BLOCK_BYTES, File::open(from)?);
        copy(&mut source, &mut Both(&mut read, &mut gzip))?;
        let target = gzip.finish()?;
        Ok((target.digests.file(path, target.size_bytes, true), read))
    };
    let (file, read) = written().map_err(unreadable)?;
    if read.sha256.finalize() != plain.sha256.clone().finalize() {
        return Err(PackageError::Changed { path: from.to_owned() });
    }
    let place = place(folder, &file);
    fs::rename(draft.path(), &place).map_err(not_writable(&place))?;
    Ok(file)
}

fn place(folder: &Path, file: &SiteFile) -> PathBuf {
    folder.join(format!("{}.file", file.sha256_hex))
}

fn is_compressible(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    COMPRESSIBLE.contains(&ending.as_str())
}

/// Copies in blocks of one size: a compressor's output may depend on how its input is cut.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<u64> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut size_bytes = 0;
    loop {
        let count = from.read(&mut block)?;
        if count == 0 {
            return Ok(size_bytes);
        }
        to.write_all(&block[..count])?;
        size_bytes += count as u64;
    }
}

#[derive(Clone, Default)]
struct Digests {
    sha256: Sha256,
    md5: Md5,
}

impl Digests {
    fn file(&self, path: &str, size_bytes: u64, gzip: bool) -> SiteFile {
        SiteFile {
            path: path.to_owned(),
            sha256_hex: hex(&self.sha256.clone().finalize()),
            md5_hex: hex(&md5::Digest::finalize(self.md5.clone())),
            size_bytes,
            gzip,
        }
    }
}

impl Write for Digests {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sha256.update(bytes);
        md5::Digest::update(&mut self.md5, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file, digested on its way to the disk.
struct Tee {
    file: File,
    digests: Digests,
    size_bytes: u64,
}

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.size_bytes += bytes.len() as u64;
        self.digests.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Written to both.
struct Both<'a, A, B>(&'a mut A, &'a mut B);

impl<A: Write, B: Write> Write for Both<'_, A, B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes)?;
        self.1.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}
