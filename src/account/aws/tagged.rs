//! What carries the owner tags of a stage, whatever it is: the question to the tagging API.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_resourcegroupstagging::types::TagFilter;

use super::Aws;
use crate::model::{
    Class, CloudError, Scope,
    owner::{STACK_TAG, STAGE_TAG},
};

/// Tags by ARN, without AWS's own (`aws:…`).
pub type Tagged = HashMap<String, BTreeMap<String, String>>;

impl Aws {
    /// The tagged objects of `scope`, of one type (`lambda:function`) or of all, by one call for each hundred. Who may not ask, or asks
    /// an endpoint without that API, is answered nothing: who calls must have another way.
    pub async fn tagged(&self, scope: &Scope, resource_type: Option<&str>) -> Result<Tagged, CloudError> {
        let filter = |key: &str, value: &str| TagFilter::builder().key(key).values(value).build();
        let mut tagged = Tagged::new();
        let mut token: Option<String> = None;
        loop {
            let answer = self
                .read("tagging", "GetResources", || {
                    self.tagging
                        .get_resources()
                        .set_resource_type_filters(resource_type.map(|only| vec![only.to_owned()]))
                        .tag_filters(filter(STACK_TAG, &scope.stack))
                        .tag_filters(filter(STAGE_TAG, &scope.stage))
                        .set_pagination_token(token.clone())
                        .send()
                })
                .await;
            let answer = match answer {
                Ok(answer) => answer,
                Err(error)
                    if matches!(
                        error.class,
                        Class::Denied | Class::Invalid | Class::Absent | Class::Unknown
                    ) =>
                {
                    return Ok(Tagged::new());
                }
                Err(error) => return Err(error),
            };
            for mapping in answer.resource_tag_mapping_list.unwrap_or_default() {
                let tags = mapping.tags.unwrap_or_default().into_iter();
                let own = tags.filter(|tag| !tag.key.starts_with("aws:")).map(|tag| (tag.key, tag.value));
                tagged.insert(mapping.resource_arn.unwrap_or_default(), own.collect());
            }
            token = answer.pagination_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(tagged);
            }
        }
    }
}
