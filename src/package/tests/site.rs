use std::io::Read;

use super::super::{PackageError, SiteFile, SiteSource, Source, package_site};

struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join("pages").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    async fn package(&self, compress: bool, build: Option<&str>) -> Result<Vec<SiteFile>, PackageError> {
        let source = Source {
            folder: self.0.path().join("pages"),
            exclude: vec!["*.example.js".to_owned()],
            build: build.map(str::to_owned),
            ..Source::default()
        };
        let site = SiteSource { source, compress };
        Ok(package_site(&site, &self.0.path().join(".gatewright"), |_| ()).await?.files)
    }

    fn stored(&self, file: &SiteFile) -> Vec<u8> {
        std::fs::read(self.0.path().join(format!(".gatewright/artifacts/{}.file", file.sha256_hex))).unwrap()
    }
}

fn paths(files: &[SiteFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

#[tokio::test]
async fn what_is_private_is_never_published() {
    let project = Project::new(&[
        ("index.html", "<p>one"),
        ("img/a.svg", "<svg/>"),
        (".env", "PASSWORD=x"),
        (".git/config", "x"),
        ("node_modules/a/index.js", "x"),
        (".well-known/security.txt", "Contact: a@example.com"),
        ("config.example.js", "x"),
    ]);
    let files = project.package(false, None).await.unwrap();
    assert_eq!(paths(&files), [".well-known/security.txt", "img/a.svg", "index.html"]);
    assert_eq!(files[2].md5_hex, "9f6495c6a3a6e5dd3ea40681298d1677");
    assert_eq!(project.stored(&files[2]), b"<p>one");
    assert_eq!(files[2].size_bytes, 6);
}

#[tokio::test]
async fn text_is_compressed_to_the_same_bytes_each_time() {
    let text = "body { color: red }\n".repeat(100);
    let project = Project::new(&[("a.css", &text), ("tiny.css", "p{}"), ("a.png", &text)]);
    let files = project.package(true, None).await.unwrap();
    assert_eq!(files.iter().map(|file| file.gzip).collect::<Vec<_>>(), [true, false, false]);
    let stored = project.stored(&files[0]);
    assert_eq!(stored.len() as u64, files[0].size_bytes);
    let mut plain = String::new();
    flate2::read::GzDecoder::new(stored.as_slice()).read_to_string(&mut plain).unwrap();
    assert_eq!(plain, text);
    let other = Project::new(&[("a.css", &text), ("tiny.css", "p{}"), ("a.png", &text)]);
    assert_eq!(other.package(true, None).await.unwrap(), files);
}

#[tokio::test]
async fn a_build_makes_the_files() {
    let project = Project::new(&[("source.txt", "one")]);
    let build = "tr a-z A-Z < source.txt > index.html && rm source.txt";
    let files = project.package(false, Some(build)).await.unwrap();
    assert_eq!(paths(&files), ["index.html"]);
    assert_eq!(project.stored(&files[0]), b"ONE");
    assert!(project.0.path().join("pages/source.txt").is_file(), "the folder itself stays as it is");
}

#[tokio::test]
async fn an_empty_folder_is_no_site() {
    let project = Project::new(&[(".hidden", "x")]);
    let error = project.package(false, None).await.unwrap_err();
    assert!(matches!(error, PackageError::Empty { .. }), "{error}");
}
