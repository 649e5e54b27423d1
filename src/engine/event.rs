//! What happens while a plan is executed, for whoever shows it.

use std::sync::Arc;

use serde::Serialize;

use crate::model::{Action, Address, Call, CloudError, Reason};

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Work on an object begins.
    ItemStarted {
        /// The object.
        address: Address,
        /// What happens to it.
        action: Action,
        /// How many calls.
        steps: usize,
    },
    /// A call is about to be sent.
    StepStarted {
        /// The object.
        address: Address,
        /// The call.
        call: Call,
        /// What it does.
        description: String,
    },
    /// A call was answered and its effect holds.
    StepDone {
        /// The object.
        address: Address,
        /// The call.
        call: Call,
    },
    /// What was found differs from what the plan knew: the object was compared again.
    Replanned {
        /// The object.
        address: Address,
        /// Why it was looked at again.
        because: String,
        /// Why it still changes, if it does.
        reason: Option<Reason>,
        /// The calls that remain.
        steps: usize,
    },
    /// The object is as desired.
    ItemDone {
        /// The object.
        address: Address,
        /// What happened to it.
        action: Action,
    },
    /// A call failed for good.
    ItemFailed {
        /// The object.
        address: Address,
        /// What AWS said.
        error: Option<CloudError>,
        /// In one sentence.
        message: String,
    },
}

/// Where events go.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(&Event) + Send + Sync>);

impl Events {
    /// Events go to `sink`.
    pub fn to(sink: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Events go nowhere.
    pub fn ignored() -> Self {
        Self::to(|_| ())
    }

    /// Tells what happened.
    pub fn emit(&self, event: Event) {
        (self.0)(&event);
    }
}
