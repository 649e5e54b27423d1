//! Resource paths.

/// The last piece of `path`: `{id}` of `/users/{id}`, nothing for the root.
pub fn path_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The path above `path`; `None` for the root.
pub fn parent(path: &str) -> Option<&str> {
    let (above, part) = path.rsplit_once('/')?;
    match (above, part) {
        ("", "") => None,
        ("", _) => Some("/"),
        _ => Some(above),
    }
}

/// Every path above `path`, the nearest first, the root last.
pub fn ancestors(path: &str) -> impl Iterator<Item = String> {
    std::iter::successors(parent(path), |path| parent(path)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_above_all_and_has_nothing_above() {
        assert_eq!(parent("/"), None);
        assert_eq!(parent("/a"), Some("/"));
        assert_eq!(ancestors("/a/{id}/b").collect::<Vec<_>>(), ["/a/{id}", "/a", "/"]);
        assert_eq!(path_part("/a/{id}"), "{id}");
        assert_eq!(path_part("/"), "");
    }
}
