//! Static sites of the local account, under `/<bucket>/…`, as S3's website endpoint answers.
//!
//! A request is looked up in the list of the site's objects and nowhere else: no path leads to a file that was not uploaded.
//! Source: "Configuring an index document", "Configuring a custom error document" and "HTTP redirects" of S3's user guide.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    gateway::{
        exchange::{Headers, Response, Step},
        percent,
    },
    kinds::{
        Snapshot, StaticSite,
        s3_bucket::Website,
        static_site::{Live, Object},
    },
};

/// Every site that is served, by bucket.
#[derive(Clone, Debug, Default)]
pub struct Pages(BTreeMap<String, Site>);

/// One site.
#[derive(Clone, Debug)]
struct Site {
    index: String,
    error: Option<String>,
    objects: BTreeMap<String, (Object, PathBuf)>,
}

/// The sites of `snapshot`; `kept` says where uploaded bytes of a name lie.
pub fn pages(snapshot: &Snapshot, kept: impl Fn(&str) -> PathBuf) -> Pages {
    let site = |live: &Live| match &live.bucket.settings.website {
        Some(Website::Pages { index, error }) => {
            let objects = live.objects.iter();
            let objects =
                objects.map(|(key, object)| (key.clone(), (object.clone(), kept(&object.kept_name()))));
            let site = Site { index: index.clone(), error: error.clone(), objects: objects.collect() };
            Some((live.bucket.name.clone(), site))
        }
        _ => None,
    };
    Pages(snapshot.all::<StaticSite>().filter_map(|(_, live)| site(live)).collect())
}

impl Pages {
    /// Adds those of another stack.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Every site's URL.
    pub fn urls(&self, base_url: &str) -> Vec<String> {
        self.0.keys().map(|bucket| format!("{base_url}/{bucket}/")).collect()
    }

    /// What is at `path`, percent-encoded as it came; `None` where it is no site's. `unchanged`: the `If-None-Match` of the request.
    pub async fn answer(&self, method: &str, path: &str, unchanged: Option<&str>) -> Option<Response> {
        let inside = path.strip_prefix('/')?;
        let (bucket, key) = match inside.split_once('/') {
            Some((bucket, key)) => (bucket, Some(key)),
            None => (inside, None),
        };
        let site = self.0.get(bucket)?;
        Some(match (method, key) {
            ("GET" | "HEAD", Some(key)) => site.answer(bucket, key, unchanged).await,
            ("GET" | "HEAD", None) => redirect(&format!("/{bucket}/")),
            _ => failure(405, "Method Not Allowed", "a site is read by GET and HEAD"),
        })
    }
}

impl Site {
    async fn answer(&self, bucket: &str, path: &str, unchanged: Option<&str>) -> Response {
        let key = percent::decode(path, false);
        let is_folder = key.is_empty() || key.ends_with('/');
        let wanted = if is_folder { format!("{key}{}", self.index) } else { key.clone() };
        if let Some(found) = self.objects.get(&wanted) {
            return object(found, 200, unchanged).await;
        }
        if !is_folder && self.objects.contains_key(&format!("{key}/{}", self.index)) {
            return redirect(&format!("/{bucket}/{path}/"));
        }
        match self.error.as_ref().and_then(|error| self.objects.get(error)) {
            Some(error) => Response { reason: format!("no {wanted}"), ..object(error, 404, None).await },
            None => failure(404, "Not Found", &format!("no {wanted}")),
        }
    }
}

async fn object((object, path): &(Object, PathBuf), status: u16, unchanged: Option<&str>) -> Response {
    let tag = format!("\"{}\"", object.md5_hex);
    let served = object.headers.clone().unwrap_or_default();
    let mut headers = Headers::default();
    headers.set("Content-Type", &served.content_type);
    headers.set("Cache-Control", always_asked(&served.cache_control));
    headers.set("ETag", &tag);
    if let Some(encoding) = &served.content_encoding {
        headers.set("Content-Encoding", encoding);
    }
    let same = unchanged.is_some_and(|tags| tags.split(',').any(|other| other.trim() == tag));
    if same {
        return response(304, headers, Vec::new(), "");
    }
    match tokio::fs::read(path).await {
        Ok(body) => response(status, headers, body, ""),
        Err(error) => failure(500, "Internal Server Error", &format!("{}: {error}", path.display())),
    }
}

/// What was deployed, and that a browser asks each time: a page that is saved is seen by the next load, not minutes later.
fn always_asked(deployed: &str) -> String {
    match deployed {
        "" | "no-cache" => "no-cache".to_owned(),
        other => format!("no-cache, {other}"),
    }
}

fn redirect(location: &str) -> Response {
    let mut headers = Headers::default();
    headers.set("Location", location);
    response(302, headers, Vec::new(), "")
}

fn failure(status: u16, words: &str, reason: &str) -> Response {
    let mut headers = Headers::default();
    headers.set("Content-Type", "text/html; charset=utf-8");
    let body = format!(
        "<html><head><title>{status} {words}</title></head><body><h1>{status} {words}</h1></body></html>\n"
    );
    response(status, headers, body.into_bytes(), reason)
}

fn response(status: u16, headers: Headers, body: Vec<u8>, reason: &str) -> Response {
    Response { status, headers, body, answered_by: Step::Page, reason: reason.to_owned() }
}
