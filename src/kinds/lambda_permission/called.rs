//! The functions that a live REST API calls.

use std::collections::BTreeSet;

use crate::{kinds::rest_api, model::Identity};

/// The names of the functions of this account and region that integrations and authorizers of `api` name. Names made of stage
/// variables are nobody's yet.
pub(super) fn functions(api: &rest_api::Live, identity: &Identity) -> BTreeSet<String> {
    let integrations = api.definition.methods().filter_map(|(_, _, method)| method.integration.as_ref()?.uri.as_ref());
    let authorizers = api.definition.authorizers.values().filter_map(|authorizer| authorizer.uri.as_ref());
    integrations.chain(authorizers).filter_map(|uri| function_name(uri, identity)).collect()
}

/// `user-profile:live` of `arn:aws:apigateway:…:functions/arn:aws:lambda:<region>:<account>:function:user-profile:live/invocations`.
fn function_name(uri: &str, identity: &Identity) -> Option<String> {
    let (_, arn) = uri.split_once("/functions/")?;
    let name = arn.strip_suffix("/invocations")?.strip_prefix(&identity.function_arn(""))?;
    (!name.is_empty() && !name.contains('$')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_functions_of_this_account_and_region_are_named() {
        let here = Identity::new("111122223333", "eu-west-1");
        let uri = |arn: String| here.invocation_uri(&arn);
        let name = |uri: &str| function_name(uri, &here);
        assert_eq!(name(&uri(here.function_arn("f"))).as_deref(), Some("f"));
        assert_eq!(name(&uri(here.function_arn("f:live"))).as_deref(), Some("f:live"));
        assert_eq!(name(&uri(here.function_arn("${stageVariables.f}"))), None);
        assert_eq!(name(&uri(Identity::new("111122223333", "eu-west-2").function_arn("f"))), None);
        assert_eq!(name("https://example.com/functions/f/invocations"), None);
    }
}
