//! `COGNITO_USER_POOLS` authorizers: a token of a user pool decides.

use std::collections::BTreeSet;

use fancy_regex::Regex;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::{
    Issuers,
    identity::{self, Source},
    jwks::Jwks,
    lambda::whole,
    refusal,
};
use crate::{
    gateway::stages::{Call, Refused},
    kinds::rest_api::Authorizer,
    model::Env,
};

/// An authorizer of user pools.
pub(super) struct UserPools {
    name: String,
    sources: Result<Vec<Source>, String>,
    expression: Option<Result<Regex, String>>,
    pools: Vec<Pool>,
}

struct Pool {
    /// What its tokens may have as `iss`.
    issuers: Vec<String>,
    jwks: Jwks,
}

impl UserPools {
    /// The authorizer `name`. A provider that is no user pool's ARN is one that no token is of.
    pub(super) fn new(name: &str, of: &Authorizer<String>, issuers: &Issuers) -> Self {
        let default = [String::from("method.request.header.Authorization")];
        let expressions = if of.identity_sources.is_empty() { &default[..] } else { &of.identity_sources };
        Self {
            name: name.to_owned(),
            sources: expressions.iter().map(|one| Source::parse(one).ok_or_else(|| one.clone())).collect(),
            expression: of.validation_expression.as_deref().map(whole),
            pools: of.provider_arns.iter().filter_map(|arn| Pool::new(arn, issuers)).collect(),
        }
    }

    /// The claims of the request's token, as API Gateway hands them on.
    ///
    /// # Errors
    /// When there is no token, or it is not one of the pools', or the method asks for another.
    pub(super) async fn verify(&self, call: &Call<'_>, env: &Env) -> Result<Map<String, Value>, Refused> {
        let refused = |why: &str| refusal::unauthorized(format!("authorizer {}: {why}", self.name));
        let sources = self.sources.as_ref().map_err(|bad| {
            refusal::configuration(format!("authorizer {} has the unknown identity source {bad}", self.name))
        })?;
        let values =
            identity::values(sources, call).map_err(|source| refused(&format!("{source} is missing")))?;
        let token = values.first().map_or("", String::as_str);
        let token = match token.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim(),
            _ => token,
        };
        let claims = self.claims(token, env.now(), &refused).await?;
        let expires =
            claims.get("exp").and_then(seconds).ok_or_else(|| refused("the token never expires"))?;
        if expires <= env.now().as_second() {
            return Err(refusal::expired());
        }
        self.judge(&claims, &call.method.authorization.scopes()).map_err(|why| refused(&why))?;
        self.audience(&claims, &refused)?;
        Ok(claims.iter().map(|(name, value)| (name.clone(), Value::String(handed_on(name, value)))).collect())
    }

    /// The claims of a token that a pool has signed.
    async fn claims(
        &self,
        token: &str,
        now: Timestamp,
        refused: &(dyn Fn(&str) -> Refused + Sync),
    ) -> Result<Map<String, Value>, Refused> {
        let header = decode_header(token).map_err(|_| refused("the token is not a JSON Web Token"))?;
        if header.alg != Algorithm::RS256 {
            return Err(refused("the token is not signed with RS256"));
        }
        let kid = header.kid.ok_or_else(|| refused("the token does not name its key"))?;
        // Which pool's keys are to be asked for is read before the signature is verified; it decides nothing else.
        let issuer = jsonwebtoken::dangerous::insecure_decode_claims::<Map<String, Value>>(token)
            .ok()
            .and_then(|claims| claims.get("iss").and_then(Value::as_str).map(str::to_owned))
            .ok_or_else(|| refused("the token does not name its issuer"))?;
        let pool = self.pools.iter().find(|pool| pool.issuers.contains(&issuer));
        let pool = pool.ok_or_else(|| refused("the token is of another issuer"))?;
        let key = pool.jwks.key(&kid, now).await;
        let key = key.map_err(|why| refusal::failure(format!("authorizer {}: {why}", self.name)))?;
        let key = key.ok_or_else(|| refused("the token is signed with a key that the pool does not have"))?;
        let mut validation = Validation::new(Algorithm::RS256);
        // Time is looked at by the caller: its clock, and no leeway.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let decoded = decode::<Map<String, Value>>(token, &key, &validation);
        decoded.map(|data| data.claims).map_err(|_| refused("the token's signature is wrong"))
    }

    /// With scopes a method takes an access token that carries one of them, without an id token.
    fn judge(&self, claims: &Map<String, Value>, scopes: &BTreeSet<String>) -> Result<(), String> {
        let token_use = claims.get("token_use").and_then(Value::as_str).unwrap_or_default();
        if scopes.is_empty() {
            return match token_use {
                "id" => Ok(()),
                _ => Err("a method without scopes takes id tokens only".to_owned()),
            };
        }
        if token_use != "access" {
            return Err("a method with scopes takes access tokens only".to_owned());
        }
        let carried = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
        match carried.split_whitespace().any(|scope| scopes.contains(scope)) {
            true => Ok(()),
            false => Err("the token carries none of the method's scopes".to_owned()),
        }
    }

    /// The validation expression is for the client the token was made for: `aud`, which access tokens have as `client_id`.
    fn audience(
        &self,
        claims: &Map<String, Value>,
        refused: &(dyn Fn(&str) -> Refused + Sync),
    ) -> Result<(), Refused> {
        let Some(expression) = &self.expression else { return Ok(()) };
        let audience = claims.get("aud").or_else(|| claims.get("client_id")).and_then(Value::as_str);
        let broken = |error: &str| refusal::configuration(format!("authorizer {}: {error}", self.name));
        let expression = expression.as_ref().map_err(|error| broken(error))?;
        match expression.is_match(audience.unwrap_or_default()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(refused("the token's audience does not match the validation expression")),
            Err(error) => Err(broken(&error.to_string())),
        }
    }
}

impl Pool {
    /// From `arn:aws:cognito-idp:<region>:<account>:userpool/<pool>`.
    fn new(arn: &str, issuers: &Issuers) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, "cognito-idp", region, _, resource] = parts.as_slice() else { return None };
        let pool = resource.strip_prefix("userpool/").filter(|pool| !pool.is_empty())?;
        let domain = if *partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        let own = format!("https://cognito-idp.{region}.{domain}/{pool}");
        let base = issuers.base.as_deref().map(|base| format!("{}/{pool}", base.trim_end_matches('/')));
        let jwks = Jwks::new(format!("{}/.well-known/jwks.json", base.as_deref().unwrap_or(&own)));
        // An emulator may call itself by its own address or by AWS's.
        Some(Self { issuers: base.into_iter().chain([own]).collect(), jwks })
    }
}

fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|of| of as i64))
}

/// A claim as `$context.authorizer.claims` and events have it: text. The times of issue and expiry are written out as Java writes a
/// date, lists are joined by commas.
fn handed_on(name: &str, value: &Value) -> String {
    let time = || seconds(value).and_then(|of| Timestamp::from_second(of).ok());
    match value {
        Value::Number(_) if matches!(name, "exp" | "iat") => match time() {
            Some(time) => time.strftime("%a %b %d %H:%M:%S UTC %Y").to_string(),
            None => value.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(|item| handed_on("", item)).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
