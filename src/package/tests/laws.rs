//! What holds for every folder.

use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::super::filter::Filter;
use super::super::{archive, tree};
use super::*;

/// A file of a made-up folder: its content and whether it is a program.
type Files = BTreeMap<String, (Vec<u8>, bool)>;

/// Names sort differently as bytes, as paths and ignoring case; some are longer than others' folders.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a".to_owned()),
        Just("B".to_owned()),
        Just("a-b".to_owned()),
        Just("a.js".to_owned()),
        Just(".env".to_owned()),
        Just("\u{fc}ber".to_owned()),
        Just("space d".to_owned()),
        "[a-c]{1,2}(\\.js)?",
    ]
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => Just(Vec::new()),
        6 => prop::collection::vec(any::<u8>(), 0..200),
        4 => ("[a-z ]{1,12}", 1..4000_usize).prop_map(|(word, times)| word.repeat(times).into_bytes()),
        // Longer than a block, so that the cutting of the compressor's input is exercised.
        1 => (any::<u64>(), 260_000..300_000_usize).prop_map(|(seed, size)| {
            let mut state = seed | 1;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[3] & 0x3f
            };
            (0..size).map(|_| next()).collect()
        }),
    ]
}

fn files() -> impl Strategy<Value = Files> {
    let path = prop::collection::vec(name(), 1..4).prop_map(|names| names.join("/"));
    prop::collection::btree_map(path, (content(), any::<bool>()), 1..12).prop_map(|files| {
        // A path that is also another one's folder cannot be a file.
        let is_folder = |path: &str| files.keys().any(|other| other.starts_with(&format!("{path}/")));
        files
            .iter()
            .filter(|(path, _)| !is_folder(path))
            .map(|(path, file)| (path.clone(), file.clone()))
            .collect()
    })
}

/// Writes the files in the given order, with modes that differ by more than the owner's x bit.
fn place_of<'a>(
    files: impl Iterator<Item = (&'a String, &'a (Vec<u8>, bool))>,
    umask: u32,
    age_seconds: u64,
) -> Place {
    let place = Place::new();
    for (path, (content, executable)) in files {
        let mode = if *executable { 0o777 } else { 0o666 };
        place.write(path, content, mode & !umask);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(age_seconds);
        File::options().write(true).open(place.code().join(path)).unwrap().set_modified(time).unwrap();
    }
    place
}

fn zipped(place: &Place) -> Vec<u8> {
    let root = place.code().canonicalize().unwrap();
    let filter = Arc::new(Filter::of_zip(&[], &[]).unwrap());
    let tree = tree::walk(&root, &filter, None).unwrap();
    let mut to = Cursor::new(Vec::new());
    archive::write(&tree, &mut to).unwrap();
    to.into_inner()
}

/// What is kept of a folder with these patterns.
fn kept(place: &Place, include: &[String], exclude: &[String]) -> Vec<String> {
    let filter = Arc::new(Filter::of_zip(include, exclude).unwrap());
    let tree = tree::walk(&place.code().canonicalize().unwrap(), &filter, None).unwrap();
    tree.entries.into_iter().map(|entry| entry.path).collect()
}

fn patterns() -> impl Strategy<Value = Vec<String>> {
    let some = ["a", "**/*.js", "*.js", "B/**", "**/a-b", "{a,b}*", "**/[a-c]", "a/*/c", "\u{fc}*"];
    subsequence(some.to_vec(), 1..=3).prop_map(|patterns| patterns.into_iter().map(str::to_owned).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_files_give_the_same_bytes(files in files()) {
        let forwards = place_of(files.iter(), 0o022, 1_000_000_000);
        let backwards = place_of(files.iter().rev(), 0o077, 1_700_000_000);
        prop_assert!(zipped(&forwards) == zipped(&backwards));
    }

    #[test]
    fn unzipping_gives_the_files_back(files in files()) {
        let place = place_of(files.iter(), 0o002, 0);
        let zip = place.root.path().join("code.zip");
        fs::write(&zip, zipped(&place)).unwrap();
        let expected: Unzipped = files
            .into_iter()
            .map(|(path, (content, executable))| (path, (content, if executable { 0o100_755 } else { 0o100_644 })))
            .collect();
        prop_assert!(unzip(&zip) == expected);
    }

    #[test]
    fn entries_are_sorted_by_their_bytes(files in files()) {
        let place = place_of(files.iter(), 0o022, 0);
        let archive = ::zip::ZipArchive::new(Cursor::new(zipped(&place))).unwrap();
        // `BTreeMap<String, _>` sorts by bytes; the archive's own order is that of its directory.
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        prop_assert_eq!(names, files.into_keys().collect::<Vec<_>>());
    }

    #[test]
    fn a_different_file_gives_different_bytes(files in files(), index in any::<prop::sample::Index>()) {
        let before = zipped(&place_of(files.iter(), 0o022, 0));
        let mut changed = files.clone();
        let path = index.get(&files.keys().collect::<Vec<_>>()).to_string();
        let executable = &mut changed.get_mut(&path).unwrap().1;
        *executable = !*executable;
        let other_mode = zipped(&place_of(changed.iter(), 0o022, 0));
        prop_assert!(before != other_mode);
        changed.get_mut(&path).unwrap().0.push(b'x');
        prop_assert!(other_mode != zipped(&place_of(changed.iter(), 0o022, 0)));
    }

    #[test]
    fn chunks_leave_no_trace(files in files(), chunk_bytes in 1..100_000_u64, chunk_entries in 1..5_usize) {
        let place = place_of(files.iter(), 0o022, 0);
        let filter = Arc::new(Filter::of_zip(&[], &[]).unwrap());
        let tree = tree::walk(&place.code().canonicalize().unwrap(), &filter, None).unwrap();
        let mut small = Cursor::new(Vec::new());
        archive::write_chunks(&tree, &archive::cut(&tree.entries, chunk_bytes, chunk_entries), &mut small).unwrap();
        let one_after_the_other = archive::compress(&tree, &tree.entries).unwrap();
        prop_assert!(small.into_inner() == one_after_the_other);
    }

    #[test]
    fn include_and_exclude_are_complements(files in files(), patterns in patterns()) {
        let place = place_of(files.iter(), 0o022, 0);
        let included = kept(&place, &patterns, &[]);
        let mut both = kept(&place, &[], &patterns);
        prop_assert!(included.iter().all(|path| !both.contains(path)));
        prop_assert!(kept(&place, &patterns, &patterns).is_empty());
        both.extend(included);
        both.sort();
        prop_assert_eq!(both, files.into_keys().collect::<Vec<_>>());
    }
}
