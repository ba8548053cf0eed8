//! Every route of the API, and who may call it. A new route belongs in here, or `authority` fails.

use reqwest::Method;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone, with a proof in the body or none at all.
    Anyone,
    /// Whoever holds the refresh cookie.
    Cookie,
    /// Whoever holds an access token of an open session.
    SignedIn,
    /// The same, who is an admin.
    Admin,
    /// Whoever holds a key.
    Key,
    /// Another program of the operator's, which holds the service credential.
    Service,
}

/// The routes, as the OpenAPI document names them.
pub const ROUTES: [(Method, &str, Who); 60] = [
    (Method::POST, "/api/v2/auth/telegram", Who::Anyone),
    (Method::GET, "/api/v2/auth/telegram/callback", Who::Anyone),
    (Method::POST, "/api/v2/auth/telegram/miniapp", Who::Anyone),
    (Method::POST, "/api/v2/auth/google", Who::Anyone),
    (Method::POST, "/api/v2/auth/telegram/start", Who::Anyone),
    (Method::POST, "/api/v2/auth/telegram/poll", Who::Anyone),
    (Method::POST, "/api/v2/auth/login", Who::Anyone),
    (Method::POST, "/api/v2/auth/register", Who::Anyone),
    (Method::POST, "/api/v2/auth/email/verify", Who::Anyone),
    (Method::POST, "/api/v2/auth/password/forgot", Who::Anyone),
    (Method::POST, "/api/v2/auth/password/reset", Who::Anyone),
    (Method::POST, "/api/v2/auth/password/change", Who::SignedIn),
    (Method::POST, "/api/v2/auth/refresh", Who::Cookie),
    (Method::POST, "/api/v2/auth/logout", Who::Cookie),
    (Method::GET, "/api/v2/me", Who::SignedIn),
    (Method::PATCH, "/api/v2/me", Who::SignedIn),
    (Method::POST, "/api/v2/me/cancel-deletion", Who::SignedIn),
    (Method::GET, "/api/v2/me/export", Who::SignedIn),
    (Method::GET, "/api/v2/activity", Who::SignedIn),
    (Method::GET, "/api/v2/identities", Who::SignedIn),
    (Method::POST, "/api/v2/identities/telegram", Who::SignedIn),
    (Method::POST, "/api/v2/identities/telegram/start", Who::SignedIn),
    (Method::POST, "/api/v2/identities/telegram/poll", Who::SignedIn),
    (Method::POST, "/api/v2/identities/google", Who::SignedIn),
    (Method::POST, "/api/v2/identities/email", Who::SignedIn),
    (Method::POST, "/api/v2/identities/email/verify", Who::SignedIn),
    (Method::DELETE, "/api/v2/identities/{kind}/{subject}", Who::SignedIn),
    (Method::GET, "/api/v2/merges/{id}", Who::SignedIn),
    (Method::POST, "/api/v2/merges/{id}", Who::SignedIn),
    (Method::DELETE, "/api/v2/merges/{id}", Who::SignedIn),
    (Method::DELETE, "/api/v2/me", Who::SignedIn),
    (Method::GET, "/api/v2/sessions", Who::SignedIn),
    (Method::DELETE, "/api/v2/sessions", Who::SignedIn),
    (Method::DELETE, "/api/v2/sessions/{id}", Who::SignedIn),
    (Method::GET, "/api/v2/keys", Who::SignedIn),
    (Method::POST, "/api/v2/keys", Who::SignedIn),
    (Method::PATCH, "/api/v2/keys/{id}", Who::SignedIn),
    (Method::DELETE, "/api/v2/keys/{id}", Who::SignedIn),
    (Method::POST, "/api/v2/keys/{id}/rotate", Who::SignedIn),
    (Method::GET, "/api/v2/admin/broadcasts", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts", Who::Admin),
    (Method::GET, "/api/v2/admin/broadcasts/{id}", Who::Admin),
    (Method::PATCH, "/api/v2/admin/broadcasts/{id}", Who::Admin),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/preview", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/start", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/pause", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/resume", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/cancel", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/recall", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/retract", Who::Admin),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/failures", Who::Admin),
    (Method::POST, "/api/v2/leaks/github", Who::Anyone),
    (Method::GET, "/api/v2/usage", Who::SignedIn),
    (Method::GET, "/api/v2/auth/verify", Who::Key),
    (Method::GET, "/api/v2/key", Who::Key),
    (Method::POST, "/api/v2/usage", Who::Service),
    (Method::POST, "/api/v2/introspect", Who::Service),
    (Method::POST, "/api/v2/revoke", Who::Service),
    (Method::GET, "/livez", Who::Anyone),
    (Method::GET, "/readyz", Who::Anyone),
];

/// The routes of signed-in people, admins too, with 1 for every id.
pub fn protected() -> impl Iterator<Item = (Method, String)> {
    let protected = ROUTES.into_iter().filter(|(_, _, who)| matches!(who, Who::SignedIn | Who::Admin));
    protected.map(|(method, path, _)| (method, path.replace("{id}", "1")))
}

/// Those of admins.
pub fn admins() -> impl Iterator<Item = (Method, String)> {
    let admins = ROUTES.into_iter().filter(|(_, _, who)| *who == Who::Admin);
    admins.map(|(method, path, _)| (method, path.replace("{id}", "1")))
}
