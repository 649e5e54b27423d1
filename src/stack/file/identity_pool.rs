//! Cognito identity pools.

use super::super::reader::Raw;
use super::super::reader::shape::{shape, words};
use super::super::template::Template;

shape! {
    /// A Cognito identity pool: AWS credentials for users, in the browser or in an app.
    #[name = "an identity pool"]
    pub struct IdentityPool {
        /// Who has not logged in gets credentials too; `false` by default.
        optional allow_unauthenticated: bool,
        /// The basic (classic) flow is allowed beside the enhanced one; `false` by default.
        optional classic_flow: bool,
        /// The name under which a backend of your own vouches for users, such as `login.example.app`. AWS keeps it for as long as the
        /// pool exists.
        optional developer_provider: Template,
        /// User pools whose users may log in.
        list user_pools: PoolProvider,
        /// ARNs of OpenID Connect providers of IAM.
        list openid_connect_providers: Template,
        /// ARNs of SAML providers of IAM.
        list saml_providers: Template,
        /// Application ids by login provider, such as `accounts.google.com` or `graph.facebook.com`.
        map login_providers: Template,
        /// The roles that users get.
        optional roles: PoolRoles,
        /// How users of one provider get another role than the authenticated one.
        list role_mappings: RoleMapping,
        /// Tags of the pool.
        map tags: Template,
    }
}

shape! {
    /// A client of a user pool.
    #[name = "an entry of `user_pools`"]
    pub struct PoolProvider {
        /// A key of `user_pools`, or a pool of another stack as `cognito-idp.<region>.amazonaws.com/<pool id>`.
        required user_pool: Template,
        /// The client's id; left out: the client of that user pool of this stack.
        optional client_id: Template,
        /// The user pool is asked at each login whether the token was revoked; `false` by default.
        optional server_side_token_check: bool,
    }
}

shape! {
    /// The roles that users of an identity pool get.
    #[name = "`roles` of an identity pool"]
    pub struct PoolRoles {
        /// The role of who has logged in: a key of `roles`, or an ARN.
        optional authenticated: Template,
        /// The role of who has not: a key of `roles`, or an ARN.
        optional unauthenticated: Template,
    }
}

words! {
    /// Who decides about a user's role.
    pub enum MappingKind {
        /// The token says it.
        Token = "token",
        /// Rules do.
        Rules = "rules",
    }
}

words! {
    /// What a user gets for whom no role is found.
    pub enum Otherwise {
        /// The authenticated role.
        AuthenticatedRole = "authenticated_role",
        /// Nothing: credentials are refused.
        Deny = "deny",
    }
}

words! {
    /// How a claim is compared.
    pub enum RuleMatch {
        /// It is the value.
        Equals = "equals",
        /// It is not the value.
        NotEqual = "not_equal",
        /// It starts with the value.
        StartsWith = "starts_with",
        /// It has the value in it.
        Contains = "contains",
    }
}

shape! {
    /// How the users of one provider get their role.
    #[name = "a role mapping"]
    pub struct RoleMapping {
        /// The user pool they are of: a key of `user_pools` that the identity pool names.
        optional user_pool: Template,
        /// Another provider of the identity pool, such as `graph.facebook.com`.
        optional provider: Template,
        /// `token`: the claims `cognito:roles` and `cognito:preferred_role` decide. `rules`: the first rule that fits does.
        required kind as "type": MappingKind,
        /// What a user gets for whom no role is found: `authenticated_role`, which is the default, or `deny`.
        optional otherwise: Otherwise,
        /// The rules, at most 25. For `rules`.
        list rules: MappingRule,
    }
}

shape! {
    /// One rule of a role mapping.
    #[name = "a rule"]
    pub struct MappingRule {
        /// A claim of the token, such as `cognito:groups`.
        required claim: Raw,
        /// How it is compared: `equals`, which is the default, `not_equal`, `starts_with` or `contains`.
        optional compare as "match": RuleMatch,
        /// With what.
        required value: Template,
        /// The role that fits then: a key of `roles`, or an ARN.
        required role: Template,
    }
}
