//! What the tests run against: three emulators of AWS, a real OpenID provider and a browser, each installed on first use (but
//! for Chromium itself, which is the system's).
//!
//! * [`Emulator`]: MiniStack, moto or LocalStack on a free port of 127.0.0.1, and an independent client that says what
//!   is left in its account.
//! * [`Browser`]: headless Chromium, for pages.
//! * [`OidcProvider`]: keys, JWKS, tokens, and the two calls of Auth0 that the examples make.
//!
//! Everything installed and every log lies in the target folder, and every server ends with the test process, even if
//! that is killed (see [`guard`]).
//!
//! The emulators disagree with AWS, each in its own places: AWS is right. A test that must leave out a check on one of
//! them says why beside it.

pub mod browser;
pub mod emulator;
pub mod guard;
pub mod install;
pub mod oidc;

pub use browser::Browser;
pub use emulator::{Emulator, EmulatorKind};
pub use oidc::OidcProvider;
