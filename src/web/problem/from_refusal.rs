//! Mapping of domain refusals to problems: status, documented title, and a detail that says what to do.

use crate::domain::Refusal;
use crate::web::problem::Problem;
use crate::web::problem::refusals::{
    accounts, admin, api_keys, billing, broadcasts, credentials, oauth, purchases, requests, sign_in,
};
use crate::web::rate_limit_headers::{rate_limited, too_many_sign_ins, too_many_unknown_keys};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAuthenticated => credentials::not_authenticated(),
            Refusal::InvalidCredential(error) => credentials::invalid_token(error),
            Refusal::NotAdmin => credentials::not_admin(),
            Refusal::RoleNotAllowed(role) => admin::role_not_allowed(role),
            Refusal::AdminAction(error) => admin::admin_action(&error),
            Refusal::ServiceCallsDisabled => credentials::service_calls_disabled(),
            Refusal::ReauthenticationRequired => credentials::reauthentication_required(),
            Refusal::TelegramSignInRequired => credentials::telegram_sign_in_required(),
            Refusal::Malformed(how) => requests::malformed(&how),
            Refusal::Invalid(errors) => requests::invalid_fields(errors),
            Refusal::ForeignOrigin => requests::foreign_origin(),
            Refusal::AlreadyDone => requests::already_done(),
            Refusal::TooManyAttempts { seconds } => requests::too_many_attempts(seconds),
            Refusal::TooManyRefusals { seconds } => requests::too_many_attempts(seconds).held_back(),
            Refusal::Busy => requests::busy(),
            Refusal::RateLimited(quota) => rate_limited(&quota),
            Refusal::TooManyUnknownKeys(quota) => too_many_unknown_keys(&quota),
            Refusal::TooManySignIns(quota) => too_many_sign_ins(&quota),
            Refusal::Banned { contact } => accounts::banned(contact.as_deref()),
            Refusal::DeletionScheduled => accounts::deletion_scheduled(),
            Refusal::PersonNotFound => accounts::person_not_found(),
            Refusal::SessionNotFound => accounts::session_not_found(),
            Refusal::Identity(error) => accounts::identity(error),
            Refusal::MergeOfferNotFound => accounts::merge_offer_not_found(),
            Refusal::MergeOfferExpired => accounts::merge_offer_expired(),
            Refusal::KeyNotFound => api_keys::key_not_found(),
            Refusal::KeyNameTaken(name) => api_keys::key_name_taken(&name),
            Refusal::TooManyKeys { limit, upgrade } => api_keys::too_many_keys(limit, upgrade.as_ref()),
            Refusal::UntrustedLeakReport => api_keys::untrusted_leak_report(),
            Refusal::GitHubUnavailable { seconds } => api_keys::github_unavailable(seconds),
            Refusal::InsufficientPlan { plan, plans, upgrade } => billing::insufficient_plan(&plan, &plans, &upgrade),
            Refusal::Purchase(why) => purchases::purchase(why),
            Refusal::PlanNotFound => billing::plan_not_found(),
            Refusal::InsufficientBalance { balance, price } => billing::insufficient_balance(balance, price),
            Refusal::PayerNotFound => billing::payer_not_found(),
            Refusal::ChargeConflict { request_id } => billing::charge_conflict(&request_id),
            Refusal::Broadcast(error) => broadcasts::broadcast(error),
            Refusal::SignInRequest(error) => sign_in::sign_in_request(error),
            Refusal::Upstream(provider, failure) => sign_in::upstream(provider, failure),
            Refusal::EmailDisabled => sign_in::email_disabled(),
            Refusal::EmailToken(error) => sign_in::email_token(error),
            Refusal::OAuth(error) => oauth::protocol(error),
            Refusal::Authorization(error) => oauth::authorization(&error),
            Refusal::ClientNotFound => oauth::client_not_found(),
            Refusal::AppNotFound => oauth::app_not_found(),
        }
    }
}
