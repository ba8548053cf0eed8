//! What is left of a limit, as header fields say it (draft-ietf-httpapi-ratelimit-headers).

use axum::http::HeaderName;

use crate::domain::limits::{Quota, WINDOW};

/// Both fields.
pub(crate) fn quota_fields(quota: &Quota) -> [(HeaderName, String); 2] {
    let mut left = String::new();
    write_quota(quota, &mut left);
    [
        (HeaderName::from_static("ratelimit-policy"), policy_field(&quota.policy, quota.limit)),
        (HeaderName::from_static("ratelimit"), left),
    ]
}

/// `RateLimit-Policy`: what is allowed.
pub(crate) fn policy_field(policy: &str, limit: u32) -> String {
    format!("\"{policy}\";q={limit};w={WINDOW}")
}

/// `RateLimit`: what is left of it.
pub(crate) fn write_quota(quota: &Quota, to: &mut String) {
    let mut digits = itoa::Buffer::new();
    for part in ["\"", &quota.policy, "\";r=", digits.format(quota.remaining), ";t="] {
        to.push_str(part);
    }
    to.push_str(digits.format(quota.seconds));
}
