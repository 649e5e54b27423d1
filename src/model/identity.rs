//! Whose account and which region; ARNs that can be computed before anything exists.

use serde::{Deserialize, Serialize};

use super::Scope;

/// What stands behind `start` in the ARN of an object of `service` (`table/` in `arn:aws:dynamodb:…:table/users`), where that is a whole
/// name: `None` for other ARNs and for parts of an object.
pub fn id_of_arn<'a>(arn: &'a str, service: &str, start: &str) -> Option<&'a str> {
    let mut parts = arn.splitn(6, ':');
    (parts.next()? == "arn" && parts.nth(1)? == service).then_some(())?;
    let id = parts.nth(2)?.strip_prefix(start)?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

/// The account and region that a deploy goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Twelve digits.
    pub account_id: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// What a host name ends with when it is not AWS's own: an emulator's `http://127.0.0.1:4566`, or the local account.
    pub endpoint: Option<String>,
}

impl Identity {
    /// The partition follows from the region's name.
    pub fn new(account_id: impl Into<String>, region: impl Into<String>) -> Self {
        let region = region.into();
        let partition = match region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        Self { account_id: account_id.into(), region, partition: partition.into(), endpoint: None }
    }

    /// What AWS's host names end with: `amazonaws.com`, or `amazonaws.com.cn` in China.
    pub fn domain(&self) -> &'static str {
        if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }

    /// `arn:aws:lambda:<region>:<account>:function:<name>`.
    pub fn function_arn(&self, name: &str) -> String {
        format!("arn:{}:lambda:{}:{}:function:{name}", self.partition, self.region, self.account_id)
    }

    /// `arn:aws:lambda:<region>:<account>:layer:<name>`.
    pub fn layer_arn(&self, name: &str) -> String {
        format!("arn:{}:lambda:{}:{}:layer:{name}", self.partition, self.region, self.account_id)
    }

    /// `arn:aws:lambda:<region>:<account>:layer:<name>:<version>`.
    pub fn layer_version_arn(&self, name: &str, version: i64) -> String {
        format!("{}:{version}", self.layer_arn(name))
    }

    /// `arn:aws:events:<region>:<account>:rule/<name>`.
    pub fn rule_arn(&self, name: &str) -> String {
        format!("arn:{}:events:{}:{}:rule/{name}", self.partition, self.region, self.account_id)
    }

    /// `arn:aws:iam::<account>:role<path><name>`; `path` starts and ends with a slash.
    pub fn role_arn(&self, path: &str, name: &str) -> String {
        format!("arn:{}:iam::{}:role{path}{name}", self.partition, self.account_id)
    }

    /// The ARN of an AWS managed policy, from its name such as `service-role/AWSLambdaBasicExecutionRole`.
    pub fn managed_policy_arn(&self, name: &str) -> String {
        format!("arn:{}:iam::aws:policy/{name}", self.partition)
    }

    /// `arn:aws:logs:<region>:<account>:log-group:<name>`.
    pub fn log_group_arn(&self, name: &str) -> String {
        format!("arn:{}:logs:{}:{}:log-group:{name}", self.partition, self.region, self.account_id)
    }

    /// `arn:aws:dynamodb:<region>:<account>:table/<name>`.
    pub fn table_arn(&self, name: &str) -> String {
        format!("arn:{}:dynamodb:{}:{}:table/{name}", self.partition, self.region, self.account_id)
    }

    /// `arn:aws:ses:<region>:<account>:identity/<address or domain>`.
    pub fn ses_identity_arn(&self, name: &str) -> String {
        format!("arn:{}:ses:{}:{}:identity/{name}", self.partition, self.region, self.account_id)
    }

    /// `arn:aws:s3:::<name>`.
    pub fn bucket_arn(&self, name: &str) -> String {
        format!("arn:{}:s3:::{name}", self.partition)
    }

    /// The host by which S3 serves a bucket in its region: `<bucket>.s3.<region>.amazonaws.com`. A custom endpoint serves it under
    /// its path.
    pub fn bucket_domain_name(&self, bucket: &str) -> String {
        if let Some(endpoint) = &self.endpoint {
            let host = endpoint.split_once("://").map_or(endpoint.as_str(), |(_, host)| host);
            return format!("{}/{bucket}", host.trim_end_matches('/'));
        }
        let suffix = if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("{bucket}.s3.{}.{suffix}", self.region)
    }

    /// Where the website of a bucket answers, without a slash at its end. S3 has plain HTTP only there.
    ///
    /// Source: "Amazon S3 website endpoints": older regions write a dash before the region's name, later ones a dot. A custom
    /// endpoint serves a bucket under its path.
    pub fn website_url(&self, bucket: &str) -> String {
        const DASHED: [&str; 10] = [
            "us-east-1",
            "us-west-1",
            "us-west-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-northeast-1",
            "eu-west-1",
            "sa-east-1",
            "us-gov-west-1",
            "us-gov-east-1",
        ];
        let region = &self.region;
        match &self.endpoint {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None if DASHED.contains(&region.as_str()) => {
                format!("http://{bucket}.s3-website-{region}.amazonaws.com")
            }
            None => {
                let suffix = if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
                format!("http://{bucket}.s3-website.{region}.{suffix}")
            }
        }
    }

    /// `arn:aws:execute-api:<region>:<account>:<api>`, without a trailing slash.
    pub fn execute_api_arn(&self, api_id: &str) -> String {
        format!("arn:{}:execute-api:{}:{}:{api_id}", self.partition, self.region, self.account_id)
    }

    /// The URI by which API Gateway invokes a function.
    pub fn invocation_uri(&self, function_arn: &str) -> String {
        format!(
            "arn:{}:apigateway:{}:lambda:path/2015-03-31/functions/{function_arn}/invocations",
            self.partition, self.region
        )
    }

    /// The URL of a stage.
    pub fn stage_url(&self, api_id: &str, stage: &str) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{}/_aws/execute-api/{api_id}/{stage}", endpoint.trim_end_matches('/')),
            None => {
                let suffix = if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
                format!("https://{api_id}.execute-api.{}.{suffix}/{stage}", self.region)
            }
        }
    }

    /// The bucket for zips, ledgers and outputs: one for each account and region.
    pub fn artifacts_bucket(&self) -> String {
        format!("gatewright-{}-{}", self.account_id, self.region)
    }

    /// Where the ledger of `scope` lives in the artifacts bucket.
    pub fn ledger_key(scope: &Scope) -> String {
        format!("ledger/{}/{}.json", scope.stack, scope.stage)
    }

    /// Where the outputs of `scope` live in the artifacts bucket.
    pub fn outputs_key(scope: &Scope) -> String {
        format!("outputs/{}/{}.json", scope.stack, scope.stage)
    }

    /// Where a zip lives in the artifacts bucket. Content-addressed within its scope.
    pub fn code_key(scope: &Scope, sha256_hex: &str) -> String {
        format!("code/{}/{}/{sha256_hex}.zip", scope.stack, scope.stage)
    }
}

#[cfg(test)]
mod tests {
    use super::id_of_arn;

    #[test]
    fn ids_are_read_from_the_arns_of_whole_objects() {
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/users";
        assert_eq!(id_of_arn(table, "dynamodb", "table/"), Some("users"));
        assert_eq!(id_of_arn(table, "dynamodb", "backup/"), None);
        assert_eq!(id_of_arn(table, "s3", ""), None);
        assert_eq!(id_of_arn(&format!("{table}/stream/1"), "dynamodb", "table/"), None, "a part of it");
        assert_eq!(id_of_arn("arn:aws:s3:::pages", "s3", ""), Some("pages"));
        assert_eq!(id_of_arn("arn:aws:s3:::pages/key", "s3", ""), None);
        assert_eq!(
            id_of_arn("arn:aws:apigateway:eu-west-1::/apikeys/a1", "apigateway", "/apikeys/"),
            Some("a1")
        );
        let pool = "arn:aws:cognito-identity:eu-west-1:1:identitypool/eu-west-1:a-b";
        assert_eq!(
            id_of_arn(pool, "cognito-identity", "identitypool/"),
            Some("eu-west-1:a-b"),
            "a colon of its own"
        );
        for broken in ["", "arn", "arn:aws:s3", "x:aws:s3:::pages", "arn:aws:s3:::"] {
            assert_eq!(id_of_arn(broken, "s3", ""), None, "{broken}");
        }
    }
}
