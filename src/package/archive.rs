//! Entries become zip bytes, in parallel, and the same ones on every machine.
//!
//! The entries are cut into chunks by their sizes alone. Each chunk becomes a small archive of its own on any
//! core; the archives are then joined, in order, without compressing again. The result is byte for byte what one
//! writer would have made, so neither the number of cores nor their timing can be seen in it.
//!
//! What a zip could say about the machine is fixed: dates are 1980-01-01 (the earliest a zip can hold), modes
//! 0644 or 0755, and the system is Unix. Files are handed to the compressor in blocks of one size, since its
//! output may depend on how its input is cut.

use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::ops::Range;

use rayon::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use super::tree::{Content, Entry, Tree};
use super::{Large, PackageError};

/// The unzipped size of a function's code must be smaller than this (250 MiB); Lambda's refusal says
/// "Unzipped size must be smaller than 262144000 bytes".
pub const UNZIPPED_LIMIT_BYTES: u64 = 262_144_000;

/// A chunk is closed when it holds this much, or this many entries. Small enough to keep many cores busy,
/// large enough that joining costs nothing.
const CHUNK_BYTES: u64 = 1024 * 1024;
const CHUNK_ENTRIES: usize = 512;

/// How much is compressed before it is written: together with what is being written meanwhile, this bounds the
/// memory (a single file larger than this is a wave of its own).
const WAVE_BYTES: u64 = 16 * 1024 * 1024;

/// Bytes handed to the compressor at a time.
const BLOCK_BYTES: u64 = 256 * 1024;

/// Refuses what Lambda would refuse, before any work is done.
pub(super) fn check_size(tree: &Tree, limit_bytes: u64) -> Result<(), PackageError> {
    let size_bytes = unzipped_size_bytes(tree);
    if size_bytes < limit_bytes {
        return Ok(());
    }
    let mut by_size: Vec<&Entry> = tree.entries.iter().collect();
    by_size.sort_by(|a, b| b.size_bytes().cmp(&a.size_bytes()).then_with(|| a.path.cmp(&b.path)));
    let large = |entry: &&Entry| Large { path: entry.path.clone(), size_bytes: entry.size_bytes() };
    Err(PackageError::TooLarge {
        size_bytes,
        limit_bytes,
        largest: by_size.iter().take(5).map(large).collect(),
    })
}

pub(super) fn unzipped_size_bytes(tree: &Tree) -> u64 {
    tree.entries.iter().map(Entry::size_bytes).sum()
}

/// Writes the zip of a tree.
pub(super) fn write(tree: &Tree, to: impl Write + Seek + Send) -> Result<(), PackageError> {
    write_chunks(tree, &cut(&tree.entries, CHUNK_BYTES, CHUNK_ENTRIES), to)
}

pub(super) fn write_chunks(
    tree: &Tree,
    chunks: &[Range<usize>],
    to: impl Write + Seek + Send,
) -> Result<(), PackageError> {
    let mut writer = ZipWriter::new(to);
    let mut compressed: Vec<Vec<u8>> = Vec::new();
    for wave in waves(tree, chunks) {
        let compress = |chunk: &Range<usize>| compress(tree, &tree.entries[chunk.clone()]);
        // The last wave is written while this one is compressed.
        let (written, next) = rayon::join(
            || join(&mut writer, std::mem::take(&mut compressed)),
            || wave.par_iter().map(compress).collect::<Result<Vec<_>, _>>(),
        );
        written?;
        compressed = next?;
    }
    join(&mut writer, compressed)?;
    writer.finish().and_then(|mut to| Ok(to.flush()?)).map_err(zip_error)
}

/// Cuts the entries into ranges; depends on nothing but their sizes.
pub(super) fn cut(entries: &[Entry], chunk_bytes: u64, chunk_entries: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let (mut start, mut size_bytes) = (0, 0);
    for (index, entry) in entries.iter().enumerate() {
        size_bytes += entry.size_bytes();
        if size_bytes >= chunk_bytes || index + 1 - start >= chunk_entries {
            chunks.push(start..index + 1);
            (start, size_bytes) = (index + 1, 0);
        }
    }
    if start < entries.len() {
        chunks.push(start..entries.len());
    }
    chunks
}

/// Groups consecutive chunks up to [`WAVE_BYTES`], at least one chunk each.
fn waves<'a>(tree: &Tree, chunks: &'a [Range<usize>]) -> Vec<&'a [Range<usize>]> {
    let size = |chunk: &Range<usize>| tree.entries[chunk.clone()].iter().map(Entry::size_bytes).sum::<u64>();
    let mut waves = Vec::new();
    let (mut start, mut size_bytes) = (0, 0);
    for (index, chunk) in chunks.iter().enumerate() {
        let chunk_bytes = size(chunk);
        if index > start && size_bytes + chunk_bytes > WAVE_BYTES {
            waves.push(&chunks[start..index]);
            (start, size_bytes) = (index, 0);
        }
        size_bytes += chunk_bytes;
    }
    if start < chunks.len() {
        waves.push(&chunks[start..]);
    }
    waves
}

fn join<W: Write + Seek>(writer: &mut ZipWriter<W>, archives: Vec<Vec<u8>>) -> Result<(), PackageError> {
    for archive in archives {
        let archive = ZipArchive::new(Cursor::new(archive)).map_err(zip_error)?;
        writer.merge_archive(archive).map_err(zip_error)?;
    }
    Ok(())
}

/// One chunk as an archive of its own.
pub(super) fn compress(tree: &Tree, entries: &[Entry]) -> Result<Vec<u8>, PackageError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut block = Vec::new();
    for entry in entries {
        add(&mut writer, tree, entry, &mut block)?;
    }
    Ok(writer.finish().map_err(zip_error)?.into_inner())
}

fn add<W: Write + Seek>(
    writer: &mut ZipWriter<W>,
    tree: &Tree,
    entry: &Entry,
    block: &mut Vec<u8>,
) -> Result<(), PackageError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix);
    match &entry.content {
        Content::Link { target } => {
            writer.add_symlink(&entry.path, target, options.unix_permissions(0o777)).map_err(zip_error)
        }
        Content::File { size_bytes, executable } => {
            // A custom runtime starts `bootstrap`, and answers with Runtime.InvalidEntrypoint when it may not.
            let mode = if *executable || entry.path == "bootstrap" { 0o755 } else { 0o644 };
            writer.start_file(&entry.path, options.unix_permissions(mode)).map_err(zip_error)?;
            copy(writer, tree, entry, *size_bytes, block)
        }
    }
}

/// Copies a file's bytes in full blocks, whatever the reads return.
fn copy(
    to: &mut impl Write,
    tree: &Tree,
    entry: &Entry,
    size_bytes: u64,
    block: &mut Vec<u8>,
) -> Result<(), PackageError> {
    let unreadable = |source| PackageError::Unreadable { path: tree.location(entry), source };
    let mut file = File::open(tree.location(entry)).map_err(unreadable)?;
    let mut read_bytes = 0;
    loop {
        block.clear();
        let count = (&mut file).take(BLOCK_BYTES).read_to_end(block).map_err(unreadable)? as u64;
        read_bytes += count;
        to.write_all(block).map_err(|error| zip_error(error.into()))?;
        if count < BLOCK_BYTES {
            break;
        }
    }
    // The limit was checked, and the chunks were cut, by the size the listing gave.
    if read_bytes == size_bytes { Ok(()) } else { Err(PackageError::Changed { path: tree.location(entry) }) }
}

fn zip_error(source: zip::result::ZipError) -> PackageError {
    PackageError::Zip { source }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(path: &str, size_bytes: u64) -> Entry {
        Entry { path: path.to_owned(), content: Content::File { size_bytes, executable: false } }
    }

    #[test]
    fn chunks_cover_all_entries_in_order() {
        let entries: Vec<_> = [3, 3, 3, 50, 0, 0, 0, 1].iter().map(|&size| file("x", size)).collect();
        assert_eq!(cut(&entries, 6, 3), [0..2, 2..4, 4..7, 7..8]);
        assert_eq!(cut(&entries, 1000, 1000), std::slice::from_ref(&(0..8)));
        assert!(cut(&[], 6, 3).is_empty());
    }

    #[test]
    fn waves_are_bounded_and_cover_all_chunks() {
        let sizes = [WAVE_BYTES / 2, WAVE_BYTES / 2, 1, WAVE_BYTES * 3, 1, 1];
        let entries = sizes.iter().map(|&size| file("x", size)).collect();
        let tree = Tree { root: PathBuf::new(), entries };
        let chunks: Vec<_> = (0..sizes.len()).map(|index| index..index + 1).collect();
        let lengths: Vec<_> = waves(&tree, &chunks).iter().map(|wave| wave.len()).collect();
        assert_eq!(lengths, [2, 1, 1, 2]);
    }

    #[test]
    fn too_large_names_the_five_largest() {
        let entries = (1..=7).map(|size| file(&format!("f{size}"), size * 1024 * 1024)).collect();
        let tree = Tree { root: PathBuf::new(), entries };
        assert!(check_size(&tree, 28 * 1024 * 1024 + 1).is_ok());
        let error = check_size(&tree, 28 * 1024 * 1024).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the code is 28.0 MiB unzipped (29360128 bytes), and Lambda takes less than 28.0 MiB (29360128 bytes); \
             the largest files are\n     7.0 MiB  f7\n     6.0 MiB  f6\n     5.0 MiB  f5\n     4.0 MiB  f4\n     \
             3.0 MiB  f3"
        );
    }
}
