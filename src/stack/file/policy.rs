//! IAM policy statements.

use super::super::reader::Document;
use super::super::reader::shape::{shape, words};
use super::super::template::Template;
use super::StringOrList;

words! {
    /// Whether a statement allows or forbids.
    pub enum Effect {
        /// It allows.
        Allow = "allow",
        /// It forbids, whatever else allows.
        Deny = "deny",
    }
}

shape! {
    /// One statement of an IAM policy.
    #[name = "a policy statement"]
    pub struct Statement {
        /// `allow`, which is the default, or `deny`.
        optional effect: Effect,
        /// What may be done, such as `s3:GetObject`: one action or a list.
        required actions: StringOrList,
        /// On what: one ARN or a list. `${functions.key.arn}` names an object of the stack.
        required resources: StringOrList,
        /// Under which conditions, as IAM writes them: operator, then key, then value.
        optional conditions: Document,
        /// The statement's id: letters and digits.
        optional sid: Template,
    }
}
