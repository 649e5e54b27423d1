//! Zips a folder as gatewright packages a function's code, and says how long it took.
//!
//! ```text
//! cargo run --release --example zip_folder -- <folder> <work folder>
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a small program of its own")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use gatewright::package::{Source, package};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, work_dir] = arguments.as_slice() else {
        eprintln!("usage: zip_folder <folder> <work folder>");
        return ExitCode::from(64);
    };
    let source = Source { folder: folder.into(), ..Source::default() };
    let start = Instant::now();
    match package(&source, Path::new(work_dir), |_| {}).await {
        Ok(artifact) => {
            println!(
                "{} files, {} bytes, zip {} bytes, {:.3} s",
                artifact.files,
                artifact.unzipped_size_bytes,
                artifact.size_bytes,
                start.elapsed().as_secs_f64()
            );
            println!("{}", artifact.path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
