//! `gatewright dev`, the built binary: what it serves, how it follows what is saved, what it makes of broken and hostile functions,
//! and how it ends. Requests go over real HTTP, tokens come from a real OpenID provider.

#[expect(unused_imports, dead_code, reason = "this binary uses a part of it")]
mod support;

#[path = "dev/account_api.rs"]
mod account_api;
#[path = "dev/ending.rs"]
mod ending;
#[path = "dev/hostile.rs"]
mod hostile;
#[path = "dev/http.rs"]
mod http;
#[path = "dev/integrations.rs"]
mod integrations;
#[path = "dev/keys.rs"]
mod keys;
#[path = "dev/layers.rs"]
mod layers;
#[path = "dev/mistakes.rs"]
mod mistakes;
#[path = "dev/pages.rs"]
mod pages;
#[path = "dev/project.rs"]
#[expect(dead_code, reason = "shared with the tests of systems")]
mod project;
#[path = "dev/remote.rs"]
mod remote;
#[path = "dev/running.rs"]
#[expect(dead_code, reason = "shared with the tests of systems")]
mod running;
#[path = "dev/saving.rs"]
mod saving;
#[path = "dev/tools.rs"]
mod tools;
#[path = "dev/user_pool.rs"]
mod user_pool;
#[path = "dev/videos.rs"]
mod videos;
