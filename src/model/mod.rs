//! Words shared by the whole pipeline. No I/O here, and nothing that knows a kind.

pub mod address;
pub mod call;
pub mod change;
pub mod env;
pub mod error;
pub mod globs;
pub mod identity;
pub mod outcome;
pub mod owner;
pub mod plan;
pub mod rates;
pub mod suggest;
pub mod text;

pub use address::{Address, Scope};
pub use call::{Call, Repeat};
pub use change::{Change, FieldChange, FieldChanges, Objection, Reason, Shown};
pub use env::Env;
pub use error::{Class, CloudError, Refusal};
pub use globs::Globs;
pub use identity::{Identity, id_of_arn};
pub use outcome::{Found, Hint, Ownership};
pub use owner::Owner;
pub use plan::{Action, Item, Phase, Plan};
pub use text::{Part, Reference, Text};
