//! Every route of the API with its required authority. `authority` fails for a route missing here.

use reqwest::Method;

/// Authority required by a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone; a proof, if required, is in the body.
    Anyone,
    /// Holder of a refresh cookie.
    Cookie,
    /// Holder of an access token of an open session.
    SignedIn,
    /// Admin with an access token of an open session.
    Admin,
    /// Holder of an API key.
    Key,
    /// Service caller, with the service credential.
    Service,
}

/// All routes, with paths as in the OpenAPI document.
pub const ROUTES: [(Method, &str, Who); 74] = [
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
    (Method::POST, "/api/v2/identities/{kind}/{subject}/confirm", Who::SignedIn),
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
    (Method::POST, "/api/v2/admin/broadcasts/{id}/copy", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/test", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/start", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/pause", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/resume", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/cancel", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/recall", Who::Admin),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/retract", Who::Admin),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/failures", Who::Admin),
    (Method::POST, "/api/v2/admin/purchases/{charge}/refund", Who::Admin),
    (Method::GET, "/api/v2/apps", Who::SignedIn),
    (Method::DELETE, "/api/v2/apps/{client_id}", Who::SignedIn),
    (Method::GET, "/api/v2/admin/clients", Who::Admin),
    (Method::POST, "/api/v2/admin/clients", Who::Admin),
    (Method::GET, "/api/v2/admin/clients/{id}", Who::Admin),
    (Method::PATCH, "/api/v2/admin/clients/{id}", Who::Admin),
    (Method::DELETE, "/api/v2/admin/clients/{id}", Who::Admin),
    (Method::POST, "/api/v2/admin/clients/{id}/rotate-secret", Who::Admin),
    (Method::POST, "/api/v2/leaks/github", Who::Anyone),
    (Method::GET, "/api/v2/usage", Who::SignedIn),
    (Method::GET, "/api/v2/purchases", Who::SignedIn),
    (Method::GET, "/api/v2/usage/daily", Who::SignedIn),
    (Method::GET, "/api/v2/auth/verify", Who::Key),
    (Method::GET, "/api/v2/key", Who::Key),
    (Method::POST, "/api/v2/usage", Who::Service),
    (Method::POST, "/api/v2/introspect", Who::Service),
    (Method::POST, "/api/v2/revoke", Who::Service),
    (Method::GET, "/livez", Who::Anyone),
    (Method::GET, "/readyz", Who::Anyone),
];

/// Calls that an app's access token opens, with the scope that it needs. All other calls refuse apps.
pub const SCOPES: [(Method, &str, &str); 8] = [
    (Method::GET, "/api/v2/me", "profile"),
    (Method::GET, "/api/v2/keys", "keys:read"),
    (Method::POST, "/api/v2/keys", "keys:write"),
    (Method::PATCH, "/api/v2/keys/{id}", "keys:write"),
    (Method::DELETE, "/api/v2/keys/{id}", "keys:write"),
    (Method::POST, "/api/v2/keys/{id}/rotate", "keys:write"),
    (Method::GET, "/api/v2/usage", "usage:read"),
    (Method::GET, "/api/v2/usage/daily", "usage:read"),
];

/// Returns the routes that require an access token, with 1 for every `{id}`.
pub fn protected() -> impl Iterator<Item = (Method, String)> {
    let protected = ROUTES.into_iter().filter(|(_, _, who)| matches!(who, Who::SignedIn | Who::Admin));
    protected.map(|(method, path, _)| (method, path.replace("{id}", "1")))
}

/// Returns the admin routes, with 1 for every `{id}`.
pub fn admins() -> impl Iterator<Item = (Method, String)> {
    let admins = ROUTES.into_iter().filter(|(_, _, who)| *who == Who::Admin);
    admins.map(|(method, path, _)| (method, path.replace("{id}", "1")))
}
