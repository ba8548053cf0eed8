//! Cost of each call to the meter of changes of its account.
//!
//! A call that is not listed costs nothing if its method only reads, and counts as an ordinary change otherwise, so that
//! a new call cannot be forgotten.

use axum::extract::MatchedPath;
use axum::http::Method;
use axum::http::request::Parts;

use crate::domain::accounts::profile::SignedIn;
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::web::WebState;
use crate::web::oauth::endpoints;
use crate::web::page_paths as pages;
use crate::web::problem::Problem;

const GET: &Method = &Method::GET;
const POST: &Method = &Method::POST;
const DELETE: &Method = &Method::DELETE;

/// Calls whose cost differs from that of their method.
const COSTS: [(&Method, &str, WriteCost); 37] = [
    (DELETE, "/api/v2/keys/{id}", WriteCost::Ending),
    (DELETE, "/api/v2/sessions", WriteCost::Ending),
    (DELETE, "/api/v2/sessions/{id}", WriteCost::Ending),
    (DELETE, "/api/v2/apps/{client_id}", WriteCost::Ending),
    (POST, "/api/v2/admin/broadcasts/{id}/pause", WriteCost::Ending),
    (POST, "/api/v2/admin/broadcasts/{id}/cancel", WriteCost::Ending),
    (POST, "/api/v2/admin/broadcasts/{id}/recall", WriteCost::Ending),
    (POST, pages::SIGN_OUT, WriteCost::Ending),
    (POST, endpoints::LOGOUT, WriteCost::Ending),
    (POST, pages::API_KEY_REVOKE, WriteCost::Ending),
    (POST, pages::SESSION_END, WriteCost::Ending),
    (POST, pages::APP_CUT_OFF, WriteCost::Ending),
    (POST, pages::SESSIONS_END_OTHERS, WriteCost::Ending),
    // A reset ends every session.
    (POST, pages::PASSWORD_RESET, WriteCost::Ending),
    // Asked every two seconds while the person answers in chat.
    (POST, "/api/v2/identities/telegram/poll", WriteCost::Free),
    (GET, "/api/v2/me/export", WriteCost::Expensive),
    (POST, "/api/v2/keys", WriteCost::Expensive),
    (POST, "/api/v2/keys/{id}/rotate", WriteCost::Expensive),
    (POST, "/api/v2/merges/{id}", WriteCost::Expensive),
    (POST, "/api/v2/identities/telegram", WriteCost::Expensive),
    (POST, "/api/v2/identities/telegram/start", WriteCost::Expensive),
    (POST, "/api/v2/identities/google", WriteCost::Expensive),
    (POST, "/api/v2/identities/email", WriteCost::Expensive),
    (POST, "/api/v2/identities/email/verify", WriteCost::Expensive),
    (DELETE, "/api/v2/identities/{kind}/{subject}", WriteCost::Expensive),
    (POST, "/api/v2/auth/password/change", WriteCost::Expensive),
    (GET, pages::ACCOUNT_EXPORT, WriteCost::Expensive),
    (POST, pages::API_KEYS, WriteCost::Expensive),
    (POST, pages::API_KEY_ROTATE, WriteCost::Expensive),
    (POST, pages::ACCOUNT_MERGE, WriteCost::Expensive),
    (POST, pages::TELEGRAM_LINK, WriteCost::Expensive),
    (POST, pages::EMAIL_LINK_REQUEST, WriteCost::Expensive),
    (POST, pages::EMAIL_LINK, WriteCost::Expensive),
    (POST, pages::UPSTREAM_LINK, WriteCost::Expensive),
    (POST, pages::UNLINK, WriteCost::Expensive),
    (POST, pages::PASSWORD, WriteCost::Expensive),
    (POST, pages::BOT_SIGN_IN, WriteCost::Expensive),
];

/// Counts the call of a signed-in person, and refuses it if their account makes too many changes.
pub(crate) async fn admit(parts: &Parts, web: &WebState, caller: &SignedIn) -> Result<(), Problem> {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    Ok(web.domain.admit_write(caller, cost(&parts.method, path)).await?)
}

fn cost(method: &Method, path: &str) -> WriteCost {
    let listed = COSTS.iter().find(|(listed, listed_path, _)| *listed == method && *listed_path == path);
    let by_method = if method.is_safe() { WriteCost::Free } else { WriteCost::Ordinary };
    listed.map_or(by_method, |(.., cost)| *cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_costs_by_its_method() {
        assert_eq!(cost(&Method::GET, "/api/v2/me"), WriteCost::Free);
        assert_eq!(cost(&Method::PATCH, "/api/v2/me"), WriteCost::Ordinary);
        assert_eq!(cost(&Method::PUT, "/api/v2/new"), WriteCost::Ordinary);
        assert_eq!(cost(&Method::DELETE, "/api/v2/keys/{id}"), WriteCost::Ending);
        assert_eq!(cost(&Method::GET, "/api/v2/me/export"), WriteCost::Expensive);
    }
}
