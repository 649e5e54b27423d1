//! Where symbolic links end, seen from inside the zip.
//!
//! Links are kept as links (`node_modules/.bin` is full of them, and Lambda unpacks them). They are followed over
//! the list of entries, as the kernel would follow them in the unpacked package, so that a link which works on
//! this machine only by something outside of the package is found here and not at the first invocation.

use std::collections::VecDeque;

use super::PackageError;
use super::tree::{Content, Tree};

/// As many links in a row as Linux follows.
const MAX_LINKS: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A file, or a folder with something in it.
    Inside,
    /// Inside the folder, but nothing is there.
    Missing,
    /// Above the folder, or absolute.
    Outside,
}

/// Refuses links that would not work in the unpacked package.
pub(super) fn check(tree: &Tree) -> Result<(), PackageError> {
    for (link, target) in links(tree) {
        match follow(tree, link, target) {
            End::Inside => {}
            End::Missing => {
                return Err(PackageError::LinkBroken { link: link.to_owned(), target: target.to_owned() });
            }
            End::Outside => return Err(outside(link, target)),
        }
    }
    Ok(())
}

/// Refuses links that leave the folder. Those to what is not there are fine: a build may make it.
pub(super) fn check_build_input(tree: &Tree) -> Result<(), PackageError> {
    let leaving = links(tree).find(|(link, target)| follow(tree, link, target) == End::Outside);
    leaving.map_or(Ok(()), |(link, target)| Err(outside(link, target)))
}

fn outside(link: &str, target: &str) -> PackageError {
    PackageError::LinkOutside { link: link.to_owned(), target: target.to_owned() }
}

fn links(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.entries.iter().filter_map(|entry| match &entry.content {
        Content::Link { target } => Some((entry.path.as_str(), target.as_str())),
        Content::File { .. } => None,
    })
}

fn follow(tree: &Tree, link: &str, target: &str) -> End {
    let mut at: Vec<&str> = link.split('/').collect();
    at.pop();
    let mut links_left = MAX_LINKS;
    let mut missing = false;
    if target.starts_with('/') {
        return End::Outside;
    }
    let mut todo: VecDeque<&str> = target.split('/').collect();
    while let Some(name) = todo.pop_front() {
        match name {
            "" | "." => {}
            ".." => {
                if at.pop().is_none() {
                    return End::Outside;
                }
            }
            name => {
                at.push(name);
                // Past what is missing the way is still followed by name, to see whether it leads out.
                match if missing { Here::Nothing } else { here(tree, &at.join("/")) } {
                    Here::Folder => {}
                    Here::File => missing = todo.iter().any(|name| !name.is_empty()),
                    Here::Nothing => missing = true,
                    Here::Link(next) if next.starts_with('/') => return End::Outside,
                    Here::Link(_) if links_left == 0 => return End::Missing,
                    Here::Link(next) => {
                        links_left -= 1;
                        at.pop();
                        for name in next.split('/').rev() {
                            todo.push_front(name);
                        }
                    }
                }
            }
        }
    }
    if missing { End::Missing } else { End::Inside }
}

enum Here<'a> {
    File,
    Folder,
    Link(&'a str),
    Nothing,
}

fn here<'a>(tree: &'a Tree, path: &str) -> Here<'a> {
    let entries = &tree.entries;
    if let Ok(index) = entries.binary_search_by(|entry| entry.path.as_bytes().cmp(path.as_bytes())) {
        return match &entries[index].content {
            Content::File { .. } => Here::File,
            Content::Link { target } => Here::Link(target),
        };
    }
    let folder = format!("{path}/");
    let first_in_it = entries.partition_point(|entry| entry.path.as_bytes() < folder.as_bytes());
    if entries.get(first_in_it).is_some_and(|entry| entry.path.starts_with(&folder)) {
        Here::Folder
    } else {
        Here::Nothing
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::tree::Entry;
    use super::*;

    /// A tree of the files `file`, `lib/a.js`, `lib-x` and the given links.
    fn tree(links: &[(&str, &str)]) -> Tree {
        let file = |path: &str| Entry {
            path: path.to_owned(),
            content: Content::File { size_bytes: 1, executable: false },
        };
        let mut entries = vec![file("file"), file("lib/a.js"), file("lib-x"), file("bin/deep/tool")];
        entries.extend(links.iter().map(|(path, target)| Entry {
            path: (*path).to_owned(),
            content: Content::Link { target: (*target).to_owned() },
        }));
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Tree { root: PathBuf::from("/nowhere"), entries }
    }

    fn end(link: &str, target: &str) -> End {
        follow(&tree(&[(link, target)]), link, target)
    }

    #[test]
    fn links_end_inside_missing_or_outside() {
        assert_eq!(end("x", "file"), End::Inside);
        assert_eq!(end("x", "lib"), End::Inside);
        assert_eq!(end("x", "./lib//a.js"), End::Inside);
        assert_eq!(end("x", "."), End::Inside);
        assert_eq!(end("bin/x", "../lib/a.js"), End::Inside);
        assert_eq!(end("bin/x", "deep/../deep/tool"), End::Inside);
        assert_eq!(end("x", "li"), End::Missing);
        assert_eq!(end("x", "lib/b.js"), End::Missing);
        assert_eq!(end("x", "file/a"), End::Missing);
        assert_eq!(end("x", "x"), End::Missing);
        assert_eq!(end("x", "../other"), End::Outside);
        assert_eq!(end("bin/x", "../../code/file"), End::Outside, "it comes back, but not in Lambda");
        assert_eq!(end("x", "/usr/bin/env"), End::Outside);
        assert_eq!(end("x", "gone/../../other"), End::Outside);
    }

    #[test]
    fn links_are_followed_through_links() {
        let chain = tree(&[
            ("a", "b"),
            ("b", "bin/deep"),
            ("c", "a/tool"),
            ("d", "a/../../file"),
            ("e", "f"),
            ("f", "e"),
        ]);
        let end = |link: &str| {
            let (link, target) = links(&chain).find(|(path, _)| *path == link).unwrap();
            follow(&chain, link, target)
        };
        assert_eq!(end("a"), End::Inside);
        assert_eq!(end("c"), End::Inside);
        assert_eq!(end("d"), End::Inside, "`..` counts from where the link leads, not from where it lies");
        assert_eq!(end("e"), End::Missing, "a circle");
        let through_absolute = tree(&[("a", "/etc"), ("b", "a/hosts")]);
        assert_eq!(follow(&through_absolute, "b", "a/hosts"), End::Outside);
    }
}
