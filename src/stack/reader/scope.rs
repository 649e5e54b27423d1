//! What `${params.x}`, `${stage}` and `${env:X}` stand for while a file is read.

use super::super::yaml::Node;

/// The parameters a stack declares, with their values for one stage.
#[derive(Clone, Debug, Default)]
pub struct ParamTable(Vec<ParamValue>);

/// One parameter.
#[derive(Clone, Debug)]
pub struct ParamValue {
    /// Its name.
    pub name: String,
    /// Its value must never be shown.
    pub secret: bool,
    /// Its value: from the command line, the stage or the default, in this order.
    pub value: Option<Node>,
}

impl ParamTable {
    /// A table of these parameters.
    pub fn new(params: Vec<ParamValue>) -> Self {
        Self(params)
    }

    /// The parameter `name`.
    pub fn get(&self, name: &str) -> Option<&ParamValue> {
        self.0.iter().find(|param| param.name == name)
    }

    /// Every parameter's name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|param| param.name.as_str())
    }
}

/// What is known while a file is read.
pub struct Scope<'s> {
    /// The parameters.
    pub params: ParamTable,
    /// What the caller chose; none while the file is only checked.
    pub given: Option<Given<'s>>,
}

/// What the caller chose.
#[derive(Clone, Copy)]
pub struct Given<'s> {
    /// The stage's name.
    pub stage: &'s str,
    /// Looks up a variable of the environment.
    pub env: &'s dyn Fn(&str) -> Option<String>,
}
