//! Comparison of a whole API: granular calls in an order that AWS accepts at each step, or one import where that is faster.

mod collections;
mod import;
mod integration;
mod methods;
mod resources;
mod settings;

#[cfg(test)]
pub(super) use import::forced as forced_import;

use super::{
    definition::{Part, is_own_model},
    desired::Desired,
    live::{Live, PARTS_TAG, parts_tag},
    op::Op,
    simulate,
};
use crate::{
    kinds::{Context, World, compare::Compare},
    model::{Address, Change, FieldChange, Reason, Shown},
};

pub(super) fn diff(
    at: &Address,
    desired: Option<&Desired>,
    live: Option<&Live>,
    context: &Context,
) -> Change<Op> {
    let desired = desired.map(Desired::normal);
    match (desired.as_ref(), live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            Change::act(Reason::NotInStackFile, vec![Op::DeleteRestApi { id: live.id.clone() }])
        }
        (Some(desired), None) => {
            let create = create(desired);
            let bare = fold(at, &create, None, context).unwrap_or_default();
            let rest = Differ::run(at, desired, &bare, context);
            let mut ops = vec![create];
            ops.extend(import::faster(at, desired, &bare, rest.ops, context));
            Change::act(Reason::Missing, ops)
        }
        (Some(desired), Some(live)) => {
            let granular = Differ::run(at, desired, live, context);
            let changes = granular.compare.finish();
            Change::fields(changes, import::faster(at, desired, live, granular.ops, context))
        }
    }
}

/// The call that makes the API, with all that can be said in it: settings, owner tags, the collections it will have.
fn create(desired: &Desired) -> Op {
    let mut tags = desired.tags.clone();
    tags.insert(PARTS_TAG.to_owned(), parts_tag(&desired.definition.parts()));
    Op::CreateRestApi { name: desired.name.clone(), settings: desired.settings.clone(), tags }
}

/// What `op` makes of `live`; nothing is minted or refused for other objects' sake.
fn fold(at: &Address, op: &Op, live: Option<Live>, context: &Context) -> Option<Live> {
    let world = World::answered(&context.identity, Vec::new());
    simulate::simulate(at, op, live, &world).ok().flatten()
}

/// The comparison under way.
struct Differ<'a> {
    at: &'a Address,
    desired: &'a Desired,
    /// The API as it is after the calls that [`Differ::apply`] noted.
    live: Live,
    context: &'a Context,
    compare: Compare,
    ops: Vec<Op>,
}

impl<'a> Differ<'a> {
    fn run(at: &'a Address, desired: &'a Desired, live: &Live, context: &'a Context) -> Self {
        let mut differ = Self {
            at,
            desired,
            live: live.clone(),
            context,
            compare: Compare::default(),
            ops: Vec::new(),
        };
        let declared = &desired.definition.models;
        differ.live.definition.models.retain(|name, _| !is_own_model(name) || declared.contains_key(name));
        differ.settings();
        differ.tags();
        differ.make_members();
        differ.remove_resources();
        differ.make_resources();
        differ.methods();
        differ.gateway_responses();
        differ.remove_members();
        differ.narrow_parts();
        differ
    }

    /// Notes a call.
    fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// Notes a call that the rest of the comparison must know of.
    fn apply(&mut self, op: Op) {
        if let Some(after) = fold(self.at, &op, Some(self.live.clone()), self.context) {
            self.live = after;
        }
        self.ops.push(op);
    }

    /// Owner tags and the user's own; and the collections in use, widened before the first member of one is made.
    fn tags(&mut self) {
        let mut tags = std::collections::BTreeMap::new();
        if self.compare.tags(&self.live.tags, &self.desired.tags) {
            let differ =
                self.desired.tags.iter().filter(|(key, value)| self.live.tags.get(*key) != Some(value));
            tags.extend(differ.map(|(key, value)| (key.clone(), value.clone())));
        }
        let wide = self.live.parts.iter().flatten().copied().chain(self.used_parts()).collect();
        if self.live.parts.as_ref() != Some(&wide) {
            self.note_parts(&wide);
            tags.insert(PARTS_TAG.to_owned(), parts_tag(&wide));
        }
        if !tags.is_empty() {
            self.apply(Op::TagResource { tags });
        }
    }

    /// The collections that have members now or will have.
    fn used_parts(&self) -> std::collections::BTreeSet<Part> {
        let mut parts = self.live.definition.parts();
        parts.extend(self.desired.definition.parts());
        parts
    }

    /// Takes the collections that are empty now out of the tag.
    fn narrow_parts(&mut self) {
        let parts = self.desired.definition.parts();
        if self.live.parts.as_ref() != Some(&parts) {
            self.note_parts(&parts);
            let tags = [(PARTS_TAG.to_owned(), parts_tag(&parts))].into();
            self.push(Op::TagResource { tags });
        }
    }

    fn note_parts(&mut self, parts: &std::collections::BTreeSet<Part>) {
        let before = Shown::option(self.live.parts.as_ref().map(parts_tag));
        self.compare.note(true, &format!("tags.{PARTS_TAG}"), || (before, parts_tag(parts).into()));
    }
}

/// A change of the field `field` of `what`, such as `GET /users: timeout_ms`.
fn of(what: &dyn std::fmt::Display, field: &str) -> String {
    format!("{what}: {field}")
}

/// Keeps the fields' changes of several comparisons in one list.
trait Notes {
    /// Notes that all of `field` comes or goes.
    fn whole(&mut self, field: &str, before: Shown, after: Shown);
    /// Notes each member of a map that differs.
    fn map<T: PartialEq + ToString>(
        &mut self,
        field: &str,
        live: &std::collections::BTreeMap<String, T>,
        desired: &std::collections::BTreeMap<String, T>,
    ) -> bool;
    /// Notes a set that differs.
    fn set(
        &mut self,
        field: &str,
        live: &std::collections::BTreeSet<String>,
        desired: &std::collections::BTreeSet<String>,
    ) -> bool;
}

impl Notes for Compare {
    fn whole(&mut self, field: &str, before: Shown, after: Shown) {
        self.note(true, field, || (before, after));
    }

    fn map<T: PartialEq + ToString>(
        &mut self,
        field: &str,
        live: &std::collections::BTreeMap<String, T>,
        desired: &std::collections::BTreeMap<String, T>,
    ) -> bool {
        let names: std::collections::BTreeSet<&String> = live.keys().chain(desired.keys()).collect();
        let mut differs = false;
        for name in names {
            let (before, after) = (live.get(name), desired.get(name));
            let change = FieldChange::new(
                format!("{field}.{name}"),
                Shown::option(before.map(ToString::to_string)),
                Shown::option(after.map(ToString::to_string)),
            );
            differs |= self.note(before != after, &change.field, || (change.before, change.after));
        }
        differs
    }

    fn set(
        &mut self,
        field: &str,
        live: &std::collections::BTreeSet<String>,
        desired: &std::collections::BTreeSet<String>,
    ) -> bool {
        let shown = |set: &std::collections::BTreeSet<String>| -> Shown {
            if set.is_empty() {
                Shown::Absent
            } else {
                set.iter().map(String::as_str).collect::<Vec<_>>().join(", ").into()
            }
        };
        self.note(live != desired, field, || (shown(live), shown(desired)))
    }
}
