//! Header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), and the problems of
//! exhausted limits.

use axum::http::{HeaderName, StatusCode};

use crate::model::rate_limit::{RateLimitStatus, WINDOW_SECS};
use crate::web::problem::Problem;

/// `RateLimit-Policy` and `RateLimit` of one limit.
fn quota_fields(quota: &RateLimitStatus) -> [(HeaderName, String); 2] {
    let mut left = String::new();
    write_quota(quota, &mut left);
    [
        (HeaderName::from_static("ratelimit-policy"), policy_field(&quota.policy, quota.limit)),
        (HeaderName::from_static("ratelimit"), left),
    ]
}

/// Value of `RateLimit-Policy`: the quota `q` and its window `w` in seconds.
pub(crate) fn policy_field(policy: &str, limit: u32) -> String {
    format!("\"{policy}\";q={limit};w={WINDOW_SECS}")
}

/// Appends the value of `RateLimit`: the remaining requests `r` and the seconds `t`. Allocates nothing itself.
pub(crate) fn write_quota(quota: &RateLimitStatus, to: &mut String) {
    let mut digits = itoa::Buffer::new();
    for part in ["\"", &quota.policy, "\";r=", digits.format(quota.remaining), ";t="] {
        to.push_str(part);
    }
    to.push_str(digits.format(quota.seconds));
}

/// Refusal of a request beyond the limit of its account.
pub(crate) fn rate_limited(quota: &RateLimitStatus) -> Problem {
    let (limit, seconds) = (quota.limit, quota.seconds);
    let detail = format!("Your plan allows {limit} requests a minute across all your keys. Try again in {seconds} s.");
    over_limit(quota, detail)
}

/// Refusal of a network that sent too many keys that do not exist.
pub(crate) fn too_many_unknown_keys(quota: &RateLimitStatus) -> Problem {
    let seconds = quota.seconds;
    let detail = format!("Too many unknown keys from your network. Try again in {seconds} s.");
    over_limit(quota, detail)
}

/// Refusal of a network that started too many sign-ins.
pub(crate) fn too_many_sign_ins(quota: &RateLimitStatus) -> Problem {
    let seconds = quota.seconds;
    let detail = format!("Too many sign-ins from your network. Try again in {seconds} s.");
    over_limit(quota, detail)
}

fn over_limit(quota: &RateLimitStatus, detail: String) -> Problem {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail);
    let problem = problem.retry_after(quota.seconds);
    quota_fields(quota).into_iter().fold(problem, |problem, (name, value)| problem.with_header(name, &value))
}
