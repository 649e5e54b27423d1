//! The types of gateway responses.

/// Declares the types with all that API Gateway knows about each.
macro_rules! kinds {
    ($($(#[$of:meta])* $variant:ident = $text:literal, $status:expr, $parent:expr, $error:literal;)*) => {
        /// What API Gateway answers by itself, by reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum GatewayResponseType { $($(#[$of])* $variant),* }

        impl GatewayResponseType {
            /// Every type.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The status unless one is chosen; `None` for the two defaults, which take that of the type they stand in for.
            pub fn default_status(self) -> Option<u16> {
                match self { $(Self::$variant => $status),* }
            }

            /// The type whose customisation holds where this one has none.
            pub fn parent(self) -> Option<Self> {
                match self { $(Self::$variant => $parent),* }
            }

            /// The value of `x-amzn-ErrorType`.
            pub fn error_type(self) -> &'static str {
                match self { $(Self::$variant => $error),* }
            }
        }
    };
}

kinds! {
    /// An authorizer or a policy denies.
    AccessDenied = "ACCESS_DENIED", Some(403), Some(Self::Default4xx), "AccessDeniedException";
    /// The API's definition cannot be carried out.
    ApiConfigurationError = "API_CONFIGURATION_ERROR", Some(500), Some(Self::Default5xx), "InternalServerErrorException";
    /// An authorizer cannot be asked or answers nonsense.
    AuthorizerConfigurationError = "AUTHORIZER_CONFIGURATION_ERROR", Some(500), Some(Self::Default5xx), "AuthorizerConfigurationException";
    /// An authorizer failed.
    AuthorizerFailure = "AUTHORIZER_FAILURE", Some(500), Some(Self::Default5xx), "AuthorizerFailureException";
    /// Parameters are missing.
    BadRequestParameters = "BAD_REQUEST_PARAMETERS", Some(400), Some(Self::Default4xx), "BadRequestException";
    /// The body does not fit its model.
    BadRequestBody = "BAD_REQUEST_BODY", Some(400), Some(Self::Default4xx), "BadRequestException";
    /// Any type of a 4xx status without a customisation of its own.
    Default4xx = "DEFAULT_4XX", None, None, "BadRequestException";
    /// Any type of a 5xx status without a customisation of its own.
    Default5xx = "DEFAULT_5XX", None, None, "InternalServerErrorException";
    /// An AWS token has expired.
    ExpiredToken = "EXPIRED_TOKEN", Some(403), Some(Self::Default4xx), "ExpiredTokenException";
    /// The integration could not be reached.
    IntegrationFailure = "INTEGRATION_FAILURE", Some(504), Some(Self::Default5xx), "InternalServerErrorException";
    /// The integration took too long.
    IntegrationTimeout = "INTEGRATION_TIMEOUT", Some(504), Some(Self::Default5xx), "InternalServerErrorException";
    /// The API key is missing or wrong.
    InvalidApiKey = "INVALID_API_KEY", Some(403), Some(Self::Default4xx), "ForbiddenException";
    /// An AWS signature is wrong.
    InvalidSignature = "INVALID_SIGNATURE", Some(403), Some(Self::Default4xx), "InvalidSignatureException";
    /// No credentials where some are needed; also no such path or method.
    MissingAuthenticationToken = "MISSING_AUTHENTICATION_TOKEN", Some(403), Some(Self::Default4xx), "MissingAuthenticationTokenException";
    /// A usage plan's quota is used up.
    QuotaExceeded = "QUOTA_EXCEEDED", Some(429), Some(Self::Default4xx), "LimitExceededException";
    /// The request is too large.
    RequestTooLarge = "REQUEST_TOO_LARGE", Some(413), Some(Self::Default4xx), "RequestTooLargeException";
    /// No such resource, found out after authorization.
    ResourceNotFound = "RESOURCE_NOT_FOUND", Some(404), Some(Self::Default4xx), "NotFoundException";
    /// Too many requests at once.
    Throttled = "THROTTLED", Some(429), Some(Self::Default4xx), "TooManyRequestsException";
    /// The authorizer could not tell who the caller is.
    Unauthorized = "UNAUTHORIZED", Some(401), Some(Self::Default4xx), "UnauthorizedException";
    /// No template for the content type.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", Some(415), Some(Self::Default4xx), "BadRequestException";
    /// The web application firewall blocks.
    WafFiltered = "WAF_FILTERED", Some(403), Some(Self::Default4xx), "ForbiddenException";
}

impl GatewayResponseType {
    /// The body unless one is chosen.
    pub const DEFAULT_TEMPLATE: &'static str = r#"{"message":$context.error.messageString}"#;
}
