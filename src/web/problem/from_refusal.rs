//! Every refusal as a problem: its status, its documented title, and what to do next.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::domain::Refusal;
use crate::domain::error::{CredentialError, EmailTokenError, SignInRequestError, UpstreamFailure};
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
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
                "This account may not be used. Write to support if you think this is a mistake.",
            ),
            Refusal::Malformed(how) => Self::new(
                S::BAD_REQUEST,
                "Malformed request",
                "malformed",
                format!("The request cannot be read: {how}."),
            ),
            Refusal::Invalid(errors) => invalid_fields(errors),
            Refusal::KeyNotFound => not_found("key_not_found", "You have no live key with that id."),
            Refusal::SessionNotFound => not_found("session_not_found", "You have no open session with that id."),
            Refusal::PersonNotFound => not_found("person_not_found", "There is no such person."),
            Refusal::PlanNotFound => invalid_fields(vec![FieldError::new("plan", "must be the id of a plan")]),
            Refusal::KeyNameTaken(name) => key_name_taken(&name),
            Refusal::TooManyKeys { limit } => conflict(
                "key_limit_reached",
                format!("Your plan allows {limit} live keys, and you have them. Revoke one you do not need."),
            ),
            Refusal::AlreadyDone => {
                conflict("already_done", "This request was answered before. Start anew.".to_owned())
            }
            Refusal::ForeignOrigin => Self::new(
                S::FORBIDDEN,
                "Foreign origin",
                "foreign_origin",
                "This request comes from a website that is not allowed to make it.",
            ),
            Refusal::NotAdmin => Self::new(S::FORBIDDEN, "Admins only", "not_admin", "Only admins may do this."),
            Refusal::BroadcastNotFound => not_found("broadcast_not_found", "There is no such broadcast."),
            Refusal::BroadcastState(state) => conflict(
                "broadcast_state",
                format!("The broadcast is {}: this cannot be done to it now.", state.as_str()),
            ),
            Refusal::BroadcastChanged => conflict(
                "broadcast_changed",
                "Somebody else changed the draft in the meantime. Look at it again, and repeat what you want."
                    .to_owned(),
            ),
            Refusal::RecipientCountChanged { confirmed, recipients } => conflict(
                "recipients_changed",
                format!("It reaches {recipients} people now, not {confirmed}. Confirm the number that it reaches."),
            ),
            Refusal::UntrustedLeakReport => untrusted_leak_report(),
            Refusal::GitHubUnavailable { seconds } => github_unavailable(seconds),
            Refusal::InsufficientBalance { balance, price } => insufficient_balance(balance, price),
            Refusal::PayerNotFound => {
                not_found("payer_not_found", "There is no key or user with that id. Nothing was charged.")
            }
            Refusal::ChargeConflict { request_id } => charge_conflict(&request_id),
            Refusal::ServiceCallsDisabled => service_off(),
            Refusal::SignInRequest(why) => sign_in_request(why),
            Refusal::TooManySignIns(quota) => too_many_sign_ins(&quota),
            Refusal::DeletionScheduled => Self::new(
                S::FORBIDDEN,
                "Account leaving",
                "deletion_scheduled",
                "This account is to be deleted, and its keys are off. Its owner can sign in and keep it.",
            ),
            Refusal::OtherAccountClosed => conflict(
                "other_account_closed",
                "This leads into another account, which is suspended or to be deleted. Nothing was changed.".to_owned(),
            ),
            Refusal::IdentityNotFound => not_found("identity_not_found", "There is no such way into your account."),
            Refusal::LastIdentity => {
                conflict("last_identity", "This is the only way into your account. Add another one first.".to_owned())
            }
            Refusal::ReauthenticationRequired => sign_in_again(),
            Refusal::MergeOfferNotFound => not_found("merge_not_found", "There is no such offer to merge accounts."),
            Refusal::MergeOfferExpired => Self::new(
                S::BAD_REQUEST,
                "Merge is over",
                "merge_offer_expired",
                "This offer was answered, its ten minutes are over, or an account has changed. Prove the other one again.",
            ),
            Refusal::Upstream(provider, why) => outside(provider, why),
            Refusal::EmailDisabled => mail_off(),
            Refusal::EmailToken(why) => no_mail_link(why),
            Refusal::TooManyAttempts { seconds } => too_many_tries(seconds),
            Refusal::Busy => busy(),
        }
    }
}

fn not_authenticated() -> Problem {
    let detail = "No credential was sent. Send it as `Authorization: Bearer …`.";
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "not_authenticated", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

fn key_name_taken(name: &str) -> Problem {
    let detail = format!("You have a live key called {name:?}. Choose another name.");
    let errors = vec![FieldError::new("name", "is the name of another live key of yours")];
    conflict("key_name_taken", detail).with_errors(errors)
}

fn sign_in_again() -> Problem {
    let detail = "For this you must have signed in within the last 15 minutes. Sign in again, or do it in chat.";
    Problem::new(StatusCode::FORBIDDEN, "Sign in again", "reauth_required", detail)
}

fn untrusted_leak_report() -> Problem {
    let detail = "The signature is missing, is not of this body, or is of no key that GitHub publishes. Send the report as \
                  GitHub signed it, with Github-Public-Key-Identifier and Github-Public-Key-Signature.";
    // A 401 has to name a scheme (RFC 9110, 11.6.1), and signatures have none.
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "untrusted_leak_report", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

fn github_unavailable(seconds: u32) -> Problem {
    let detail =
        "GitHub's public keys cannot be had now, so that its signature cannot be checked. Nothing was changed.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "github_unavailable", detail)
        .retry_after(seconds)
}

fn invalid_token(bad: CredentialError) -> Problem {
    let (code, detail) = match bad {
        CredentialError::Invalid => ("invalid_token", "This credential is not one of ours. Sign in again."),
        CredentialError::Expired => ("token_expired", "This token has expired. Refresh it, or sign in again."),
        CredentialError::SessionEnded => ("session_ended", "The session of this token is over. Sign in again."),
        CredentialError::LoginForged => ("login_forged", "Telegram did not sign this. Sign in with Telegram again."),
        CredentialError::LoginStale => {
            ("login_stale", "Telegram signed this too long ago. Sign in with Telegram again.")
        }
        CredentialError::LoginFuture => {
            ("login_future", "This was signed in the future. Check the clock, and sign in again.")
        }
        CredentialError::LoginUsed => ("login_used", "This sign-in was used before. Sign in with Telegram again."),
        CredentialError::RefreshReplayed => {
            ("refresh_replayed", "This refresh token was spent before, so its session was ended. Sign in again.")
        }
        CredentialError::KeyUnknown => {
            ("key_unknown", "There is no such API key. Check that you copied all 48 characters.")
        }
        CredentialError::KeyRevoked => ("key_revoked", "This API key was revoked. Make a new one."),
        CredentialError::KeyExpired => ("key_expired", "This API key has expired. Make a new one."),
        CredentialError::WrongPassword => {
            ("wrong_password", "The e-mail address or the password is not right, or the address is not confirmed yet.")
        }
        CredentialError::NotService => {
            ("not_service", "This is not the service credential. Send NEURALBOX_SERVICE_TOKEN.")
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
    let detail = format!("Your plan, {plan}, has no API access. Upgrade at {upgrade_at}.");
    Problem::new(StatusCode::FORBIDDEN, "Insufficient plan", "insufficient_plan", detail)
}

fn insufficient_balance(balance: i64, price: i64) -> Problem {
    let detail =
        format!("The balance is {balance} tokens and the price {price}. Nothing was charged. Tokens are needed.");
    Problem::new(StatusCode::PAYMENT_REQUIRED, "Insufficient balance", "insufficient_balance", detail)
}

fn charge_conflict(request_id: &str) -> Problem {
    let detail = format!(
        "The request {request_id:?} was charged before, to another account or at another price. Nothing was charged now. Use a \
         request_id for one request only."
    );
    let errors = vec![FieldError::new("request_id", "was charged before, to another account or at another price")];
    conflict("charged_otherwise", detail).with_errors(errors)
}

/// No 401, because no credential would help, and no 404, which would read as a mistyped path.
fn service_off() -> Problem {
    let detail = "No service credential is set, so nobody may call this. The operator sets NEURALBOX_SERVICE_TOKEN.";
    Problem::new(StatusCode::FORBIDDEN, "Service calls are off", "service_calls_disabled", detail)
}

fn busy() -> Problem {
    let detail = "More work is waiting than we can do soon. Nothing was changed. Try again in a second.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service busy", "busy", detail).retry_after(1)
}

fn sign_in_request(why: SignInRequestError) -> Problem {
    let (code, detail) = match why {
        SignInRequestError::Unknown => ("sign_in_unknown", "There is no such sign-in. Start anew."),
        SignInRequestError::Expired => ("sign_in_expired", "The two minutes of this sign-in are over. Start anew."),
        SignInRequestError::Refused => {
            ("sign_in_refused", "This sign-in was refused in Telegram. Nobody was signed in.")
        }
        SignInRequestError::Used => ("sign_in_used", "This sign-in was used before. Start anew."),
    };
    Problem::new(StatusCode::BAD_REQUEST, "Sign-in is over", code, detail)
}

/// What a provider of identities does not do.
fn outside(provider: UpstreamProvider, why: UpstreamFailure) -> Problem {
    use StatusCode as S;
    let (name, google) = (provider.title(), provider == UpstreamProvider::Google);
    let code = |google_code, telegram_code| if google { google_code } else { telegram_code };
    match why {
        UpstreamFailure::Disabled => {
            let names = if google { "GOOGLE_CLIENT_ID" } else { "TELEGRAM_OIDC_CLIENT_ID" };
            let detail = format!("Signing in this way is off here. The operator sets {names} and its secret.");
            Problem::new(S::FORBIDDEN, "Sign-in is off", code("google_off", "telegram_login_off"), detail)
        }
        UpstreamFailure::Unavailable { seconds } => {
            let detail =
                format!("{name} does not answer. Nobody was signed in. Begin again at {name} in a few seconds.");
            let code = code("google_away", "telegram_login_away");
            Problem::new(S::SERVICE_UNAVAILABLE, "Service unavailable", code, detail).retry_after(seconds)
        }
        UpstreamFailure::InvalidResponse => {
            let detail =
                format!("{name} answers what makes no sense to us. Nobody was signed in. Sign in another way.");
            Problem::new(S::BAD_GATEWAY, "Bad gateway", code("google_nonsense", "telegram_login_nonsense"), detail)
        }
        UpstreamFailure::CodeRefused => {
            let code = code("google_code_refused", "telegram_login_code_refused");
            refused_credential(
                code,
                &format!("{name} does not know this code, or not any more. Sign in with {name} again."),
            )
        }
        UpstreamFailure::InvalidIdToken => {
            let code = code("google_unproven", "telegram_login_unproven");
            refused_credential(
                code,
                &format!("What {name} answered is no proof of who you are. Sign in with {name} again."),
            )
        }
    }
}

/// No 404, which would read as a mistyped path.
fn mail_off() -> Problem {
    let detail =
        "This service sends no mails, so there are no e-mail accounts. The operator sets SMTP_URL and MAIL_FROM.";
    Problem::new(StatusCode::FORBIDDEN, "E-mail accounts are off", "email_disabled", detail)
}

fn no_mail_link(why: EmailTokenError) -> Problem {
    let (code, detail) = match why {
        EmailTokenError::Unknown => {
            ("mail_link_unknown", "There is no such link. Open it as it stands in the mail, or ask for a new one.")
        }
        EmailTokenError::Expired => ("mail_link_expired", "The time of this link is over. Ask for a new one."),
        EmailTokenError::Used => {
            ("mail_link_used", "This link was used before, or another one in its place. Ask for a new one.")
        }
    };
    Problem::new(StatusCode::BAD_REQUEST, "Link is over", code, detail)
}

fn too_many_tries(seconds: u32) -> Problem {
    let detail = format!("Too many tries. Nothing was done. Try again in {seconds} s.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail)
        .retry_after(seconds)
}

fn invalid_fields(errors: Vec<FieldError>) -> Problem {
    let names: Vec<_> = errors.iter().map(|fault| fault.field.as_str()).collect();
    let detail = format!("These fields are not as they must be: {}.", names.join(", "));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid fields", "invalid_fields", detail).with_errors(errors)
}

pub(crate) fn not_found(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found", code, detail)
}

fn conflict(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, "Conflict", code, detail)
}
