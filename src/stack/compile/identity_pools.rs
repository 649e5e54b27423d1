//! Identity pools and the roles of their users.

use std::collections::BTreeSet;

use super::Builder;
use crate::{
    kinds::{
        CognitoIdentityPool, CognitoIdentityPoolRoles, CognitoUserPool, CognitoUserPoolClient, IamRole, Kind,
        Member,
        cognito_identity_pool::{self, PARTS_TAG, Provider, ROLES_PART, Settings},
        cognito_identity_pool_roles::{self, Comparison, Mapping, Roles, Rule},
    },
    model::{Address, Part, Text},
    stack::{
        file::{
            IdentityPool, KeyOrArn, MappingKind, Otherwise, PoolProvider, RoleMapping, RuleMatch, key_or_arn,
        },
        reader::At,
        template::Template,
    },
};

impl Builder<'_> {
    pub(super) fn identity_pools(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.identity_pools {
            let at = self.scope().address(CognitoIdentityPool::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let desired = self.identity_pool(&at, &entry.value);
            self.graph.add(at.clone(), CognitoIdentityPool::want(desired), []);
            if has_roles(&entry.value) {
                self.identity_pool_roles(&at, &entry.value);
            }
        }
    }

    fn identity_pool(&mut self, at: &Address, pool: &IdentityPool) -> cognito_identity_pool::Desired {
        let flag = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        let user_pools: BTreeSet<Provider> =
            pool.user_pools.iter().map(|provider| self.pool_provider(provider)).collect();
        let settings = Settings {
            allow_unauthenticated: flag(&pool.allow_unauthenticated),
            classic_flow: flag(&pool.classic_flow),
            developer_provider: self.texts.optional_plain(pool.developer_provider.as_ref()),
            user_pools,
            openid_connect_arns: pool
                .openid_connect_providers
                .iter()
                .map(|arn| self.texts.open(arn))
                .collect(),
            saml_arns: pool.saml_providers.iter().map(|arn| self.texts.open(arn)).collect(),
            login_providers: pool
                .login_providers
                .iter()
                .map(|entry| (entry.key.value.clone(), self.texts.open(&entry.value)))
                .collect(),
        };
        let mut tags = self.tags(at, &pool.tags);
        if has_roles(pool) {
            tags.insert(PARTS_TAG.to_owned(), ROLES_PART.to_owned());
        }
        cognito_identity_pool::Desired { name: at.name(), settings, tags }
    }

    fn pool_provider(&mut self, provider: &PoolProvider) -> Provider {
        Provider {
            provider: self.provider_name(&provider.user_pool),
            client_id: self.provider_client(provider),
            server_side_token_check: provider.server_side_token_check.is_some_and(|check| check.value),
        }
    }

    /// `cognito-idp.<region>.amazonaws.com/<pool id>`.
    fn provider_name(&mut self, user_pool: &At<Template>) -> Text {
        let identity = self.inputs.identity;
        match key_or_arn(user_pool) {
            KeyOrArn::Key(key) if !key.starts_with("cognito-idp.") => {
                let pool = Text::pending(self.scope().address(CognitoUserPool::NAME, key), "id");
                let host = format!("cognito-idp.{}.{}/", identity.region, identity.domain());
                Text::from_parts([Part::Known(host)].into_iter().chain(pool.parts().iter().cloned()))
            }
            _ => self.texts.open(user_pool),
        }
    }

    fn provider_client(&mut self, provider: &PoolProvider) -> Text {
        match (&provider.client_id, key_or_arn(&provider.user_pool)) {
            (Some(client), _) => self.texts.open(client),
            (None, KeyOrArn::Key(key)) => {
                Text::pending(self.scope().address(CognitoUserPoolClient::NAME, key), "id")
            }
            (None, KeyOrArn::Arn(_)) => Text::default(),
        }
    }

    fn identity_pool_roles(&mut self, pool_at: &Address, pool: &IdentityPool) {
        let at = self.scope().address(CognitoIdentityPoolRoles::NAME, &pool_at.key);
        let mut needs = BTreeSet::new();
        let named = pool.roles.as_ref();
        let roles = Roles {
            authenticated: named
                .and_then(|roles| roles.authenticated.as_ref())
                .map(|role| self.pool_role(role, &mut needs)),
            unauthenticated: named
                .and_then(|roles| roles.unauthenticated.as_ref())
                .map(|role| self.pool_role(role, &mut needs)),
            mappings: pool
                .role_mappings
                .iter()
                .map(|mapping| self.role_mapping(pool, mapping, &mut needs))
                .collect(),
        };
        let pool_id = Text::pending(pool_at.clone(), "id");
        let desired = cognito_identity_pool_roles::Desired { pool_id, roles };
        self.graph.add(at, CognitoIdentityPoolRoles::want(desired), needs);
    }

    /// The ARN of a role, which is to be there first where it is of this stack.
    fn pool_role(&mut self, role: &At<Template>, needs: &mut BTreeSet<Address>) -> Text {
        match key_or_arn(role) {
            KeyOrArn::Key(key) => {
                let at = self.scope().address(IamRole::NAME, key);
                let arn = self.inputs.identity.role_arn(&at.scope.iam_path(), &at.name());
                needs.insert(at);
                arn.into()
            }
            KeyOrArn::Arn(_) => self.texts.open(role),
        }
    }

    fn role_mapping(
        &mut self,
        pool: &IdentityPool,
        mapping: &RoleMapping,
        needs: &mut BTreeSet<Address>,
    ) -> Mapping {
        let provider = match (&mapping.user_pool, &mapping.provider) {
            (Some(user_pool), _) => {
                let same = |provider: &&At<PoolProvider>| provider.user_pool.value == user_pool.value;
                let client = pool.user_pools.iter().find(same).map(|provider| self.provider_client(provider));
                let name = self.provider_name(user_pool);
                let client = client.unwrap_or_default();
                let parts = name.parts().iter().cloned().chain([Part::Known(":".to_owned())]);
                Text::from_parts(parts.chain(client.parts().iter().cloned()))
            }
            (None, Some(provider)) => self.texts.open(provider),
            (None, None) => Text::default(),
        };
        let rules: Vec<Rule> = mapping
            .rules
            .iter()
            .map(|rule| Rule {
                claim: rule.claim.0.clone(),
                compare: match rule.compare.as_ref().map(|compare| compare.value) {
                    Some(RuleMatch::NotEqual) => Comparison::NotEqual,
                    Some(RuleMatch::StartsWith) => Comparison::StartsWith,
                    Some(RuleMatch::Contains) => Comparison::Contains,
                    Some(RuleMatch::Equals) | None => Comparison::Equals,
                },
                value: self.texts.plain(&rule.value.value),
                role: self.pool_role(&rule.role, needs),
            })
            .collect();
        Mapping {
            provider,
            rules: (mapping.kind.value == MappingKind::Rules).then_some(rules),
            deny_otherwise: mapping
                .otherwise
                .as_ref()
                .is_some_and(|otherwise| otherwise.value == Otherwise::Deny),
        }
    }
}

fn has_roles(pool: &IdentityPool) -> bool {
    let named = pool
        .roles
        .as_ref()
        .is_some_and(|roles| roles.authenticated.is_some() || roles.unauthenticated.is_some());
    named || !pool.role_mappings.is_empty()
}
