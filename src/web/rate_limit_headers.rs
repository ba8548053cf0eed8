//! What is left of a limit, as header fields say it (draft-ietf-httpapi-ratelimit-headers), and what is said when nothing is.

use axum::http::{HeaderName, StatusCode};

use crate::domain::rate_limits::{RateLimitStatus, WINDOW_SECS};
use crate::web::problem::Problem;

/// Both fields.
fn quota_fields(quota: &RateLimitStatus) -> [(HeaderName, String); 2] {
    let mut left = String::new();
    write_quota(quota, &mut left);
    [
        (HeaderName::from_static("ratelimit-policy"), policy_field(&quota.policy, quota.limit)),
        (HeaderName::from_static("ratelimit"), left),
    ]
}

/// `RateLimit-Policy`: what is allowed.
pub(crate) fn policy_field(policy: &str, limit: u32) -> String {
    format!("\"{policy}\";q={limit};w={WINDOW_SECS}")
}

/// `RateLimit`: what is left of it.
pub(crate) fn write_quota(quota: &RateLimitStatus, to: &mut String) {
    let mut digits = itoa::Buffer::new();
    for part in ["\"", &quota.policy, "\";r=", digits.format(quota.remaining), ";t="] {
        to.push_str(part);
    }
    to.push_str(digits.format(quota.seconds));
}

/// An account's requests are used up.
pub(crate) fn rate_limited(quota: &RateLimitStatus) -> Problem {
    let (limit, seconds) = (quota.limit, quota.seconds);
    let detail =
        format!("Your plan allows {limit} requests a minute, shared by all your keys. Try again in {seconds} s.");
    over_limit(quota, detail)
}

/// A network has tried too many keys that do not exist.
pub(crate) fn too_many_unknown_keys(quota: &RateLimitStatus) -> Problem {
    let seconds = quota.seconds;
    let detail = format!("Too many keys that do not exist were tried from your network. Try again in {seconds} s.");
    over_limit(quota, detail)
}

/// A network has begun too many sign-ins.
pub(crate) fn too_many_sign_ins(quota: &RateLimitStatus) -> Problem {
    let seconds = quota.seconds;
    let detail = format!("Too many sign-ins were begun from your network. Try again in {seconds} s.");
    over_limit(quota, detail)
}

fn over_limit(quota: &RateLimitStatus, detail: String) -> Problem {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail);
    let problem = problem.retry_after(quota.seconds);
    quota_fields(quota).into_iter().fold(problem, |problem, (name, value)| problem.with_header(name, &value))
}
