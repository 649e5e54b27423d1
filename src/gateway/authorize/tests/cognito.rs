use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, extract::Path, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    gateway::{
        authorize::{Authorizers, Issuers},
        check_fixture::{World, seen},
        gateway_response::GatewayResponseType as Kind,
    },
    kinds::rest_api::{Authorization, Authorizer, AuthorizerType, Method},
};

const POOL: &str = "us-east-1_Ab3dE";
const PROVIDER: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Ab3dE";

/// A new RSA key. OpenSSL makes it: it wraps the key (PKCS #8) or does not (PKCS #1), by its version.
fn rsa_key() -> EncodingKey {
    let made = Command::new("openssl").args(["genrsa", "2048"]).output().expect("the openssl command");
    let pem = String::from_utf8(made.stdout).unwrap();
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(text).unwrap();
    // The wrapping is 26 bytes for a key of this size: lengths, a version and the algorithm's name.
    let wrapped = pem.contains("BEGIN PRIVATE KEY");
    EncodingKey::from_rsa_der(if wrapped { &der[26..] } else { &der })
}

/// A user pool: its key, and a server of its key set on this machine.
struct Pool {
    key: EncodingKey,
    base: String,
    fetches: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Pool {
    async fn start() -> Self {
        let key = rsa_key();
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
        jwk.common.key_id = Some("first".into());
        let set = json!({ "keys": [{ "kid": "broken" }, jwk] }).to_string();
        let fetches = Arc::new(AtomicUsize::new(0));
        let counter = fetches.clone();
        let answer = move |Path(pool): Path<String>| {
            let (set, counter) = (set.clone(), counter.clone());
            async move {
                counter.fetch_add(1, Ordering::SeqCst);
                if pool == POOL { Ok(set) } else { Err(axum::http::StatusCode::NOT_FOUND) }
            }
        };
        let app = Router::new().route("/{pool}/.well-known/jwks.json", get(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { key, base, fetches, server }
    }

    fn claims(&self, world: &World) -> Value {
        json!({
            "sub": "11111111-2222-4333-8444-555555555555",
            "iss": format!("{}/{POOL}", self.base),
            "aud": "client",
            "token_use": "id",
            "exp": world.clock.now().as_second() + 3600,
            "iat": world.clock.now().as_second(),
            "auth_time": world.clock.now().as_second(),
            "email_verified": true,
            "cognito:groups": ["admin", "staff"]
        })
    }

    fn token(&self, claims: &Value) -> String {
        self.token_of("first", claims)
    }

    fn token_of(&self, kid: &str, claims: &Value) -> String {
        let header = Header { kid: Some(kid.into()), ..Header::new(Algorithm::RS256) };
        encode(&header, claims, &self.key).unwrap()
    }

    fn check(&self, world: &World) -> Authorizers {
        let issuers = Issuers { base: Some(format!("{}/", self.base)) };
        Authorizers::new(&world.served, world.clock.env(), &issuers)
    }
}

fn behind_pools(scopes: &[&str]) -> World {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let authorization = Authorization::CognitoUserPools { authorizer: "pools".into(), scopes };
    let mut world = World::new(Method { authorization, ..Method::default() });
    let of = Authorizer {
        kind: AuthorizerType::CognitoUserPools,
        provider_arns: vec![PROVIDER.into()],
        identity_sources: vec!["method.request.header.Authorization".into()],
        ..Authorizer::default()
    };
    world.served.definition.authorizers.insert("pools".into(), of);
    world
}

type Seen = Option<(Kind, Option<String>)>;

fn unauthorized() -> Seen {
    Some((Kind::Unauthorized, Some("Unauthorized".into())))
}

async fn with(world: &mut World, check: &Authorizers, token: &str) -> Seen {
    world.header("Authorization", token);
    seen(world.run(check).await)
}

#[tokio::test]
async fn an_id_token_lets_its_user_in_and_its_claims_are_handed_on_as_text() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    let check = pool.check(&world);
    let token = pool.token(&pool.claims(&world));
    assert_eq!(with(&mut world, &check, &token).await, None);
    let claims = &world.context["authorizer"]["claims"];
    assert_eq!(claims["sub"], "11111111-2222-4333-8444-555555555555");
    assert_eq!(claims["exp"], "Sun Mar 01 13:00:00 UTC 2026");
    assert_eq!(claims["iat"], "Sun Mar 01 12:00:00 UTC 2026");
    assert_eq!(claims["auth_time"], "1772366400");
    assert_eq!(claims["email_verified"], "true");
    assert_eq!(claims["cognito:groups"], "admin,staff");
    assert_eq!(with(&mut world, &check, &format!("Bearer {token}")).await, None);
    assert_eq!(pool.fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn tokens_that_are_not_the_pools() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    let check = pool.check(&world);
    assert_eq!(seen(world.run(&check).await), unauthorized());
    let good = pool.token(&pool.claims(&world));
    let stranger = Pool {
        key: rsa_key(),
        base: pool.base.clone(),
        fetches: Arc::default(),
        server: tokio::spawn(async {}),
    };
    let mut other_issuer = pool.claims(&world);
    other_issuer["iss"] = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other".into();
    let mut access = pool.claims(&world);
    access["token_use"] = "access".into();
    let mut endless = pool.claims(&world);
    endless.as_object_mut().unwrap().remove("exp");
    let hmac = encode(&Header::default(), &pool.claims(&world), &EncodingKey::from_secret(b"x")).unwrap();
    let (head, _) = good.rsplit_once('.').unwrap();
    for bad in [
        String::new(),
        "nonsense".into(),
        format!("{head}."),
        head.to_owned(),
        format!("{good}AA"),
        stranger.token(&pool.claims(&world)),
        pool.token(&other_issuer),
        pool.token(&access),
        pool.token(&endless),
        hmac,
    ] {
        assert_eq!(with(&mut world, &check, &bad).await, unauthorized(), "{bad}");
    }
    assert_eq!(with(&mut world, &check, &good).await, None);
}

#[tokio::test]
async fn an_expired_token_is_told_so() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    let check = pool.check(&world);
    let token = pool.token(&pool.claims(&world));
    world.clock.forward_ms(3_599_999);
    assert_eq!(with(&mut world, &check, &token).await, None);
    world.clock.forward_ms(1);
    let expected = Some((Kind::Unauthorized, Some("The incoming token has expired".into())));
    assert_eq!(with(&mut world, &check, &token).await, expected);
}

#[tokio::test]
async fn a_method_with_scopes_takes_access_tokens_that_carry_one() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&["pets/read", "pets/write"]));
    let check = pool.check(&world);
    let id = pool.token(&pool.claims(&world));
    assert_eq!(with(&mut world, &check, &id).await, unauthorized());
    for (scope, expected) in [
        ("pets/read openid", None),
        ("openid pets/write", None),
        ("pets/rea openid", unauthorized()),
        ("", unauthorized()),
    ] {
        let mut claims = pool.claims(&world);
        (claims["token_use"], claims["scope"]) = ("access".into(), scope.into());
        let token = pool.token(&claims);
        assert_eq!(with(&mut world, &check, &token).await, expected, "{scope}");
    }
}

#[tokio::test]
async fn the_validation_expression_is_for_the_audience() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    for (expression, expected) in [("client", None), ("cli.*", None), ("lient", unauthorized())] {
        let of = world.served.definition.authorizers.get_mut("pools").unwrap();
        of.validation_expression = Some(expression.into());
        let check = pool.check(&world);
        let token = pool.token(&pool.claims(&world));
        assert_eq!(with(&mut world, &check, &token).await, expected, "{expression}");
    }
}

#[tokio::test]
async fn keys_are_fetched_again_at_most_once_a_minute() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    let check = pool.check(&world);
    let unknown = pool.token_of("second", &pool.claims(&world));
    for _ in 0..3 {
        assert_eq!(with(&mut world, &check, &unknown).await, unauthorized());
    }
    assert_eq!(pool.fetches.load(Ordering::SeqCst), 1);
    world.clock.forward_ms(59_999);
    assert_eq!(with(&mut world, &check, &unknown).await, unauthorized());
    assert_eq!(pool.fetches.load(Ordering::SeqCst), 1);
    world.clock.forward_ms(1);
    assert_eq!(with(&mut world, &check, &unknown).await, unauthorized());
    assert_eq!(pool.fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_pool_that_cannot_be_reached_is_a_failure() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    let of = world.served.definition.authorizers.get_mut("pools").unwrap();
    of.provider_arns = vec!["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Gone".into()];
    let check = pool.check(&world);
    let mut claims = pool.claims(&world);
    claims["iss"] = format!("{}/us-east-1_Gone", pool.base).into();
    let token = pool.token(&claims);
    assert_eq!(with(&mut world, &check, &token).await, Some((Kind::AuthorizerFailure, None)));
}

#[tokio::test]
async fn a_resource_policy_must_allow_a_verified_user_too() {
    let (pool, mut world) = (Pool::start().await, behind_pools(&[]));
    let token = pool.token(&pool.claims(&world));
    for (address, expected) in [("192.0.2.0/24", None), ("203.0.113.0/24", Some(Kind::AccessDenied))] {
        world.served.settings.policy = Some(
            json!({ "Statement": {
                "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
                "Condition": { "IpAddress": { "aws:SourceIp": address } }
            } })
            .to_string(),
        );
        let check = pool.check(&world);
        assert_eq!(with(&mut world, &check, &token).await.map(|(kind, _)| kind), expected, "{address}");
        // Who has no token is told that first.
        assert_eq!(with(&mut world, &check, "").await, unauthorized());
    }
}
