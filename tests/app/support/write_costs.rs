//! Cost of every call of a signed-in person to the meter of their account. `write_limits` fails for a call missing here.

use reqwest::Method;

/// Cost of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Never refused by the meter.
    Free,
    /// A change: sixty a minute, after a burst.
    Ordinary,
    /// One of ten a minute as well, after a burst.
    Expensive,
    /// Ends access: counted apart.
    Ending,
}

/// All calls with an access token, with paths as in the OpenAPI document.
pub const COSTS: [(Method, &str, Cost); 53] = [
    (Method::POST, "/api/v2/auth/password/change", Cost::Expensive),
    (Method::GET, "/api/v2/me", Cost::Free),
    (Method::PATCH, "/api/v2/me", Cost::Ordinary),
    (Method::POST, "/api/v2/me/cancel-deletion", Cost::Ordinary),
    (Method::GET, "/api/v2/me/export", Cost::Expensive),
    (Method::GET, "/api/v2/activity", Cost::Free),
    (Method::GET, "/api/v2/identities", Cost::Free),
    (Method::POST, "/api/v2/identities/telegram", Cost::Expensive),
    (Method::POST, "/api/v2/identities/telegram/start", Cost::Expensive),
    (Method::POST, "/api/v2/identities/telegram/poll", Cost::Free),
    (Method::POST, "/api/v2/identities/google", Cost::Expensive),
    (Method::POST, "/api/v2/identities/email", Cost::Expensive),
    (Method::POST, "/api/v2/identities/email/verify", Cost::Expensive),
    (Method::DELETE, "/api/v2/identities/{kind}/{subject}", Cost::Expensive),
    (Method::POST, "/api/v2/identities/{kind}/{subject}/confirm", Cost::Ordinary),
    (Method::GET, "/api/v2/merges/{id}", Cost::Free),
    (Method::POST, "/api/v2/merges/{id}", Cost::Expensive),
    (Method::DELETE, "/api/v2/merges/{id}", Cost::Ordinary),
    (Method::DELETE, "/api/v2/me", Cost::Ordinary),
    (Method::GET, "/api/v2/sessions", Cost::Free),
    (Method::DELETE, "/api/v2/sessions", Cost::Ending),
    (Method::DELETE, "/api/v2/sessions/{id}", Cost::Ending),
    (Method::GET, "/api/v2/keys", Cost::Free),
    (Method::POST, "/api/v2/keys", Cost::Expensive),
    (Method::PATCH, "/api/v2/keys/{id}", Cost::Ordinary),
    (Method::DELETE, "/api/v2/keys/{id}", Cost::Ending),
    (Method::POST, "/api/v2/keys/{id}/rotate", Cost::Expensive),
    (Method::GET, "/api/v2/admin/broadcasts", Cost::Free),
    (Method::POST, "/api/v2/admin/broadcasts", Cost::Ordinary),
    (Method::GET, "/api/v2/admin/broadcasts/{id}", Cost::Free),
    (Method::PATCH, "/api/v2/admin/broadcasts/{id}", Cost::Ordinary),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/preview", Cost::Free),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/copy", Cost::Ordinary),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/test", Cost::Ordinary),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/start", Cost::Ordinary),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/pause", Cost::Ending),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/resume", Cost::Ordinary),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/cancel", Cost::Ending),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/recall", Cost::Ending),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/retract", Cost::Ordinary),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/failures", Cost::Free),
    (Method::POST, "/api/v2/admin/purchases/{charge}/refund", Cost::Ordinary),
    (Method::GET, "/api/v2/apps", Cost::Free),
    (Method::DELETE, "/api/v2/apps/{client_id}", Cost::Ending),
    (Method::GET, "/api/v2/admin/clients", Cost::Free),
    (Method::POST, "/api/v2/admin/clients", Cost::Ordinary),
    (Method::GET, "/api/v2/admin/clients/{id}", Cost::Free),
    (Method::PATCH, "/api/v2/admin/clients/{id}", Cost::Ordinary),
    (Method::DELETE, "/api/v2/admin/clients/{id}", Cost::Ordinary),
    (Method::POST, "/api/v2/admin/clients/{id}/rotate-secret", Cost::Ordinary),
    (Method::GET, "/api/v2/usage", Cost::Free),
    (Method::GET, "/api/v2/purchases", Cost::Free),
    (Method::GET, "/api/v2/usage/daily", Cost::Free),
];
