//! The five example systems as a whole, by the built binary: deployed with one command, used by clients and in a browser, deployed
//! again without a write, removed without a trace. Each lives in two places: in the local account, served by `dev` and with its
//! data on an emulator, and on MiniStack alone, which asks IAM about every call.

#[expect(unused_imports, dead_code, reason = "this binary uses a part of it")]
mod support;

#[path = "systems/account_api.rs"]
mod account_api;
#[path = "systems/auth0_custom_authorizer.rs"]
mod auth0_custom_authorizer;
#[path = "systems/cudas.rs"]
mod cudas;
#[path = "systems/functions.rs"]
mod functions;
#[path = "dev/http.rs"]
mod http;
#[path = "systems/lambda_auth.rs"]
mod lambda_auth;
#[path = "dev/project.rs"]
#[expect(dead_code, reason = "shared with the tests of dev")]
mod project;
#[path = "dev/running.rs"]
#[expect(dead_code, reason = "shared with the tests of dev")]
mod running;
#[path = "systems/videos.rs"]
mod videos;
#[path = "systems/whole.rs"]
mod whole;
