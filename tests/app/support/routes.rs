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
    /// Whoever holds a key.
    Key,
    /// Another program of the operator's, which holds the service credential.
    Service,
}

/// The routes, as the OpenAPI document names them.
pub const ROUTES: [(Method, &str, Who); 32] = [
    (Method::POST, "/api/v2/auth/telegram", Who::Anyone),
    (Method::GET, "/api/v2/auth/telegram/callback", Who::Anyone),
    (Method::POST, "/api/v2/auth/telegram/miniapp", Who::Anyone),
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
    (Method::GET, "/api/v2/sessions", Who::SignedIn),
    (Method::DELETE, "/api/v2/sessions", Who::SignedIn),
    (Method::DELETE, "/api/v2/sessions/{id}", Who::SignedIn),
    (Method::GET, "/api/v2/keys", Who::SignedIn),
    (Method::POST, "/api/v2/keys", Who::SignedIn),
    (Method::PATCH, "/api/v2/keys/{id}", Who::SignedIn),
    (Method::DELETE, "/api/v2/keys/{id}", Who::SignedIn),
    (Method::POST, "/api/v2/keys/{id}/rotate", Who::SignedIn),
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

/// The routes of signed-in people, with 1 for every id.
pub fn protected() -> impl Iterator<Item = (Method, String)> {
    let protected = ROUTES.into_iter().filter(|(_, _, who)| *who == Who::SignedIn);
    protected.map(|(method, path, _)| (method, path.replace("{id}", "1")))
}
