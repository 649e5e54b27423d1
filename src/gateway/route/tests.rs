use proptest::prelude::*;

use super::*;
use crate::kinds::rest_api::Method;

fn router(routes: &[(&str, Verb)]) -> Router {
    let mut definition = Definition::<String>::default();
    for (path, verb) in routes {
        definition.resources.entry((*path).to_owned()).or_default().insert(*verb, Method::default());
    }
    Router::new(&definition)
}

/// A resource, a verb, path parameters.
type Found = (String, Verb, Vec<(String, String)>);

fn found(router: &Router, verb: &str, path: &str) -> Option<Found> {
    router.find(verb, path).map(|found| (found.resource, found.verb, found.path.into_iter().collect()))
}

fn resource(router: &Router, path: &str) -> Option<String> {
    router.find("GET", path).map(|found| found.resource)
}

#[test]
fn literals_go_before_variables_and_those_before_greedy_ones() {
    let router = router(&[
        ("/users/me", Verb::Get),
        ("/users/{id}", Verb::Get),
        ("/{all+}", Verb::Get),
        ("/users/{id}/posts", Verb::Get),
    ]);
    assert_eq!(resource(&router, "/users/me").as_deref(), Some("/users/me"));
    assert_eq!(resource(&router, "/users/7").as_deref(), Some("/users/{id}"));
    assert_eq!(resource(&router, "/users/me/posts").as_deref(), Some("/users/{id}/posts"));
    assert_eq!(resource(&router, "/users").as_deref(), Some("/{all+}"));
    assert_eq!(resource(&router, "/users/7/other").as_deref(), Some("/{all+}"));
    assert_eq!(resource(&router, "/"), None);
}

#[test]
fn a_verb_of_its_own_goes_before_any() {
    let router = router(&[("/a", Verb::Any), ("/a", Verb::Post), ("/{rest+}", Verb::Any), ("/b", Verb::Get)]);
    assert_eq!(found(&router, "POST", "/a").map(|found| found.1), Some(Verb::Post));
    assert_eq!(found(&router, "GET", "/a").map(|found| found.1), Some(Verb::Any));
    assert_eq!(found(&router, "LINK", "/a").map(|found| found.1), Some(Verb::Any));
    assert_eq!(found(&router, "POST", "/b").map(|found| found.0).as_deref(), Some("/{rest+}"));
}

#[test]
fn parameters_stay_encoded_and_slashes_are_kept_within_greedy_ones() {
    let router = router(&[("/{proxy+}", Verb::Any), ("/hardcoded", Verb::Any), ("/x/{id}", Verb::Get)]);
    let one = |name: &str, value: &str| Some(vec![(name.to_owned(), value.to_owned())]);
    let parameters = |path: &str| found(&router, "GET", path).map(|found| found.2);
    assert_eq!(parameters("/v//double"), one("proxy", "v//double"));
    assert_eq!(parameters("/v/"), one("proxy", "v"));
    assert_eq!(parameters("//v"), one("proxy", "v"));
    assert_eq!(parameters("/a%2Bb@c"), one("proxy", "a%2Bb@c"));
    assert_eq!(parameters("/x/1%2F2"), one("id", "1%2F2"));
    assert_eq!(parameters("//hardcoded"), Some(Vec::new()));
}

#[test]
fn resources_without_methods_do_not_match() {
    let router = router(&[("/nested/{test}", Verb::Get)]);
    assert_eq!(resource(&router, "/nested"), None);
    assert_eq!(resource(&router, "/nested/"), None);
    assert_eq!(found(&router, "OPTIONS", "/nested/1"), None);
    assert_eq!(found(&router, "ANY", "/nested/1"), None);
}

proptest! {
    #[test]
    fn any_path_is_survived(path in "\\PC{0,60}", verb in "\\PC{0,8}") {
        let router = router(&[("/", Verb::Get), ("/a/{b}/c", Verb::Any), ("/{proxy+}", Verb::Post)]);
        if let Some(found) = router.find(&verb, &path) {
            let known = ["/", "/a/{b}/c", "/{proxy+}"].contains(&found.resource.as_str());
            prop_assert!(known);
        }
    }

    #[test]
    fn every_literal_resource_is_found_by_its_own_path(paths in prop::collection::btree_set("(/[a-c]{1,2}){1,4}", 1..6)) {
        let routes: Vec<(&str, Verb)> = paths.iter().map(|path| (path.as_str(), Verb::Get)).collect();
        let router = router(&routes);
        for path in &paths {
            prop_assert_eq!(resource(&router, path), Some(path.clone()));
        }
    }
}
