//! The Lambda runtimes of this version.

use super::super::suggest::closest;

/// The runtimes that functions can be created with.
pub const RUNTIMES: [&str; 21] = [
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "java8.al2",
    "java11",
    "java17",
    "java21",
    "java25",
    "dotnet8",
    "dotnet10",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
    "provided.al2",
    "provided.al2023",
];

/// The known runtime closest to `name`.
pub fn closest_runtime(name: &str) -> Option<&'static str> {
    closest(name, RUNTIMES)
}
