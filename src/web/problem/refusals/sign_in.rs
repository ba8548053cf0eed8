//! Problems of sign-in: through the bot, at upstream providers and with email accounts.

use axum::http::StatusCode;

use crate::domain::error::{EmailTokenError, SignInRequestError, UpstreamFailure};
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::problem::Problem;
use crate::web::problem::refusals::credentials::refused_credential;

pub(in crate::web::problem) fn sign_in_request(why: SignInRequestError) -> Problem {
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
pub(in crate::web::problem) fn upstream(provider: UpstreamProvider, why: UpstreamFailure) -> Problem {
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
            let code = code("google_unavailable", "telegram_login_unavailable");
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
pub(in crate::web::problem) fn email_disabled() -> Problem {
    let detail =
        "This service doesn't send email, so there are no email accounts. Set SMTP_URL and MAIL_FROM to turn them on.";
    Problem::new(StatusCode::FORBIDDEN, "Email accounts are off", "email_disabled", detail)
}

pub(in crate::web::problem) fn email_token(why: EmailTokenError) -> Problem {
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
