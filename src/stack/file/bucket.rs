//! S3 buckets.

use super::super::reader::shape::{shape, words};
use super::super::reader::{Document, Int};
use super::super::template::Template;
use super::{Effect, StringOrList};

words! {
    /// How objects are encrypted at rest.
    pub enum Encryption {
        /// By S3's own keys.
        S3 = "s3",
        /// By KMS.
        Kms = "kms",
    }
}

words! {
    /// Whose objects are.
    pub enum ObjectOwnership {
        /// The bucket's owner owns all; ACLs count nothing.
        Enforced = "bucket_owner_enforced",
        /// The bucket's owner owns what is put with the ACL `bucket-owner-full-control`.
        Preferred = "bucket_owner_preferred",
        /// Whoever puts an object owns it.
        Writer = "object_writer",
    }
}

shape! {
    /// An S3 bucket.
    #[name = "a bucket"]
    pub struct Bucket {
        /// Its name; left out: `<stack>-<stage>-<key>-<account>`. Names are shared by all of AWS: 3 to 63 lower-case letters, digits,
        /// dots and hyphens. It may hold `${stage}`, `${account}`, `${region}` and parameters.
        optional name: Template,
        /// Everyone may read every object (and list none).
        optional public_read: bool,
        /// What the bucket policy says.
        list statements: BucketStatement,
        /// Website hosting. Readers need `public_read` or a statement beside it.
        optional website: BucketWebsite,
        /// Which pages of other origins may reach it; the first rule that fits counts.
        list cors: BucketCors,
        /// How objects are encrypted at rest: `s3`, which is the default, or `kms`.
        optional encryption: Encryption,
        /// The KMS key's ARN or id, in place of AWS's own `aws/s3`.
        optional kms_key: Template,
        /// Old versions of objects are kept.
        optional versioning: bool,
        /// What expires or moves when, by the rule's id.
        map lifecycle: BucketLifecycle,
        /// All four sorts of public access are blocked; left out: yes, but for what `public_read` needs. `false` blocks none.
        optional block_public_access: bool,
        /// Whose objects are: `bucket_owner_enforced`, which is the default, `bucket_owner_preferred` or `object_writer`.
        optional object_ownership: ObjectOwnership,
        /// Removing the bucket deletes every object in it. Without it only an empty bucket is removed, and a plan that would remove
        /// another is refused.
        optional empty_on_destroy: bool,
        /// Tags of the bucket.
        map tags: Template,
    }
}

shape! {
    /// A statement of a bucket policy.
    #[name = "a bucket statement"]
    pub struct BucketStatement {
        /// `allow`, which is the default, or `deny`.
        optional effect: Effect,
        /// Who: ARNs of roles and users, account numbers, or `*` for everyone.
        optional principals: StringOrList,
        /// Which AWS services, such as `cloudfront.amazonaws.com`.
        optional services: StringOrList,
        /// What may be done, such as `s3:GetObject`.
        required actions: StringOrList,
        /// On what; left out: the bucket and all its objects.
        optional resources: StringOrList,
        /// Under which conditions, as IAM writes them: operator, then key, then value.
        optional conditions: Document,
        /// The statement's id: letters and digits.
        optional sid: Template,
    }
}

shape! {
    /// Website hosting: either pages, or a redirect of every request.
    #[name = "`website`"]
    pub struct BucketWebsite {
        /// What is served for a folder, `index.html` by default.
        optional index: Template,
        /// The object that is served with 404.
        optional error: Template,
        /// The host that every request is sent to.
        optional redirect_to: Template,
        /// `http` or `https`, for the redirect; left out: that of the request.
        optional protocol: Template,
    }
}

shape! {
    /// Which pages of other origins may reach the bucket.
    #[name = "a CORS rule"]
    pub struct BucketCors {
        /// Origins such as `https://video.example`, or `*`.
        required origins: StringOrList,
        /// `GET`, `PUT`, `POST`, `DELETE`, `HEAD`; left out: `GET` and `HEAD`.
        list methods: Template,
        /// Request headers a page may send.
        list headers: Template,
        /// Response headers a page may read.
        list expose_headers: Template,
        /// How long a browser may keep the answer, in seconds.
        optional max_age_seconds: Int<0, 86400>,
    }
}

shape! {
    /// What happens to objects as they age.
    #[name = "a lifecycle rule"]
    pub struct BucketLifecycle {
        /// Whether it is in force; `true` by default.
        optional enabled: bool,
        /// Only objects whose keys begin so.
        optional prefix: Template,
        /// Objects are deleted after so many days.
        optional expire_days: Int<1, 36500>,
        /// Old versions are deleted so many days after they were replaced.
        optional expire_old_versions_days: Int<1, 36500>,
        /// Parts of an upload that was never finished are deleted after so many days.
        optional abort_uploads_days: Int<1, 36500>,
        /// Objects move to a storage class after so many days, by S3's word for the class, such as `STANDARD_IA: 30`.
        map transitions: Int<0, 36500>,
    }
}
