//! Zips become folders of the cache: once for each content, and never outside of their folder.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

/// What all of a function's files may weigh unpacked: Lambda's limit.
const UNPACKED_LIMIT_BYTES: u64 = 262_144_000;

/// The folder with the zip's content, `<cache>/code/<sha256>`; it is complete whenever it exists. Blocks.
///
/// # Errors
/// A sentence: the file cannot be read, has another content than announced, or is not what Lambda would take.
pub(super) fn unpacked(zip: &Path, sha256_hex: &str, cache: &Path, unique: u64) -> Result<PathBuf, String> {
    let is_hash = sha256_hex.len() == 64 && sha256_hex.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hash {
        return Err(format!("{} has no SHA-256 in hexadecimal", zip.display()));
    }
    let sha256_hex = sha256_hex.to_ascii_lowercase();
    let folder = cache.join("code").join(&sha256_hex);
    if folder.is_dir() {
        return Ok(folder);
    }
    let problem = |error: io::Error| format!("{} cannot be unpacked: {error}", zip.display());
    if digest(zip).map_err(problem)? != sha256_hex {
        return Err(format!("{} has changed: its SHA-256 is not {sha256_hex}", zip.display()));
    }
    // Beside its place, so that it can be moved there whole.
    let half = cache.join("code").join(format!(".{sha256_hex}-{unique:016x}"));
    fs::create_dir_all(&half).map_err(problem)?;
    let moved = extract(zip, &half).and_then(|()| match fs::rename(&half, &folder) {
        // Somebody else was faster: the content is the same.
        Err(_) if folder.is_dir() => Ok(()),
        other => other,
    });
    let _ = fs::remove_dir_all(&half);
    moved.map_err(problem)?;
    Ok(folder)
}

fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        hash.update(&buffer[..length]);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn extract(zip: &Path, into: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(io::BufReader::new(File::open(zip)?))?;
    let mut room = UNPACKED_LIMIT_BYTES;
    // Links come last: nothing is written through one.
    let mut links = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let path = inside(&name).ok_or_else(|| refused(&name, "it leaves the folder"))?;
        let place = into.join(&path);
        if entry.is_dir() {
            fs::create_dir_all(&place)?;
            continue;
        }
        if entry.is_symlink() {
            let mut target = String::new();
            entry.by_ref().take(4096).read_to_string(&mut target)?;
            links.push((path, target));
            continue;
        }
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        let mut file = File::create(&place)?;
        // The sizes that an archive states are not relied on.
        let written = io::copy(&mut entry.by_ref().take(room + 1), &mut file)?;
        if written > room {
            let limit = format!("Unzipped size must be smaller than {UNPACKED_LIMIT_BYTES} bytes");
            return Err(io::Error::other(limit));
        }
        room -= written;
        file.flush()?;
        fs::set_permissions(&place, fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 }))?;
    }
    links.iter().try_for_each(|(path, target)| link(into, path, target))
}

/// The relative path of an entry; `None` if it is absolute or climbs.
fn inside(name: &str) -> Option<PathBuf> {
    if name.contains(['\0', '\\']) {
        return None;
    }
    let mut path = PathBuf::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (!path.as_os_str().is_empty()).then_some(path)
}

/// Makes a link whose target stays inside. Only `..` at the target's start is taken, and no more of them than the link lies deep: the
/// folders above it are real ones, so that counting them is exact, and whatever the rest passes through obeys the same rule.
fn link(into: &Path, path: &Path, target: &str) -> io::Result<()> {
    let name = path.display().to_string();
    let mut above = into.to_path_buf();
    let folders = path.parent().map(|parent| parent.components().collect::<Vec<_>>()).unwrap_or_default();
    for folder in &folders {
        above.push(folder);
        if !fs::symlink_metadata(&above).is_ok_and(|found| found.is_dir()) {
            fs::create_dir(&above)?;
        }
    }
    let mut climbed = 0;
    let mut descended = false;
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir if !descended => climbed += 1,
            Component::Normal(_) => descended = true,
            Component::CurDir => {}
            _ => return Err(refused(&name, "its target leaves the folder")),
        }
    }
    if climbed > folders.len() {
        return Err(refused(&name, "its target leaves the folder"));
    }
    symlink(target, into.join(path))
}

fn refused(name: &str, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the entry {name:?} is refused: {why}"))
}
