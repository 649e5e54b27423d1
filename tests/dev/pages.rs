//! Static sites, served beside the API that their pages call.

use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::{
    http::{Answer, get, send},
    project::{Project, root},
    running::Dev,
};

/// A page that is saved is live within this time.
const SOON: Duration = Duration::from_secs(5);

/// The shipped page of the message board, with an API that answers what it asks first.
const STACK: &str = r#"stack: board
sites:
  site:
    folder: pages
    exclude: ["*.example.js"]
    error: error.html
    compress: gzip
    generated:
      config.js: { values: { apiUrl: "${api.url}" } }
      about/index.html: "<p>about ${stage}</p>"
api:
  cors: { origins: "*" }
  routes:
    GET /messages:
      mock: true
      request_templates: { application/json: '{"statusCode": 200}' }
      responses: { 200: { templates: { application/json: '[]' } } }
"#;

fn project() -> Project {
    let project = Project::new();
    project.write("stack.yaml", STACK);
    for name in
        ["index.html", "error.html", "app.js", "api.js", "session.js", "style.css", "config.example.js"]
    {
        let text = std::fs::read_to_string(root().join("sites/cudas").join(name)).expect("a shipped file");
        project.write(&format!("pages/{name}"), &text);
    }
    project.write("pages/.env", "SECRET=never");
    project
}

/// The answer without its compression.
fn text(answer: &Answer) -> String {
    use std::io::Read;
    if answer.header("content-encoding") != Some("gzip") {
        return answer.text();
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("gzip of text");
    text
}

fn site(dev: &Dev) -> String {
    let serving: Json = dev.wait_for("serving", 0);
    serving["sites"][0].as_str().expect("a site's URL").to_owned()
}

#[test]
fn the_shipped_page_is_served_with_its_configuration() {
    let project = project();
    let (dev, apis) = Dev::serving(&project, &["stack.yaml"]);
    let url = site(&dev);
    assert!(url.ends_with("/board-dev-site-000000000000/"), "{url}");
    let page = get(&url);
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(text(&page), project.read("pages/index.html"));
    assert_eq!(text(&get(&format!("{url}index.html"))), project.read("pages/index.html"));
    let script = get(&format!("{url}app.js"));
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(script.header("cache-control").is_some_and(|value| value.contains("max-age=300")));
    assert_eq!(text(&script), project.read("pages/app.js"));
    assert_eq!(get(&format!("{url}style.css")).header("content-type"), Some("text/css; charset=utf-8"));

    // The page finds the API by what the deploy wrote.
    let config = get(&format!("{url}config.js"));
    assert_eq!(config.header("content-type"), Some("text/javascript; charset=utf-8"));
    let values = config.text();
    let values =
        values.strip_prefix("window.CONFIG = ").and_then(|text| text.strip_suffix(";\n")).expect("a script");
    let values: Json = serde_json::from_str(values).expect("JSON");
    let api = values["apiUrl"].as_str().expect("a URL");
    assert_eq!(get(&format!("{api}/messages")).text(), "[]");
    assert_eq!(get(&format!("{}/messages", apis[0])).text(), "[]");

    let missing = get(&format!("{url}nothing/here"));
    assert_eq!((missing.status, text(&missing)), (404, project.read("pages/error.html")));
    for hidden in ["config.example.js", ".env", "%2e%2e/stack.yaml", "..%2fstack.yaml", "../../stack.yaml"] {
        assert_eq!(get(&format!("{url}{hidden}")).status, 404, "{hidden}");
    }
    let tag = page.header("etag").expect("a tag").to_owned();
    assert_eq!(send("GET", &url, &[("If-None-Match", &tag)], b"").status, 304);
    let head = send("HEAD", &url, &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    for method in ["PUT", "POST", "DELETE"] {
        assert_eq!(send(method, &format!("{url}index.html"), &[], b"x").status, 405, "{method}");
    }
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    for (path, to) in [("", ""), ("about", "about/")] {
        let from = format!("{}{path}", if path.is_empty() { url.trim_end_matches('/') } else { &url });
        let answer = agent.get(&from).call().expect("an answer");
        assert_eq!(answer.status().as_u16(), 302, "{from}");
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        assert!(location.ends_with(&format!("/board-dev-site-000000000000/{to}")), "{location}");
    }
    assert_eq!(get(&format!("{url}about/")).text(), "<p>about dev</p>");
    assert!(dev.talk().contains(&format!("Serving {url}")) || !dev.since(0).is_empty());
    let seen = dev.access(0, "/board-dev-site-000000000000/app.js");
    assert_eq!((seen["status"].as_u64(), seen["answered_by"].as_str()), (Some(200), Some("page")));
}

#[test]
fn a_saved_page_is_live_and_a_deleted_one_is_gone() {
    let project = project();
    let (dev, _) = Dev::serving(&project, &["stack.yaml"]);
    let url = site(&dev);
    let live = |what: &str, path: &str, fits: &dyn Fn(&Answer) -> bool| {
        let saved = Instant::now();
        while !fits(&get(&format!("{url}{path}"))) {
            assert!(saved.elapsed() < SOON, "{what} is not live");
            std::thread::sleep(Duration::from_millis(10));
        }
        println!("{what}: live {:?} after it was saved", saved.elapsed());
    };
    project.write("pages/index.html", "<p>changed</p>");
    live("a page", "", &|answer| text(answer) == "<p>changed</p>");
    project.write("pages/more/new.txt", "new");
    live("a new file", "more/new.txt", &|answer| answer.text() == "new");
    std::fs::remove_file(project.path("pages/more/new.txt")).expect("it is there");
    live("a deleted file", "more/new.txt", &|answer| answer.status == 404);
    project.write("stack.yaml", &STACK.replace("about ${stage}", "changed about"));
    live("a generated file", "about/", &|answer| answer.text() == "<p>changed about</p>");
    assert!(!dev.since(0).iter().any(|event| event["event"] == "error"), "{:?}", dev.talk());
}
