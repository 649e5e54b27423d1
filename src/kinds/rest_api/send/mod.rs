//! One op, one SDK call. Ids are looked up in the live API; calls on one API never run side by side.

mod api;
mod collections;
mod import;
mod integration;
mod method;

use aws_sdk_apigateway::types::{Op as PatchOp, PatchOperation};

use super::{
    Live, RestApi,
    op::{Op, Place},
    patch::{Action, Patch, Value},
};
use crate::{
    account::aws::Aws,
    kinds::{Kind, Operation, Sent},
    model::{Address, Class, CloudError},
};

/// The ARN by which an API is tagged.
pub(super) fn arn(aws: &Aws, id: &str) -> String {
    let identity = &aws.identity;
    format!("arn:{}:apigateway:{}::/restapis/{id}", identity.partition, identity.region)
}

pub(super) async fn send(
    aws: &Aws,
    at: &Address,
    op: &Op,
    live: Option<&Live>,
) -> Result<Sent<Live>, CloudError> {
    // API Gateway refuses changes of one API side by side.
    let api = aws.exclusive(&format!("{}:{}", RestApi::NAME, live.map_or("", |live| &live.id)));
    let _alone = api.lock().await;
    one(aws, at, op, live).await.map_err(|error| error.at(at))
}

/// Sends one op; nobody else changes the API meanwhile.
async fn one(aws: &Aws, at: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let target = Target { aws, op, live };
    match op {
        Op::CreateRestApi { name, settings, tags } => api::create(&target, name, settings, tags).await,
        Op::UpdateRestApi { patches } => api::update(&target, patches).await,
        Op::PutRestApi { name, settings, definition } => {
            // An import may go on with single calls, which come through here again.
            Box::pin(import::import(&target, at, name, settings, definition)).await
        }
        Op::DeleteRestApi { id } => api::delete(&target, id).await,
        Op::TagResource { tags } => api::tag(&target, tags).await,
        Op::CreateResource { path } => api::create_resource(&target, path).await,
        Op::DeleteResource { path } => api::delete_resource(&target, path).await,
        Op::PutMethod { place, method } => method::put(&target, place, method).await,
        Op::UpdateMethod { place, patches } => method::update(&target, place, patches).await,
        Op::DeleteMethod { place } => method::delete(&target, place).await,
        Op::PutMethodResponse { place, status, response } => {
            method::put_response(&target, place, *status, response).await
        }
        Op::UpdateMethodResponse { place, status, patches } => {
            method::update_response(&target, place, *status, patches).await
        }
        Op::DeleteMethodResponse { place, status } => method::delete_response(&target, place, *status).await,
        Op::PutIntegration { place, integration } => integration::put(&target, place, integration).await,
        Op::UpdateIntegration { place, patches } => integration::update(&target, place, patches).await,
        Op::DeleteIntegration { place } => integration::delete(&target, place).await,
        Op::PutIntegrationResponse { place, status, response } => {
            integration::put_response(&target, place, *status, response).await
        }
        Op::DeleteIntegrationResponse { place, status } => {
            integration::delete_response(&target, place, *status).await
        }
        _ => collections::send(&target).await,
    }
}

/// The API that a call is about.
struct Target<'a> {
    aws: &'a Aws,
    op: &'a Op,
    live: Option<&'a Live>,
}

impl Target<'_> {
    fn live(&self) -> Result<&Live, CloudError> {
        self.live.ok_or_else(|| self.unknown("the REST API"))
    }

    fn api(&self) -> Result<&str, CloudError> {
        Ok(&self.live()?.id)
    }

    fn resource(&self, path: &str) -> Result<&str, CloudError> {
        let id = self.live()?.resource_ids.get(path);
        id.map(String::as_str).ok_or_else(|| self.unknown(&format!("resource {path}")))
    }

    fn authorizer(&self, name: &str) -> Result<&str, CloudError> {
        let id = self.live()?.authorizer_ids.get(name);
        id.map(String::as_str).ok_or_else(|| self.unknown(&format!("authorizer {name}")))
    }

    fn validator(&self, name: &str) -> Result<&str, CloudError> {
        let id = self.live()?.validator_ids.get(name);
        id.map(String::as_str).ok_or_else(|| self.unknown(&format!("request validator {name}")))
    }

    /// The API, the resource's id and the verb of a method.
    fn method(&self, place: &Place) -> Result<(&str, &str, &'static str), CloudError> {
        Ok((self.api()?, self.resource(&place.path)?, place.verb.as_str()))
    }

    fn unknown(&self, what: &str) -> CloudError {
        CloudError::new(self.op.call(), Class::Absent, format!("{what} has no id yet"))
    }

    /// The patches in the SDK's form, ids filled in; `resource` is the one that is patched.
    fn patches(&self, patches: &[Patch], resource: &str) -> Result<Vec<PatchOperation>, CloudError> {
        patches
            .iter()
            .map(|patch| {
                let op = match patch.action {
                    Action::Add => PatchOp::Add,
                    Action::Replace => PatchOp::Replace,
                    Action::Remove => PatchOp::Remove,
                };
                let value = match &patch.value {
                    None => None,
                    Some(Value::Text(text)) => Some(text.settled().to_owned()),
                    Some(Value::Authorizer(name)) => Some(self.authorizer(name)?.to_owned()),
                    Some(Value::Validator(name)) => Some(self.validator(name)?.to_owned()),
                    Some(Value::OwnResource) => Some(resource.to_owned()),
                };
                Ok(PatchOperation::builder().op(op).path(&patch.path).set_value(value).build())
            })
            .collect()
    }
}

/// What was to go is gone, by whomever.
fn gone<T>(answer: Result<T, CloudError>) -> Result<Sent<Live>, CloudError> {
    match answer {
        Err(error) if !error.is_absent() => Err(error),
        _ => Ok(Sent::done()),
    }
}
