//! One folder, one zip.

use std::io::Write;
use std::os::unix::ffi::OsStrExt;

use base64::Engine;
use sha2::{Digest, Sha256};

use super::super::archive::UNZIPPED_LIMIT_BYTES;
use super::super::{Build, package_all};
use super::*;

fn error_text(error: &PackageError, place: &Place) -> String {
    error
        .to_string()
        .replace(&place.root.path().canonicalize().unwrap().display().to_string(), "ROOT")
        .replace(&place.root.path().display().to_string(), "ROOT")
}

#[tokio::test]
async fn the_artifact_describes_its_file() {
    let place = Place::with(&[("index.js", "exports.handler = 1"), ("lib/a.js", "1")]);
    let artifact = place.package(&place.source()).await.unwrap();
    let bytes = fs::read(&artifact.path).unwrap();
    let digest = Sha256::digest(&bytes);
    assert_eq!(artifact.sha256_hex, format!("{digest:x}"));
    assert_eq!(artifact.sha256_base64, base64::engine::general_purpose::STANDARD.encode(digest));
    assert_eq!(artifact.size_bytes, bytes.len() as u64);
    assert_eq!(artifact.unzipped_size_bytes, 20);
    assert_eq!(artifact.files, 2);
    assert_eq!(artifact.build, Build::None);
    let work = place.work().canonicalize().unwrap();
    assert_eq!(artifact.path, work.join("artifacts").join(format!("{}.zip", artifact.sha256_hex)));
    assert_eq!(artifact.code_folder, place.code().canonicalize().unwrap());
}

/// These bytes are the promise: if this fails, every function of every user is updated once at the next deploy.
/// A new version of the compression library may be a good reason, but it has to be a decision.
#[tokio::test]
async fn the_bytes_are_the_same_everywhere_and_always() {
    let place =
        Place::with(&[("index.js", "exports.handler = async () => ({ statusCode: 200 })\n"), ("empty", "")]);
    place.write("bin/tool", "#!/bin/sh\n".repeat(5000).as_bytes(), 0o755);
    place.write("caf\u{e9}.txt", b"utf-8", 0o644);
    let noise: Vec<u8> = (0..700_000_u64).map(|n| (n.wrapping_mul(n) >> 7).to_le_bytes()[0]).collect();
    place.write("data.bin", &noise, 0o644);
    place.link("node_modules/.bin/tool", "../../bin/tool");
    let artifact = place.package(&place.source()).await.unwrap();
    assert_eq!(artifact.sha256_hex, "5a24d3e892ecfdec0859819f76fb48870b27ea3cbab1375eeef94545acea2bf2");
}

#[tokio::test]
async fn modes_are_two_and_bootstrap_may_run() {
    let place = Place::new();
    for (path, mode) in [
        ("a", 0o600),
        ("b", 0o664),
        ("c", 0o700),
        ("d", 0o4775),
        ("bootstrap", 0o644),
        ("lib/bootstrap", 0o644),
    ] {
        place.write(path, b"x", mode);
    }
    let modes: Vec<_> = unzip(&place.package(&place.source()).await.unwrap().path)
        .into_iter()
        .map(|(path, (_, mode))| (path, mode))
        .collect();
    let expected = [
        ("a", 0o100_644),
        ("b", 0o100_644),
        ("bootstrap", 0o100_755),
        ("c", 0o100_755),
        ("d", 0o100_755),
        ("lib/bootstrap", 0o100_644),
    ];
    assert_eq!(modes, expected.map(|(path, mode)| (path.to_owned(), mode)));
}

#[tokio::test]
async fn links_inside_stay_links() {
    let place = Place::with(&[("pkg/cli.js", "run"), ("pkg/lib/a.js", "1")]);
    place.link("node_modules/.bin/cli", "../../pkg/cli.js");
    place.link("current", "pkg/lib");
    let entries = unzip(&place.package(&place.source()).await.unwrap().path);
    assert_eq!(entries["node_modules/.bin/cli"], (b"../../pkg/cli.js".to_vec(), 0o120_777));
    assert_eq!(entries["current"], (b"pkg/lib".to_vec(), 0o120_777));
    assert_eq!(entries.len(), 4, "a linked folder is not walked into");
}

#[tokio::test]
async fn links_that_would_break_in_lambda_are_refused() {
    let place = Place::with(&[("index.js", "1"), ("docs/a.md", "1")]);
    place.link("x/shared", "../../shared");
    let error = place.package(&place.source()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the symbolic link x/shared points outside the code folder, to ../../shared"
    );
    fs::remove_file(place.code().join("x/shared")).unwrap();
    place.link("manual", "docs/a.md");
    let excluding = Source { exclude: vec!["docs".into()], ..place.source() };
    let error = place.package(&excluding).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the symbolic link manual points to docs/a.md, which is not in the package"
    );
    assert!(place.package(&place.source()).await.is_ok());
}

#[tokio::test]
async fn patterns_choose() {
    let place = Place::with(&[
        ("index.js", ""),
        ("index.js.map", ""),
        ("lib/a.js", ""),
        ("lib/a.js.map", ""),
        ("test/t.js", ""),
        (".git/HEAD", ""),
        ("lib/__pycache__/a.cpython-312.pyc", ""),
        ("old.pyc", ""),
        (".DS_Store", ""),
        (".gatewright/state", ""),
    ]);
    let all = ["index.js", "index.js.map", "lib/a.js", "lib/a.js.map", "test/t.js"];
    assert_eq!(place.paths(&[], &[]).await, all);
    assert_eq!(place.paths(&[], &["test", "**/*.map"]).await, ["index.js", "lib/a.js"]);
    assert_eq!(place.paths(&["lib", "*.js"], &["**/*.map"]).await, ["index.js", "lib/a.js"]);
    assert_eq!(place.paths(&["**/*.js"], &["test/**"]).await, ["index.js", "lib/a.js"]);
}

#[tokio::test]
async fn ignore_files_are_read_as_git_reads_its_own() {
    let place = Place::with(&[
        (".gatewrightignore", "*.map\n!keep.map\n/test/\n"),
        (".gitignore", "index.js\n"),
        ("index.js", ""),
        ("a.map", ""),
        ("keep.map", ""),
        ("test/t.js", ""),
        ("lib/test/t.js", ""),
        ("lib/.gatewrightignore", "secret*\n"),
        ("lib/secret.txt", ""),
    ]);
    assert_eq!(place.paths(&[], &[]).await, [".gitignore", "index.js", "keep.map", "lib/test/t.js"]);
    place.write(".gatewrightignore", b"[z-a]\n", 0o644);
    let error = place.package(&place.source()).await.unwrap_err();
    assert!(matches!(error, PackageError::IgnoreFile { .. }), "{error}");
    assert!(error.to_string().contains("[z-a]"), "{error}");
}

#[tokio::test]
async fn empty_folders_leave_no_trace() {
    let place = Place::with(&[("index.js", "1")]);
    let before = place.package(&place.source()).await.unwrap();
    fs::create_dir_all(place.code().join("a/b/c")).unwrap();
    assert_eq!(place.package(&place.source()).await.unwrap(), before);
}

#[tokio::test]
async fn the_work_folder_is_never_packaged() {
    let place = Place::with(&[("index.js", "1")]);
    let work = place.code().join("tmp/work");
    let first = package(&place.source(), &work, |_| {}).await.unwrap();
    let second = package(&place.source(), &work, |_| {}).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(second.files, 1);
}

#[tokio::test]
async fn folders_that_cannot_be_code_are_refused() {
    let place = Place::with(&[("a/file.js", "1")]);
    let with_folder = |name: &str| Source { folder: place.code().join(name), ..Source::default() };
    let error = place.package(&with_folder("nope")).await.unwrap_err();
    assert_eq!(error_text(&error, &place), "the code folder ROOT/code/nope does not exist");
    assert_eq!(error.hint().unwrap(), "a function's `code` is relative to the stack file");
    let error = place.package(&with_folder("a/file.js")).await.unwrap_err();
    assert_eq!(error_text(&error, &place), "ROOT/code/a/file.js is not a folder");
    fs::create_dir(place.code().join("empty")).unwrap();
    let error = place.package(&with_folder("empty")).await.unwrap_err();
    assert_eq!(error_text(&error, &place), "the code folder ROOT/code/empty has no files to package");
    let error =
        place.package(&Source { include: vec!["dits/**".into()], ..place.source() }).await.unwrap_err();
    assert_eq!(
        error_text(&error, &place),
        "`include` and `exclude` leave no file of the code folder ROOT/code"
    );
}

#[tokio::test]
async fn names_and_kinds_a_zip_cannot_carry_are_refused() {
    let place = Place::with(&[("index.js", "1")]);
    let odd = place.code().join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
    fs::write(&odd, "x").unwrap();
    let error = place.package(&place.source()).await.unwrap_err();
    assert_eq!(
        error_text(&error, &place),
        "the file name ROOT/code/caf\u{fffd}.txt cannot be packaged: it is not UTF-8"
    );
    fs::remove_file(odd).unwrap();
    place.write("a\\b", b"x", 0o644);
    let error = place.package(&place.source()).await.unwrap_err();
    assert!(error.to_string().ends_with("it contains a backslash"), "{error}");
    fs::remove_file(place.code().join("a\\b")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(place.code().join("sock")).unwrap();
    let error = place.package(&place.source()).await.unwrap_err();
    assert!(matches!(error, PackageError::SpecialFile { .. }), "{error}");
}

#[tokio::test]
async fn lambdas_limit_is_checked_before_any_work() {
    let place = Place::with(&[("index.js", "1")]);
    let file = File::create(place.code().join("model.bin")).unwrap();
    // Sparse: nothing of it is on disk, and nothing of it is read.
    file.set_len(UNZIPPED_LIMIT_BYTES - 1).unwrap();
    let error = place.package(&place.source()).await.unwrap_err();
    let PackageError::TooLarge { size_bytes, largest, .. } = &error else { panic!("{error}") };
    assert_eq!(*size_bytes, UNZIPPED_LIMIT_BYTES);
    assert_eq!(largest[0].path, "model.bin");
    assert!(!place.work().join("artifacts").exists());
}

#[tokio::test]
async fn a_killed_writers_file_is_removed_and_a_living_ones_is_not() {
    let place = Place::with(&[("index.js", "1")]);
    let artifacts = place.work().join("artifacts");
    fs::create_dir_all(&artifacts).unwrap();
    let abandoned = artifacts.join("1-0.unfinished");
    File::create(&abandoned).unwrap().write_all(b"PK").unwrap();
    let other = File::create(artifacts.join("lock")).unwrap();
    other.lock_shared().unwrap();
    place.package(&place.source()).await.unwrap();
    assert!(abandoned.exists(), "its writer may be alive");
    other.unlock().unwrap();
    place.package(&place.source()).await.unwrap();
    assert!(!abandoned.exists());
}

#[tokio::test]
async fn many_are_packaged_at_once_in_order() {
    let places: Vec<_> = (0..9).map(|n| Place::with(&[("index.js", &n.to_string()[..])])).collect();
    let mut sources: Vec<_> = places.iter().enumerate().map(|(n, place)| (n, place.source())).collect();
    sources[4].1.folder.push("nope");
    sources[7].1.build = Some("echo hello".into());
    let mut lines = Vec::new();
    let results =
        package_all(&sources, &places[0].work(), |key, line| lines.push((*key, line.to_owned()))).await;
    assert_eq!(lines, [(7, "hello".to_owned())]);
    for (n, result) in results.into_iter().enumerate() {
        match result {
            Ok(artifact) => assert_eq!(unzip(&artifact.path)["index.js"].0, n.to_string().into_bytes()),
            Err(PackageError::FolderMissing { .. }) => assert_eq!(n, 4),
            Err(error) => panic!("{error}"),
        }
    }
}
