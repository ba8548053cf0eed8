//! Problems of credentials and of sign-in.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::domain::error::{CredentialError, EmailTokenError, SignInRequestError, UpstreamFailure};
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::problem::Problem;

pub(super) fn not_authenticated() -> Problem {
    no_credential("No credential was sent. Send it as `Authorization: Bearer …`.")
}

/// Refusal of a refresh without its cookie, which no `Authorization` header can replace.
pub(crate) fn no_refresh_cookie() -> Problem {
    no_credential("No refresh cookie was sent. Send the request with `credentials: \"include\"`, or sign in again.")
}

fn no_credential(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "not_authenticated", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

pub(super) fn reauthentication_required() -> Problem {
    let detail = "This action requires a sign-in within the last 15 minutes. Sign in again, or use the bot.";
    Problem::new(StatusCode::FORBIDDEN, "Sign in again", "reauth_required", detail)
}

pub(super) fn invalid_token(bad: CredentialError) -> Problem {
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

fn refused_credential(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "Invalid or expired token", code, detail).with_header(
        WWW_AUTHENTICATE,
        &format!("Bearer realm=\"neuralbox\", error=\"invalid_token\", error_description=\"{detail}\""),
    )
}

pub(super) fn sign_in_request(why: SignInRequestError) -> Problem {
    let (code, detail) = match why {
        SignInRequestError::Unknown => ("sign_in_unknown", "This sign-in doesn't exist. Start again."),
        SignInRequestError::Expired => ("sign_in_expired", "The two minutes of this sign-in are up. Start again."),
        SignInRequestError::Refused => {
            ("sign_in_refused", "This sign-in was declined in Telegram; nobody was signed in. Start again.")
        }
        SignInRequestError::Used => ("sign_in_used", "This sign-in was already used. Start again."),
    };
    Problem::new(StatusCode::BAD_REQUEST, "Sign-in is over", code, detail)
}

/// Failures of an upstream provider. Each provider has its own codes.
pub(super) fn upstream(provider: UpstreamProvider, why: UpstreamFailure) -> Problem {
    use StatusCode as S;
    let (name, google) = (provider.title(), provider == UpstreamProvider::Google);
    let code = |google_code, telegram_code| if google { google_code } else { telegram_code };
    match why {
        UpstreamFailure::Disabled => {
            let names = if google { "GOOGLE_CLIENT_ID" } else { "TELEGRAM_OIDC_CLIENT_ID" };
            let detail = format!("This sign-in method is off. Set {names} and its secret to turn it on.");
            Problem::new(S::FORBIDDEN, "Sign-in is off", code("google_off", "telegram_login_off"), detail)
        }
        UpstreamFailure::Unavailable { seconds } => {
            let detail =
                format!("{name} isn't responding. Nobody was signed in. Start again at {name} in a few seconds.");
            let code = code("google_away", "telegram_login_away");
            Problem::new(S::SERVICE_UNAVAILABLE, "Service unavailable", code, detail).retry_after(seconds)
        }
        UpstreamFailure::InvalidResponse => {
            let detail =
                format!("{name} sent an answer we couldn't understand. Nobody was signed in. Sign in another way.");
            Problem::new(S::BAD_GATEWAY, "Bad gateway", code("google_nonsense", "telegram_login_nonsense"), detail)
        }
        UpstreamFailure::CodeRefused => {
            let code = code("google_code_refused", "telegram_login_code_refused");
            refused_credential(
                code,
                &format!(
                    "{name} didn't accept this code; it may be too old or already used. Sign in with {name} again."
                ),
            )
        }
        UpstreamFailure::InvalidIdToken => {
            let code = code("google_unproven", "telegram_login_unproven");
            refused_credential(code, &format!("We couldn't verify {name}'s answer. Sign in with {name} again."))
        }
    }
}

/// Answers 403: a 404 would read as a mistyped path.
pub(super) fn email_disabled() -> Problem {
    let detail =
        "This service doesn't send email, so there are no email accounts. Set SMTP_URL and MAIL_FROM to turn them on.";
    Problem::new(StatusCode::FORBIDDEN, "Email accounts are off", "email_disabled", detail)
}

pub(super) fn email_token(why: EmailTokenError) -> Problem {
    let (code, detail) = match why {
        EmailTokenError::Unknown => (
            "mail_link_unknown",
            "This link doesn't work. Open it exactly as it appears in the email, or request a new one.",
        ),
        EmailTokenError::Expired => ("mail_link_expired", "This link has expired. Request a new one."),
        EmailTokenError::Used => {
            ("mail_link_used", "This link was already used, or replaced by a newer one. Request a new one.")
        }
    };
    Problem::new(StatusCode::BAD_REQUEST, "Link is over", code, detail)
}

pub(super) fn too_many_attempts(seconds: u32) -> Problem {
    let detail = format!("Too many attempts. Nothing was done. Try again in {seconds} s.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail)
        .retry_after(seconds)
}
