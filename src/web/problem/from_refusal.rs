//! Mapping of domain refusals to problems: status, documented title, and a detail that says what to do.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::domain::Refusal;
use crate::model::broadcasts::BroadcastState;
use crate::model::sign_in::login_widget::FieldError;
use crate::web::problem::{Problem, sign_in};
use crate::web::rate_limit_headers::{rate_limited, too_many_sign_ins, too_many_unknown_keys};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAuthenticated => sign_in::not_authenticated(),
            Refusal::InvalidCredential(bad) => sign_in::invalid_token(bad),
            Refusal::InsufficientPlan { plan, upgrade_at } => insufficient_plan(&plan, &upgrade_at),
            Refusal::RateLimited(quota) => rate_limited(&quota),
            Refusal::TooManyUnknownKeys(quota) => too_many_unknown_keys(&quota),
            Refusal::Banned => banned(),
            Refusal::Malformed(how) => malformed(&how),
            Refusal::Invalid(errors) => invalid_fields(errors),
            Refusal::KeyNotFound => not_found("key_not_found", "You have no live key with that id."),
            Refusal::SessionNotFound => not_found("session_not_found", "You have no open session with that id."),
            Refusal::PersonNotFound => not_found("person_not_found", "There is no such user."),
            Refusal::PlanNotFound => invalid_fields(vec![FieldError::new("plan", "must be the id of a plan")]),
            Refusal::KeyNameTaken(name) => key_name_taken(&name),
            Refusal::TooManyKeys { limit } => too_many_keys(limit),
            Refusal::AlreadyDone => conflict("already_done", "This request was already answered. Start again."),
            Refusal::ForeignOrigin => foreign_origin(),
            Refusal::NotAdmin => forbidden("Admins only", "not_admin", "Only admins may do this."),
            Refusal::BroadcastNotFound => not_found("broadcast_not_found", "There is no such broadcast."),
            Refusal::BroadcastState(state) => broadcast_state(state),
            Refusal::BroadcastChanged => broadcast_changed(),
            Refusal::RecipientCountChanged { confirmed, recipients } => recipients_changed(confirmed, recipients),
            Refusal::UntrustedLeakReport => untrusted_leak_report(),
            Refusal::GitHubUnavailable { seconds } => github_unavailable(seconds),
            Refusal::InsufficientBalance { balance, price } => insufficient_balance(balance, price),
            Refusal::PayerNotFound => not_found("payer_not_found", "No key or user has that id. Nothing was charged."),
            Refusal::ChargeConflict { request_id } => charge_conflict(&request_id),
            Refusal::ServiceCallsDisabled => service_calls_disabled(),
            Refusal::SignInRequest(why) => sign_in::sign_in_request(why),
            Refusal::TooManySignIns(quota) => too_many_sign_ins(&quota),
            Refusal::DeletionScheduled => deletion_scheduled(),
            Refusal::OtherAccountClosed => other_account_closed(),
            Refusal::IdentityNotFound => not_found("identity_not_found", "You have no such sign-in method."),
            Refusal::LastIdentity => last_identity(),
            Refusal::ReauthenticationRequired => sign_in::reauthentication_required(),
            Refusal::MergeOfferNotFound => not_found("merge_not_found", "You have no such merge offer."),
            Refusal::MergeOfferExpired => merge_offer_expired(),
            Refusal::Upstream(provider, why) => sign_in::upstream(provider, why),
            Refusal::EmailDisabled => sign_in::email_disabled(),
            Refusal::EmailToken(why) => sign_in::email_token(why),
            Refusal::TooManyAttempts { seconds } => sign_in::too_many_attempts(seconds),
            Refusal::Busy => busy(),
        }
    }
}

fn banned() -> Problem {
    let detail = "This account is suspended. If you think this is a mistake, contact support.";
    forbidden("Account suspended", "account_suspended", detail)
}

fn deletion_scheduled() -> Problem {
    let detail = "This account is scheduled for deletion, and its keys are off. Its owner can sign in and keep it.";
    forbidden("Account leaving", "deletion_scheduled", detail)
}

fn foreign_origin() -> Problem {
    let detail = "This website isn't allowed to make this request. Add its origin to NEURALBOX_ALLOWED_ORIGINS.";
    forbidden("Foreign origin", "foreign_origin", detail)
}

fn malformed(how: &str) -> Problem {
    let detail = format!("The request couldn't be read: {how}.");
    Problem::new(StatusCode::BAD_REQUEST, "Malformed request", "malformed", detail)
}

fn too_many_keys(limit: u32) -> Problem {
    conflict("key_limit_reached", format!("You've used all {limit} keys of your plan. Revoke one you don't need."))
}

fn broadcast_state(state: BroadcastState) -> Problem {
    let detail = format!("This broadcast is {}, so that isn't possible right now.", state.as_str());
    conflict("broadcast_state", detail)
}

fn broadcast_changed() -> Problem {
    conflict("broadcast_changed", "Someone else changed this draft. Read it again and retry.")
}

fn recipients_changed(confirmed: i64, recipients: i64) -> Problem {
    let detail = format!("It now reaches {recipients} people, not {confirmed}. Confirm the new number.");
    conflict("recipients_changed", detail)
}

fn other_account_closed() -> Problem {
    let detail = "This belongs to another account, which is suspended or being deleted. Nothing was changed.";
    conflict("other_account_closed", detail)
}

fn last_identity() -> Problem {
    conflict("last_identity", "This is your only sign-in method. Add another one first.")
}

fn merge_offer_expired() -> Problem {
    let detail = "This merge was already answered, is more than ten minutes old, or one account has changed. Prove \
                  the other account again.";
    Problem::new(StatusCode::BAD_REQUEST, "Merge is over", "merge_offer_expired", detail)
}

fn key_name_taken(name: &str) -> Problem {
    let detail = format!("You already have a key called {name:?}. Choose another name.");
    let errors = vec![FieldError::new("name", "is the name of another live key of yours")];
    conflict("key_name_taken", detail).with_errors(errors)
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

fn invalid_fields(errors: Vec<FieldError>) -> Problem {
    let names: Vec<_> = errors.iter().map(|fault| fault.field.as_str()).collect();
    let detail = format!("Invalid fields: {}.", names.join(", "));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid fields", "invalid_fields", detail).with_errors(errors)
}

pub(crate) fn not_found(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found", code, detail)
}

fn forbidden(title: &'static str, code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, title, code, detail)
}

fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, "Conflict", code, detail)
}
