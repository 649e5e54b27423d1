//! Which of a stage's settings hold for a method.

use crate::{
    gateway::served::Stage,
    kinds::api_stage::{ALL_METHODS, MethodSettings, method_key},
};

/// The settings of one method.
#[derive(Clone, Copy, Debug)]
pub struct Effective<'a> {
    /// The settings.
    pub settings: &'a MethodSettings,
    /// Whether they are the method's own and not those of `*/*`.
    pub own: bool,
}

/// The settings of the method at `resource` defined under `verb_key`; `None` where the stage has none at all.
pub fn of<'a>(stage: &'a Stage, resource: &str, verb_key: &str) -> Option<Effective<'a>> {
    let own =
        stage.methods.get(&method_key(verb_key, resource)).map(|settings| Effective { settings, own: true });
    own.or_else(|| stage.methods.get(ALL_METHODS).map(|settings| Effective { settings, own: false }))
}
