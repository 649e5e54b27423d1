//! Serves an account's APIs on this machine: the gateway, function processes, and a watch on what they are made of.
//!
//! ```text
//! account --Live--> served: Served, Function --> Sites (gateways) + Runtime
//!                                                   static_site::Live --> Pages
//! socket --server: Request--> Site --Gateway--> Response --> socket
//!                        '--> Pages ---------------^
//! disk --watch--> "something was saved"
//! ```
//!
//! What is served is what the account gives back, never a stack file.

mod headers;
mod pages;
mod served;
mod server;
mod sites;
mod watch;

pub use pages::{Pages, pages};
pub use served::{add_plans, apis, function, keyed_stages};
pub use server::{AccessLog, Answered, DevError, Server, bind};
pub use sites::{Site, Sites, site};
pub use watch::Watch;
