//! The real SDK clients against emulators, call by call: how many there are, at which rate they come, and what happens when one
//! of them goes wrong.

mod common;
#[expect(unused_imports, dead_code, reason = "this binary uses a part of it")]
mod support;

#[path = "wire/cognito.rs"]
mod cognito;
#[path = "wire/counts.rs"]
mod counts;
#[path = "wire/faults.rs"]
mod faults;
#[path = "wire/faults_kinds.rs"]
mod faults_kinds;
#[path = "wire/lost_ledger.rs"]
mod lost_ledger;
#[path = "wire/names.rs"]
mod names;
#[path = "wire/parity.rs"]
mod parity;
#[path = "wire/parity_buckets.rs"]
mod parity_buckets;
#[path = "wire/parity_data.rs"]
mod parity_data;
#[path = "wire/parity_keys.rs"]
mod parity_keys;
#[path = "wire/parity_lambda.rs"]
mod parity_lambda;
#[path = "wire/patience.rs"]
mod patience;
#[path = "wire/stacks.rs"]
mod stacks;
#[path = "wire/trial.rs"]
mod trial;
