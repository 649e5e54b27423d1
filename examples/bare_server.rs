//! The least that an HTTP server can do with the libraries that `gatewright dev` serves with: one constant answer, whatever is asked.
//! `benches/gateway.py` measures the gateway against it.
//!
//! ```text
//! cargo run --release --example bare_server -- <port>
//! ```
#![expect(clippy::print_stderr, reason = "a small program of its own")]

use std::process::ExitCode;

use axum::{Router, http::header, response::IntoResponse};

async fn answer() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], r#"{"hello":"world"}"#)
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(port) = std::env::args().nth(1).and_then(|port| port.parse::<u16>().ok()) else {
        eprintln!("usage: bare_server <port>");
        return ExitCode::from(64);
    };
    let served = match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => axum::serve(listener, Router::new().fallback(answer)).await,
        Err(error) => Err(error),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
