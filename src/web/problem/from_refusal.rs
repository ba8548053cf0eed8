//! Mapping of domain refusals to problems: status, documented title, and a detail that says what to do.

use axum::http::{StatusCode, header::WWW_AUTHENTICATE};

use crate::domain::Refusal;
use crate::domain::error::{CredentialError, EmailTokenError, SignInRequestError, UpstreamFailure};
use crate::model::sign_in::{login_widget::FieldError, upstream_oidc::UpstreamProvider};
use crate::web::problem::Problem;
use crate::web::rate_limit_headers::{rate_limited, too_many_sign_ins, too_many_unknown_keys};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        use StatusCode as S;
        match refusal {
            Refusal::NotAuthenticated => not_authenticated(),
            Refusal::InvalidCredential(bad) => invalid_token(bad),
            Refusal::InsufficientPlan { plan, upgrade_at } => insufficient_plan(&plan, &upgrade_at),
            Refusal::RateLimited(quota) => rate_limited(&quota),
            Refusal::TooManyUnknownKeys(quota) => too_many_unknown_keys(&quota),
            Refusal::Banned => Self::new(
                S::FORBIDDEN,
                "Account suspended",
                "account_suspended",
                "This account is suspended. If you think this is a mistake, contact support.",
            ),
            Refusal::Malformed(how) => Self::new(
                S::BAD_REQUEST,
                "Malformed request",
                "malformed",
                format!("The request couldn't be read: {how}."),
            ),
            Refusal::Invalid(errors) => invalid_fields(errors),
            Refusal::KeyNotFound => not_found("key_not_found", "You have no live key with that id."),
            Refusal::SessionNotFound => not_found("session_not_found", "You have no open session with that id."),
            Refusal::PersonNotFound => not_found("person_not_found", "There is no such user."),
            Refusal::PlanNotFound => invalid_fields(vec![FieldError::new("plan", "must be the id of a plan")]),
            Refusal::KeyNameTaken(name) => key_name_taken(&name),
            Refusal::TooManyKeys { limit } => conflict(
                "key_limit_reached",
                format!("You've used all {limit} keys of your plan. Revoke one you don't need."),
            ),
            Refusal::AlreadyDone => conflict("already_done", "This request was already answered. Start again."),
            Refusal::ForeignOrigin => Self::new(
                S::FORBIDDEN,
                "Foreign origin",
                "foreign_origin",
                "This website isn't allowed to make this request. Add its origin to NEURALBOX_ALLOWED_ORIGINS.",
            ),
            Refusal::NotAdmin => Self::new(S::FORBIDDEN, "Admins only", "not_admin", "Only admins may do this."),
            Refusal::BroadcastNotFound => not_found("broadcast_not_found", "There is no such broadcast."),
            Refusal::BroadcastState(state) => conflict(
                "broadcast_state",
                format!("This broadcast is {}, so that isn't possible right now.", state.as_str()),
            ),
            Refusal::RecipientsPurged => Self::new(
                S::GONE,
                "Recipients deleted",
                "recipients_purged",
                "The list of recipients was deleted 90 days after the broadcast ended. Its counts remain.",
            ),
            Refusal::BroadcastChanged => {
                conflict("broadcast_changed", "Someone else changed this draft. Read it again and retry.")
            }
            Refusal::RecipientCountChanged { confirmed, recipients } => conflict(
                "recipients_changed",
                format!("It now reaches {recipients} people, not {confirmed}. Confirm the new number."),
            ),
            Refusal::UntrustedLeakReport => untrusted_leak_report(),
            Refusal::GitHubUnavailable { seconds } => github_unavailable(seconds),
            Refusal::InsufficientBalance { balance, price } => insufficient_balance(balance, price),
            Refusal::PayerNotFound => not_found("payer_not_found", "No key or user has that id. Nothing was charged."),
            Refusal::ChargeConflict { request_id } => charge_conflict(&request_id),
            Refusal::ServiceCallsDisabled => service_calls_disabled(),
            Refusal::SignInRequest(why) => sign_in_request(why),
            Refusal::TooManySignIns(quota) => too_many_sign_ins(&quota),
            Refusal::DeletionScheduled => Self::new(
                S::FORBIDDEN,
                "Account leaving",
                "deletion_scheduled",
                "This account is scheduled for deletion, and its keys are off. Its owner can sign in and keep it.",
            ),
            Refusal::OtherAccountClosed => conflict(
                "other_account_closed",
                "This belongs to another account, which is suspended or being deleted. Nothing was changed.".to_owned(),
            ),
            Refusal::IdentityNotFound => not_found("identity_not_found", "You have no such sign-in method."),
            Refusal::LastIdentity => {
                conflict("last_identity", "This is your only sign-in method. Add another one first.")
            }
            Refusal::ReauthenticationRequired => reauthentication_required(),
            Refusal::MergeOfferNotFound => not_found("merge_not_found", "You have no such merge offer."),
            Refusal::MergeOfferExpired => Self::new(
                S::BAD_REQUEST,
                "Merge is over",
                "merge_offer_expired",
                "This merge was already answered, is more than ten minutes old, or one account has changed. Prove the \
                 other account again.",
            ),
            Refusal::Upstream(provider, why) => upstream(provider, why),
            Refusal::EmailDisabled => email_disabled(),
            Refusal::EmailToken(why) => email_token(why),
            Refusal::TooManyAttempts { seconds } => too_many_attempts(seconds),
            Refusal::Busy => busy(),
        }
    }
}

fn not_authenticated() -> Problem {
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

fn key_name_taken(name: &str) -> Problem {
    let detail = format!("You already have a key called {name:?}. Choose another name.");
    let errors = vec![FieldError::new("name", "is the name of another live key of yours")];
    conflict("key_name_taken", detail).with_errors(errors)
}

fn reauthentication_required() -> Problem {
    let detail = "This action requires a sign-in within the last 15 minutes. Sign in again, or use the bot.";
    Problem::new(StatusCode::FORBIDDEN, "Sign in again", "reauth_required", detail)
}

fn untrusted_leak_report() -> Problem {
    let detail = "The signature is missing, doesn't match the body, or isn't from a key GitHub publishes. Send the \
                  body exactly as GitHub signed it, with Github-Public-Key-Identifier and Github-Public-Key-Signature.";
    // A 401 has to name a scheme (RFC 9110, 11.6.1), and signatures have none.
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "untrusted_leak_report", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

fn github_unavailable(seconds: u32) -> Problem {
    let detail = "The signature could not be verified because GitHub's public keys are unavailable. Nothing was \
                  changed. Try again later.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "github_unavailable", detail)
        .retry_after(seconds)
}

fn invalid_token(bad: CredentialError) -> Problem {
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

fn insufficient_plan(plan: &str, upgrade_at: &str) -> Problem {
    let detail = format!("Your plan, {plan}, does not include API access. Upgrade at {upgrade_at}.");
    Problem::new(StatusCode::FORBIDDEN, "Insufficient plan", "insufficient_plan", detail)
}

fn insufficient_balance(balance: i64, price: i64) -> Problem {
    let detail = format!("The balance is {balance} tokens, but the request costs {price}. Nothing was charged.");
    Problem::new(StatusCode::PAYMENT_REQUIRED, "Insufficient balance", "insufficient_balance", detail)
}

fn charge_conflict(request_id: &str) -> Problem {
    let detail = format!(
        "Request {request_id:?} was already charged to another account or at another price. Nothing was charged this \
         time. Use each request_id once."
    );
    let errors = vec![FieldError::new("request_id", "was already charged to another account or at another price")];
    conflict("charged_otherwise", detail).with_errors(errors)
}

/// Answers 403. A 401 would ask for a credential that cannot help; a 404 would read as a mistyped path.
fn service_calls_disabled() -> Problem {
    let detail = "Service calls are off. Set NEURALBOX_SERVICE_TOKEN to turn them on.";
    Problem::new(StatusCode::FORBIDDEN, "Service calls are off", "service_calls_disabled", detail)
}

fn busy() -> Problem {
    let detail = "The service is overloaded. Nothing was changed. Try again in a second.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service busy", "busy", detail).retry_after(1)
}

fn sign_in_request(why: SignInRequestError) -> Problem {
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
fn upstream(provider: UpstreamProvider, why: UpstreamFailure) -> Problem {
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
            let detail = format!(
                "{name} didn't accept this code; it may be too old or already used. Sign in with {name} again."
            );
            refused_credential(code("google_code_refused", "telegram_login_code_refused"), &detail)
        }
        UpstreamFailure::InvalidIdToken => {
            let code = code("google_unproven", "telegram_login_unproven");
            refused_credential(code, &format!("We couldn't verify {name}'s answer. Sign in with {name} again."))
        }
    }
}

/// Answers 403: a 404 would read as a mistyped path.
fn email_disabled() -> Problem {
    let detail =
        "This service doesn't send email, so there are no email accounts. Set SMTP_URL and MAIL_FROM to turn them on.";
    Problem::new(StatusCode::FORBIDDEN, "Email accounts are off", "email_disabled", detail)
}

fn email_token(why: EmailTokenError) -> Problem {
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

fn too_many_attempts(seconds: u32) -> Problem {
    let detail = format!("Too many attempts. Nothing was done. Try again in {seconds} s.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail)
        .retry_after(seconds)
}

fn invalid_fields(errors: Vec<FieldError>) -> Problem {
    let names: Vec<_> = errors.iter().map(|fault| fault.field.as_str()).collect();
    let detail = format!("Invalid fields: {}.", names.join(", "));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid fields", "invalid_fields", detail).with_errors(errors)
}

pub(crate) fn not_found(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found", code, detail)
}

fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, "Conflict", code, detail.into())
}
