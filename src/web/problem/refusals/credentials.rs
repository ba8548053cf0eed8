//! Problems of missing and rejected credentials.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::domain::error::CredentialError;
use crate::web::cookies::site::CookieSite;
use crate::web::problem::Problem;

pub(in crate::web::problem) fn not_authenticated() -> Problem {
    no_credential("No credential was sent. Send it as `Authorization: Bearer …`.")
}

/// Refusal of a refresh without its cookie, which no `Authorization` header can replace. A program, or a page that is not
/// listed as a website, learns about the list; a listed website learns what keeps its cookie away.
pub(crate) fn no_refresh_cookie(site: CookieSite) -> Problem {
    no_credential(match site {
        CookieSite::Own => {
            "No refresh cookie was sent. Send back the cookie of the sign-in, or sign in again. Pages of another website \
             need `credentials: \"include\"`, and their origin in NEURALBOX_ALLOWED_ORIGINS."
        }
        CookieSite::Embedding => {
            "No refresh cookie was sent. Send both the sign-in and this request with `credentials: \"include\"`. If you \
             do, this browser blocks third-party cookies: sign in again, or use /embed.js, which needs none."
        }
    })
}

fn no_credential(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "not_authenticated", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

pub(in crate::web::problem) fn invalid_token(bad: CredentialError) -> Problem {
    let (code, detail) = match bad {
        CredentialError::Invalid => ("invalid_token", "This credential isn't valid here. Sign in again."),
        CredentialError::Expired => ("token_expired", "This token has expired. Refresh it, or sign in again."),
        CredentialError::SessionEnded => ("session_ended", "This token's session has ended. Sign in again."),
        CredentialError::LoginForged => ("login_forged", "Telegram didn't sign this. Sign in with Telegram again."),
        CredentialError::LoginStale => ("login_stale", "This sign-in is too old. Sign in with Telegram again."),
        CredentialError::LoginFuture => {
            ("login_future", "This sign-in is dated in the future. Check the clock and sign in with Telegram again.")
        }
        CredentialError::LoginUsed => ("login_used", "This sign-in was already used. Sign in with Telegram again."),
        CredentialError::RefreshReplayed => {
            ("refresh_replayed", "This refresh token was already used, so its session was ended. Sign in again.")
        }
        CredentialError::KeyUnknown => {
            ("key_unknown", "This API key doesn't exist. Check that you copied all 48 characters.")
        }
        CredentialError::KeyRevoked => ("key_revoked", "This API key was revoked. Create a new one."),
        CredentialError::KeyExpired => ("key_expired", "This API key has expired. Create a new one."),
        CredentialError::WrongPassword => {
            ("wrong_password", "The email address or password is wrong, or the address isn't confirmed yet.")
        }
        CredentialError::NotService => {
            ("not_service", "This isn't the service credential. Send NEURALBOX_SERVICE_TOKEN.")
        }
    };
    refused_credential(code, detail)
}

/// Refusal of an access token where an API key is expected: the most frequent mistake of developers.
pub(crate) fn access_token_sent() -> Problem {
    refused_credential("key_unknown", "This is an access token. Send an API key, which begins with nb_.")
}

pub(in crate::web::problem) fn refused_credential(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "Invalid or expired token", code, detail).with_header(
        WWW_AUTHENTICATE,
        &format!("Bearer realm=\"neuralbox\", error=\"invalid_token\", error_description=\"{detail}\""),
    )
}

/// Answers 403. A 401 would ask for a credential that cannot help; a 404 would read as a mistyped path.
pub(in crate::web::problem) fn service_calls_disabled() -> Problem {
    let detail = "Service calls are off. Set NEURALBOX_SERVICE_TOKEN to turn them on.";
    Problem::new(StatusCode::FORBIDDEN, "Service calls are off", "service_calls_disabled", detail)
}

pub(in crate::web::problem) fn reauthentication_required() -> Problem {
    let detail = "This action requires a sign-in within the last 15 minutes. Sign in again, at `reauth_url` or by any \
                  sign-in call, or use the bot.";
    Problem::new(StatusCode::FORBIDDEN, "Sign in again", "reauth_required", detail).leading_to_reauthentication()
}

pub(in crate::web::problem) fn telegram_sign_in_required() -> Problem {
    let detail = "Admin calls require a session that your Telegram account began. Sign in with Telegram.";
    Problem::new(StatusCode::FORBIDDEN, "Sign in with Telegram", "telegram_sign_in_required", detail)
        .leading_to_reauthentication()
}

pub(in crate::web::problem) fn not_admin() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "Admins only", "not_admin", "Only admins may do this.")
}
