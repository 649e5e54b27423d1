//! An OpenID provider with real keys, for functions and authorizers that check tokens.

use std::io::{BufRead, BufReader};
use std::process::Command;

use serde_json::{Value, json};

use super::guard::Guarded;
use super::install::{install_root, node_folder};

/// Five minutes, as long as any test needs.
const USUAL_LIFE_SECONDS: i64 = 300;

/// A running provider with one RS256 key pair and one HS256 secret. See `oidc/server.mjs` for its paths.
pub struct OidcProvider {
    origin: String,
    hs256_secret: String,
    server: Guarded,
}

impl OidcProvider {
    pub fn start() -> Self {
        let folder = node_folder("oidc");
        let log = install_root().join("logs").join(format!("oidc-{}.log", std::process::id()));
        let hs256_secret = format!("the shared secret of the tests, process {}", std::process::id());
        let mut command = Command::new("node");
        command.arg(folder.join("server.mjs")).env("HS256_SECRET", &hs256_secret);
        let mut server = Guarded::start(&command, &log, true);
        let stdout = server.take_stdout().expect("it was started with a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the pipe can be read");
        let started: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the provider did not start ({error}); see {}", log.display()));
        let origin = format!("http://127.0.0.1:{}", started["port"]);
        Self { origin, hs256_secret, server }
    }

    /// `http://127.0.0.1:<port>`: the issuer of its tokens (`iss`), and what stands in for Auth0's domain.
    pub fn issuer(&self) -> &str {
        &self.origin
    }

    /// Where the public keys are.
    pub fn jwks_uri(&self) -> String {
        format!("{}/jwks", self.origin)
    }

    /// What HS256 tokens are signed with.
    pub fn hs256_secret(&self) -> &str {
        &self.hs256_secret
    }

    /// An RS256 token with these claims (`sub`, `aud`, `scope`…), good for five minutes.
    pub fn token(&self, claims: Value) -> String {
        self.mint("RS256", claims, USUAL_LIFE_SECONDS)
    }

    /// An RS256 token that ends in so many seconds; a negative number makes one that has ended.
    pub fn token_expiring_in(&self, claims: Value, seconds: i64) -> String {
        self.mint("RS256", claims, seconds)
    }

    /// A token signed with the shared secret, good for five minutes.
    pub fn hs256_token(&self, claims: Value) -> String {
        self.mint("HS256", claims, USUAL_LIFE_SECONDS)
    }

    /// From now on people have these scopes: whoever asks for others does not get them.
    pub fn people_have(&self, scopes: &[&str]) {
        let url = format!("{}/test/scopes", self.origin);
        ureq::post(url).send_json(json!(scopes)).expect("the provider answers");
    }

    /// How often the public keys were fetched.
    pub fn jwks_requests(&self) -> u64 {
        let url = format!("{}/test/requests", self.origin);
        let mut answer = ureq::get(url).call().expect("the provider answers");
        let counts: Value = answer.body_mut().read_json().expect("the provider answers JSON");
        counts["/jwks"].as_u64().unwrap_or(0)
    }

    /// The process group of the server.
    pub fn process_group(&self) -> u32 {
        self.server.process_group()
    }

    fn mint(&self, alg: &str, claims: Value, expires_in_seconds: i64) -> String {
        let order = json!({ "alg": alg, "claims": claims, "expires_in_seconds": expires_in_seconds });
        let url = format!("{}/test/token", self.origin);
        let mut answer = ureq::post(url).send_json(order).expect("the provider answers");
        let minted: Value = answer.body_mut().read_json().expect("the provider answers JSON");
        minted["token"].as_str().expect("the answer holds a token").to_owned()
    }
}
