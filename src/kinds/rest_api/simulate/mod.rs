//! What a call makes of an API, with API Gateway's refusals. The local account runs on it.

mod collections;
mod integration;
mod method;
mod refusal;
mod settings;
mod tree;

use std::collections::BTreeMap;

use super::{
    definition::{Definition, Settings},
    live::{Live, PARTS_TAG, parts_of},
    op::Op,
};
use crate::{
    kinds::World,
    model::{Address, Class, Refusal, Text},
};

/// How long an API's id is.
const API_ID: usize = 10;
/// How long the ids of its parts are.
const PART_ID: usize = 6;

pub(super) fn simulate(
    _: &Address,
    op: &Op,
    live: Option<Live>,
    world: &World<'_>,
) -> Result<Option<Live>, Refusal> {
    match (op, live) {
        (Op::CreateRestApi { .. }, Some(_)) => {
            // AWS would make a second API; nothing we do ever asks for that.
            Err(Refusal::new(Class::Exists, 409, "ConflictException", "this API is there already"))
        }
        (Op::CreateRestApi { name, settings, tags }, None) => {
            settings::check(settings)?;
            let root = ("/".to_owned(), String::new());
            let mut live = Live {
                id: world.id(API_ID),
                name: name.clone(),
                settings: settings.clone(),
                resource_ids: [root].into(),
                ..Live::default()
            };
            live.resource_ids.insert("/".to_owned(), world.id(PART_ID));
            tag(&mut live, tags);
            Ok(Some(live))
        }
        (Op::DeleteRestApi { .. }, live) => live.map(|_| None).ok_or_else(|| refusal::no_api(op, world)),
        (_, None) => Err(refusal::no_api(op, world)),
        (op, Some(mut live)) => {
            change(op, &mut live, world)?;
            Ok(Some(live))
        }
    }
}

fn tag(live: &mut Live, tags: &BTreeMap<String, String>) {
    for (key, value) in tags {
        if key == PARTS_TAG {
            live.parts = Some(parts_of(value));
        } else {
            live.tags.insert(key.clone(), value.clone());
        }
    }
}

fn change(op: &Op, live: &mut Live, world: &World<'_>) -> Result<(), Refusal> {
    match op {
        Op::CreateRestApi { .. } | Op::DeleteRestApi { .. } => Ok(()),
        Op::UpdateRestApi { patches } => settings::update(live, patches),
        Op::PutRestApi { name, settings, definition } => {
            import(live, name, settings, definition, world);
            Ok(())
        }
        Op::TagResource { tags } => {
            tag(live, tags);
            Ok(())
        }
        Op::CreateResource { path } => tree::create(live, path, world),
        Op::DeleteResource { path } => tree::delete(live, path),
        Op::PutMethod { place, method } => method::put(live, place, method),
        Op::UpdateMethod { place, patches } => method::update(live, place, patches),
        Op::DeleteMethod { place } => method::delete(live, place),
        Op::PutMethodResponse { place, status, response } => {
            method::put_response(live, place, *status, response)
        }
        Op::UpdateMethodResponse { place, status, patches } => {
            method::update_response(live, place, *status, patches)
        }
        Op::DeleteMethodResponse { place, status } => method::delete_response(live, place, *status),
        Op::PutIntegration { place, integration } => integration::put(live, place, integration),
        Op::UpdateIntegration { place, patches } => integration::update(live, place, patches),
        Op::DeleteIntegration { place } => integration::delete(live, place),
        Op::PutIntegrationResponse { place, status, response } => {
            integration::put_response(live, place, *status, response)
        }
        Op::DeleteIntegrationResponse { place, status } => {
            integration::delete_response(live, place, *status)
        }
        _ => collections::change(op, live, world),
    }
}

/// An import replaces the tree and the settings. Paths and names that stay keep their ids here.
fn import(
    live: &mut Live,
    name: &str,
    settings: &Settings,
    definition: &Definition<Text>,
    world: &World<'_>,
) {
    live.name = name.to_owned();
    live.settings = settings.clone();
    live.definition = definition.settled();
    live.definition.resources.retain(|_, methods| !methods.is_empty());
    let ids = |names: &mut dyn Iterator<Item = String>, had: &BTreeMap<String, String>| {
        names
            .map(|name| {
                let id = had.get(&name).cloned().unwrap_or_else(|| world.id(PART_ID));
                (name, id)
            })
            .collect::<BTreeMap<_, _>>()
    };
    live.resource_ids = ids(&mut definition.paths().into_iter(), &live.resource_ids);
    live.authorizer_ids = ids(&mut definition.authorizers.keys().cloned(), &live.authorizer_ids);
    live.validator_ids = ids(&mut definition.validators.keys().cloned(), &live.validator_ids);
    live.strays = Default::default();
}
