//! `TOKEN` and `REQUEST` authorizers: a function decides.

use std::sync::{Arc, Mutex, PoisonError};

use fancy_regex::Regex;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    answer::{self, NoVerdict, Verdict},
    identity::{self, Source},
    refusal,
};
use crate::{
    gateway::{
        cache::Store,
        event,
        functions::NoAnswer,
        stages::{Call, Refused},
        vtl,
    },
    kinds::rest_api::{Authorizer, AuthorizerType},
    model::Env,
};

/// Steps a validation expression may take.
const REGEX_STEPS: usize = 100_000;

/// Bytes of answers that one authorizer keeps.
const KEPT_BYTES: usize = 8 * 1024 * 1024;

/// A Lambda authorizer, ready to be asked.
pub(super) struct Lambda {
    name: String,
    is_token: bool,
    /// `Err` holds the expression that API Gateway does not know.
    sources: Result<Vec<Source>, String>,
    expression: Option<Result<Regex, String>>,
    function_arn: Option<String>,
    ttl: SignedDuration,
    kept: Mutex<Store<[u8; 32], Arc<Verdict>>>,
}

impl Lambda {
    /// The authorizer `name` of a stage with `variables`.
    pub(super) fn new(
        name: &str,
        of: &Authorizer<String>,
        variables: &std::collections::BTreeMap<String, String>,
    ) -> Self {
        let is_token = of.kind == AuthorizerType::Token;
        let default = [String::from("method.request.header.Authorization")];
        let expressions =
            if is_token && of.identity_sources.is_empty() { &default[..] } else { &of.identity_sources };
        let sources = expressions
            .iter()
            .flat_map(|list| list.split(','))
            .map(|one| Source::parse(one).ok_or_else(|| one.to_owned()))
            .collect();
        Self {
            name: name.to_owned(),
            is_token,
            sources,
            // API Gateway ignores the expression of a REQUEST authorizer.
            expression: of.validation_expression.as_deref().filter(|_| is_token).map(whole),
            function_arn: of.uri.as_deref().and_then(|uri| function_arn(uri, variables)),
            ttl: SignedDuration::from_secs(i64::from(of.ttl_seconds)),
            kept: Mutex::new(Store::new(KEPT_BYTES)),
        }
    }

    /// Asks, or takes the answer that was kept. Requests that come at the same time may each ask, as with AWS.
    pub(super) async fn ask(
        &self,
        call: &Call<'_>,
        method_arn: &str,
        env: &Env,
    ) -> Result<Arc<Verdict>, Refused> {
        let sources = self.sources.as_ref().map_err(|bad| {
            refusal::configuration(format!("authorizer {} has the unknown identity source {bad}", self.name))
        })?;
        let keeps = self.ttl > SignedDuration::ZERO && !sources.is_empty();
        let identity = match identity::values(sources, call) {
            Ok(values) => Some(values),
            Err(source) if self.is_token || keeps => {
                return Err(refusal::unauthorized(format!(
                    "authorizer {} was not asked: {source} is missing",
                    self.name
                )));
            }
            Err(_) => None,
        };
        let token = identity.as_ref().and_then(|values| values.first()).filter(|_| self.is_token);
        if let Some(token) = token {
            self.validate(token)?;
        }
        let key = identity.as_deref().filter(|_| keeps).map(digest);
        if let Some(found) = key.and_then(|key| self.kept().get(&key, env.now())) {
            return Ok(found);
        }
        let event = match token {
            Some(token) => event::token_event(token, method_arn),
            None => event::request_event(call, method_arn),
        };
        let (verdict, bytes) = self.invoke(call, event).await?;
        if let Some(key) = key {
            let now = env.now();
            self.kept().put(key, verdict.clone(), bytes, self.until(now), now);
        }
        Ok(verdict)
    }

    fn until(&self, now: Timestamp) -> Timestamp {
        now.checked_add(self.ttl).unwrap_or(Timestamp::MAX)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Store<[u8; 32], Arc<Verdict>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn validate(&self, token: &str) -> Result<(), Refused> {
        let matched = match &self.expression {
            None => return Ok(()),
            Some(Ok(expression)) => expression.is_match(token).map_err(|error| error.to_string()),
            Some(Err(error)) => Err(error.clone()),
        };
        match matched {
            Ok(true) => Ok(()),
            Ok(false) => Err(refusal::unauthorized(format!(
                "authorizer {} was not asked: the token does not match its validation expression",
                self.name
            ))),
            Err(error) => Err(refusal::configuration(format!("authorizer {}: {error}", self.name))),
        }
    }

    /// Invokes the function. Answers the verdict and how many bytes it took.
    async fn invoke(&self, call: &Call<'_>, event: Value) -> Result<(Arc<Verdict>, usize), Refused> {
        let configuration = |why: &str| refusal::configuration(format!("authorizer {}: {why}", self.name));
        let arn = self.function_arn.as_deref().ok_or_else(|| configuration("its URI names no function"))?;
        let payload = event.to_string().into_bytes();
        let answered = call.functions.invoke(arn, payload).await.map_err(|error| match &error {
            NoAnswer::NotFound(_) | NoAnswer::Refused(_) => configuration(&error.to_string()),
            _ => refusal::failure(format!("authorizer {}: {error}", self.name)),
        })?;
        match answer::read(&answered) {
            Ok(verdict) => Ok((Arc::new(verdict), answered.payload.len())),
            Err(NoVerdict::Unauthorized) => Err(refusal::unauthorized(format!(
                "the function of authorizer {} answered Unauthorized",
                self.name
            ))),
            Err(NoVerdict::Wrong(why)) => Err(configuration(&why)),
        }
    }
}

/// A Java pattern that must match the whole text.
pub(super) fn whole(pattern: &str) -> Result<Regex, String> {
    vtl::java_regex_within(&format!("\\A(?:{pattern})\\z"), REGEX_STEPS)
}

fn digest(values: &[String]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for value in values {
        // With its length, so that no two lists of values run together.
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value.as_bytes());
    }
    hash.finalize().into()
}

/// The function's ARN in an invocation URI, with stage variables filled in; a variable that the stage does not have is empty.
fn function_arn(uri: &str, variables: &std::collections::BTreeMap<String, String>) -> Option<String> {
    let mut filled = String::with_capacity(uri.len());
    let mut rest = uri;
    while let Some((before, after)) = rest.split_once("${stageVariables.") {
        let (name, after) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(variables.get(name).map_or("", String::as_str));
        rest = after;
    }
    filled.push_str(rest);
    let (_, after) = filled.split_once("/functions/")?;
    let arn = after.strip_suffix("/invocations")?;
    arn.starts_with("arn:").then(|| arn.to_owned())
}
