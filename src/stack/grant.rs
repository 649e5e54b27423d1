//! The short form of a statement, `allow: {dynamodb: [GetItem], on: users}`: which actions a service has, and on what they act.

use std::collections::BTreeSet;

use super::template::Section;

/// A service that the short form knows, with IAM's prefix of its actions as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Tables of the stack.
    Dynamodb,
    /// Buckets of the stack.
    S3,
    /// SES identities of the stack.
    Ses,
    /// Identity pools of the stack.
    CognitoIdentity,
    /// Functions of the stack.
    Lambda,
}

/// What an action acts on, below the object that `on` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The object itself.
    Itself,
    /// The objects in a bucket.
    Objects,
    /// The streams of a table.
    Streams,
}

/// One policy statement that a short form becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What it acts on.
    pub target: Target,
    /// Actions with their prefix.
    pub actions: Vec<String>,
    /// What follows the object's ARN, one for each resource.
    pub suffixes: Vec<&'static str>,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 5] = [Self::Dynamodb, Self::S3, Self::Ses, Self::CognitoIdentity, Self::Lambda];

    /// Its name in the stack file and before the colon of its actions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dynamodb => "dynamodb",
            Self::S3 => "s3",
            Self::Ses => "ses",
            Self::CognitoIdentity => "cognito-identity",
            Self::Lambda => "lambda",
        }
    }

    /// The section of the file whose objects `on` names; `None` for functions.
    pub fn section(self) -> Option<Section> {
        match self {
            Self::Dynamodb => Some(Section::Tables),
            Self::S3 => Some(Section::Buckets),
            Self::Ses => Some(Section::SesIdentities),
            Self::CognitoIdentity => Some(Section::IdentityPools),
            Self::Lambda => None,
        }
    }

    /// Its well-known actions on such objects (Service Authorization Reference). AWS may know more.
    pub fn actions(self) -> impl Iterator<Item = &'static str> {
        let lists: &[&[&'static str]] = match self {
            Self::Dynamodb => &[TABLE, STREAM],
            Self::S3 => &[BUCKET, OBJECT],
            Self::Ses => &[SES],
            Self::CognitoIdentity => &[IDENTITY_POOL],
            Self::Lambda => &[FUNCTION],
        };
        lists.iter().flat_map(|list| list.iter().copied())
    }

    /// Whether `action`, which may hold `*` and `?`, is or covers a well-known one.
    pub fn knows(self, action: &str) -> bool {
        self.actions().any(|known| covers(action, known))
    }

    /// What `action` acts on.
    fn targets(self, action: &str) -> BTreeSet<Target> {
        let any = |list: &[&str]| list.iter().any(|known| covers(action, known));
        let found: BTreeSet<Target> = match self {
            Self::Dynamodb => [(TABLE, Target::Itself), (STREAM, Target::Streams)]
                .into_iter()
                .filter_map(|(list, target)| any(list).then_some(target))
                .collect(),
            Self::S3 => [(BUCKET, Target::Itself), (OBJECT, Target::Objects)]
                .into_iter()
                .filter_map(|(list, target)| any(list).then_some(target))
                .collect(),
            _ => BTreeSet::new(),
        };
        match (found.is_empty(), self) {
            (false, _) => found,
            // One that is not known yet: its name tells.
            (true, Self::S3) if action.contains("Object") && !action.contains("Bucket") => {
                [Target::Objects].into()
            }
            (true, _) => [Target::Itself].into(),
        }
    }

    /// The statements by which `actions` are allowed. `indexed`: some of the tables have indexes.
    pub fn grants(self, actions: &[String], indexed: bool) -> Vec<Grant> {
        let prefixed = |action: &String| format!("{}:{action}", self.name());
        let grant = |target: Target| {
            let own: Vec<&String> =
                actions.iter().filter(|action| self.targets(action).contains(&target)).collect();
            let searches = own.iter().any(|action| covers(action, "Query") || covers(action, "Scan"));
            let suffixes = match target {
                Target::Itself if self == Self::Dynamodb && indexed && searches => vec!["", "/index/*"],
                Target::Itself => vec![""],
                Target::Objects => vec!["/*"],
                Target::Streams => vec!["/stream/*"],
            };
            Grant { target, actions: own.into_iter().map(prefixed).collect(), suffixes }
        };
        let all = [Target::Itself, Target::Objects, Target::Streams].map(grant);
        all.into_iter().filter(|grant| !grant.actions.is_empty()).collect()
    }
}

/// Whether the action `pattern`, in which `*` and `?` stand for any letters, means `action`. IAM does not tell capitals apart.
fn covers(pattern: &str, action: &str) -> bool {
    fn rest(pattern: &[u8], action: &[u8]) -> bool {
        match (pattern, action) {
            ([], []) => true,
            ([b'*', more @ ..], _) => {
                rest(more, action) || (!action.is_empty() && rest(pattern, &action[1..]))
            }
            ([b'?', more @ ..], [_, left @ ..]) => rest(more, left),
            ([one, more @ ..], [other, left @ ..]) => one.eq_ignore_ascii_case(other) && rest(more, left),
            _ => false,
        }
    }
    // Two stars mean what one does, and cost more.
    let mut plain = pattern.to_owned();
    while plain.contains("**") {
        plain = plain.replace("**", "*");
    }
    rest(plain.as_bytes(), action.as_bytes())
}

const TABLE: &[&str] = &[
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "DescribeContinuousBackups",
    "DescribeTable",
    "DescribeTimeToLive",
    "ExportTableToPointInTime",
    "GetItem",
    "ListTagsOfResource",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
];
const STREAM: &[&str] = &["DescribeStream", "GetRecords", "GetShardIterator"];
const BUCKET: &[&str] = &[
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketPolicy",
    "GetBucketPublicAccessBlock",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetLifecycleConfiguration",
    "ListBucket",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "PutBucketCORS",
    "PutBucketNotification",
    "PutBucketPolicy",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
];
const OBJECT: &[&str] = &[
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectVersion",
    "ListMultipartUploadParts",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "RestoreObject",
];
const SES: &[&str] = &[
    "GetEmailIdentity",
    "GetIdentityVerificationAttributes",
    "SendBulkEmail",
    "SendBulkTemplatedEmail",
    "SendEmail",
    "SendRawEmail",
    "SendTemplatedEmail",
];
const IDENTITY_POOL: &[&str] = &[
    "DescribeIdentityPool",
    "GetIdentityPoolRoles",
    "GetOpenIdTokenForDeveloperIdentity",
    "ListIdentities",
    "LookupDeveloperIdentity",
    "MergeDeveloperIdentities",
    "UnlinkDeveloperIdentity",
];
const FUNCTION: &[&str] =
    &["GetFunction", "GetFunctionConfiguration", "InvokeAsync", "InvokeFunction", "InvokeFunctionUrl"];

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(service: Service, actions: &[&str], indexed: bool) -> Vec<(String, String)> {
        let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
        let grants = service.grants(&actions, indexed);
        grants.into_iter().map(|grant| (grant.actions.join(" "), grant.suffixes.join(" "))).collect()
    }

    fn says(actions: &str, suffixes: &str) -> (String, String) {
        (actions.to_owned(), suffixes.to_owned())
    }

    #[test]
    fn a_table_and_its_indexes() {
        let table = Service::Dynamodb;
        assert_eq!(
            granted(table, &["GetItem", "PutItem"], true),
            [says("dynamodb:GetItem dynamodb:PutItem", "")]
        );
        assert_eq!(granted(table, &["Query"], true), [says("dynamodb:Query", " /index/*")]);
        assert_eq!(granted(table, &["Query"], false), [says("dynamodb:Query", "")]);
        assert_eq!(
            granted(table, &["Get*"], true),
            [says("dynamodb:Get*", ""), says("dynamodb:Get*", "/stream/*")],
            "a wildcard acts on all that its actions act on"
        );
        assert_eq!(granted(table, &["*"], true)[0], says("dynamodb:*", " /index/*"));
    }

    #[test]
    fn a_bucket_and_its_objects() {
        let bucket = Service::S3;
        assert_eq!(
            granted(bucket, &["ListBucket", "GetObject", "PutObject"], false),
            [says("s3:ListBucket", ""), says("s3:GetObject s3:PutObject", "/*")]
        );
        assert_eq!(granted(bucket, &["GetBucketObjectLockConfiguration"], false)[0].1, "");
        assert_eq!(granted(bucket, &["*Object"], false), [says("s3:*Object", "/*")]);
        assert_eq!(granted(bucket, &["GetObjectTorrent"], false)[0].1, "/*", "known by its name");
        assert_eq!(granted(bucket, &["GetInventoryConfiguration"], false)[0].1, "");
    }

    #[test]
    fn the_others_act_on_the_object_itself() {
        assert_eq!(granted(Service::Ses, &["SendEmail"], false), [says("ses:SendEmail", "")]);
        assert_eq!(granted(Service::Lambda, &["invokeFunction"], false), [says("lambda:invokeFunction", "")]);
        let pool = granted(Service::CognitoIdentity, &["GetOpenIdTokenForDeveloperIdentity"], false);
        assert_eq!(pool, [says("cognito-identity:GetOpenIdTokenForDeveloperIdentity", "")]);
    }

    #[test]
    fn what_is_known_and_what_is_not() {
        assert!(Service::Dynamodb.knows("getitem") && Service::Dynamodb.knows("Batch*Item"));
        assert!(!Service::Dynamodb.knows("GetItems") && !Service::Dynamodb.knows("Get*Object"));
        assert!(covers("**?et**Item", "BatchGetItem"));
    }
}
