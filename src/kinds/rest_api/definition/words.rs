//! API Gateway's own words, as closed lists.

use serde::{Deserialize, Serialize};

/// Text that is none of AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a word of API Gateway")]
pub struct NotAWord(pub String);

/// An enum whose JSON and text forms are AWS's spelling.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$of])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAWord;

            fn from_str(text: &str) -> Result<Self, NotAWord> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(NotAWord(text.to_owned())) }
            }
        }
    };
}

words! {
    /// A method's HTTP verb; `ANY` serves every verb that has no method of its own.
    Verb {
        /// Any verb.
        Any = "ANY",
        /// DELETE.
        Delete = "DELETE",
        /// GET.
        Get = "GET",
        /// HEAD.
        Head = "HEAD",
        /// OPTIONS.
        Options = "OPTIONS",
        /// PATCH.
        Patch = "PATCH",
        /// POST.
        Post = "POST",
        /// PUT.
        Put = "PUT",
    }
}

words! {
    /// How clients reach the API. Ours is regional unless chosen otherwise (AWS's own default is edge).
    #[derive(Default)]
    EndpointType {
        /// Through CloudFront.
        Edge = "EDGE",
        /// From inside a VPC only.
        Private = "PRIVATE",
        /// In one region.
        #[default]
        Regional = "REGIONAL",
    }
}

words! {
    /// Where an API key is read from.
    #[derive(Default)]
    ApiKeySource {
        /// From what the authorizer answers.
        Authorizer = "AUTHORIZER",
        /// From the `x-api-key` header.
        #[default]
        Header = "HEADER",
    }
}

words! {
    /// What a method calls.
    #[derive(Default)]
    IntegrationType {
        /// An AWS service action or a Lambda function, with mapping.
        Aws = "AWS",
        /// A Lambda function, request and response as they are.
        #[default]
        AwsProxy = "AWS_PROXY",
        /// An HTTP endpoint, with mapping.
        Http = "HTTP",
        /// An HTTP endpoint, request and response as they are.
        HttpProxy = "HTTP_PROXY",
        /// Nothing: API Gateway answers by itself.
        Mock = "MOCK",
    }
}

words! {
    /// What happens to a body whose content type has no template.
    #[derive(Default)]
    Passthrough {
        /// It passes as it is.
        #[default]
        WhenNoMatch = "WHEN_NO_MATCH",
        /// It passes where there is no template at all; 415 otherwise.
        WhenNoTemplates = "WHEN_NO_TEMPLATES",
        /// 415.
        Never = "NEVER",
    }
}

words! {
    /// A body's conversion.
    ContentHandling {
        /// Text in base64 becomes bytes.
        ConvertToBinary = "CONVERT_TO_BINARY",
        /// Bytes become text in base64.
        ConvertToText = "CONVERT_TO_TEXT",
    }
}

words! {
    /// What an authorizer looks at.
    #[derive(Default)]
    AuthorizerType {
        /// One header, given to a Lambda function.
        #[default]
        Token = "TOKEN",
        /// The request, given to a Lambda function.
        Request = "REQUEST",
        /// A token of a Cognito user pool.
        CognitoUserPools = "COGNITO_USER_POOLS",
    }
}
