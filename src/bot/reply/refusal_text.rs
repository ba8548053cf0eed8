//! Refusals in chat: texts, and buttons to what helps. The match has no `_` arm, so a new refusal does not compile
//! without a text.

use crate::bot::accounts::trial;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::billing::plan_upgrade::PlanNeed;
use crate::domain::error::{AuthorizationError, BroadcastError, IdentityError, PurchaseError, SignInRequestError};
use crate::domain::{Domain, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::accounts::identities::identities_button;
use crate::messages::accounts::trial::{TrialOffer, trial_button};
use crate::messages::billing::offers;
use crate::messages::broadcasts::editor::list_button;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::oauth::apps::apps_button;
use crate::messages::sessions::sessions_button;
use crate::messages::{back, keys_button, plain, plans_button};
use crate::model::broadcasts::BroadcastState;
use crate::model::text::telegram_html;
use crate::model::text::texts::TextArg::{Count, Text};

/// Reply to a refused action. It replaces the tapped message or the question. A refusal that passes on its own is only a
/// toast, so that the message and its buttons stay.
pub(crate) async fn reply(context: &ReplyContext, refusal: &Refusal, domain: &Domain) -> Reply {
    let passes = matches!(
        refusal,
        Refusal::RateLimited(_) | Refusal::TooManyAttempts { .. } | Refusal::Busy | Refusal::AlreadyDone
    );
    if passes && context.update.tap.is_some() {
        let text = sentence(&context.localizer, refusal);
        return Reply::Say(telegram_html::plain(&text).unwrap_or(text));
    }
    let screen = screen(&context.localizer, refusal, domain, &context.caller);
    let offer = match refusal {
        Refusal::InsufficientPlan { .. } => trial::offer(domain, &context.caller).await,
        _ => None,
    };
    Reply::Show(match offer {
        Some(offer) => with_trial(&context.localizer, screen, &offer),
        None => screen,
    })
}

/// The message with a button above the others that starts the trial.
fn with_trial(localizer: &Localizer, screen: OutgoingMessage, offer: &TrialOffer) -> OutgoingMessage {
    let mut keyboard = screen.keyboard;
    keyboard.inline_keyboard.insert(0, vec![trial_button(localizer, offer)]);
    OutgoingMessage { keyboard, ..screen }
}

/// Message of a refusal, with buttons to what helps.
pub(crate) fn screen(localizer: &Localizer, refusal: &Refusal, domain: &Domain, caller: &SignedIn) -> OutgoingMessage {
    let html = sentence(localizer, refusal);
    if let Some(need) = lifted_by_a_plan(refusal) {
        let offer = offers::lifting(localizer, domain, caller.account(), need);
        let html = offer.below(html);
        let last = vec![keys_button(localizer), back(localizer)];
        return OutgoingMessage { keyboard: rows(offer.rows.into_iter().chain([last])), ..plain(html) };
    }
    let helps = match refusal {
        Refusal::Purchase(_) => vec![plans_button(localizer)],
        Refusal::KeyNotFound | Refusal::KeyNameTaken(_) => vec![keys_button(localizer)],
        Refusal::SessionNotFound | Refusal::SignInRequest(_) => vec![sessions_button(localizer)],
        Refusal::Identity(_) => vec![identities_button(localizer)],
        Refusal::Broadcast(_) => vec![list_button(localizer)],
        Refusal::AppNotFound => vec![apps_button(localizer)],
        _ => Vec::new(),
    };
    let buttons = [helps, vec![back(localizer)]].into_iter().filter(|row| !row.is_empty());
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Limit of the plan that a refusal is about; `None` if no plan lifts it.
const fn lifted_by_a_plan(refusal: &Refusal) -> Option<PlanNeed> {
    match refusal {
        Refusal::InsufficientPlan { .. } => Some(PlanNeed::ApiAccess),
        Refusal::TooManyKeys { .. } => Some(PlanNeed::MoreKeys),
        Refusal::InsufficientBalance { .. } => Some(PlanNeed::Tokens),
        _ => None,
    }
}

/// Text of a refusal, in the person's language.
pub(crate) fn sentence(localizer: &Localizer, refusal: &Refusal) -> String {
    match refusal {
        Refusal::InsufficientPlan { plan, .. } => localizer.html("bot-no-plan", &[("plan", Text(plan))]),
        Refusal::Banned { contact } => banned(localizer, contact.as_deref()),
        Refusal::KeyNotFound => localizer.text("bot-no-such-key"),
        Refusal::PersonNotFound => localizer.text("bot-no-such-person"),
        Refusal::KeyNameTaken(name) => localizer.html("bot-name-taken", &[("name", Text(name))]),
        Refusal::TooManyKeys { limit, .. } => too_many_keys(localizer, *limit),
        Refusal::AlreadyDone => localizer.text("bot-already-done"),
        Refusal::RateLimited(quota) | Refusal::TooManyUnknownKeys(quota) | Refusal::TooManySignIns(quota) => {
            wait(localizer, quota.seconds)
        }
        Refusal::TooManyAttempts { seconds } | Refusal::TooManyRefusals { seconds } => wait(localizer, *seconds),
        Refusal::Busy => wait(localizer, 1),
        Refusal::SignInRequest(why) => localizer.text(sign_in_request(*why)),
        Refusal::AdminAction(why) => messages::admin::refusals::sentence(localizer, why),
        Refusal::RoleNotAllowed(role) => localizer.html("bot-role-not-allowed", &[("role", Text(role.as_str()))]),
        Refusal::Invalid(faults) if faults.iter().any(|fault| fault.field == "name") => localizer.text("bot-bad-name"),
        Refusal::Purchase(why) => localizer.text(purchase(*why)),
        Refusal::DeletionScheduled => localizer.text("bot-deletion-scheduled-other"),
        Refusal::Identity(why) => localizer.text(identity(*why)),
        Refusal::Broadcast(why) => broadcast(localizer, *why),
        Refusal::Authorization(why) => authorization(localizer, why),
        Refusal::AppNotFound => localizer.text("bot-app-already-cut-off"),
        Refusal::NotAuthenticated
        | Refusal::InvalidCredential(_)
        | Refusal::Malformed(_)
        | Refusal::Invalid(_)
        | Refusal::SessionNotFound
        | Refusal::ForeignOrigin
        | Refusal::NotAdmin
        | Refusal::UntrustedLeakReport
        | Refusal::GitHubUnavailable { .. }
        | Refusal::InsufficientBalance { .. }
        | Refusal::PayerNotFound
        | Refusal::ChargeConflict { .. }
        | Refusal::ServiceCallsDisabled
        | Refusal::ReauthenticationRequired
        | Refusal::TelegramSignInRequired
        | Refusal::MergeOfferNotFound
        | Refusal::MergeOfferExpired
        | Refusal::Upstream(..)
        | Refusal::EmailDisabled
        | Refusal::EmailToken(_)
        | Refusal::OAuth(_)
        | Refusal::ClientNotFound
        | Refusal::PlanNotFound => localizer.text("bot-not-possible"),
    }
}

/// Of these errors a chat meets only those of a device's request.
fn authorization(localizer: &Localizer, why: &AuthorizationError) -> String {
    localizer.text(match why {
        AuthorizationError::DeviceCodeUnknown => "bot-device-unknown",
        AuthorizationError::DeviceNumberWrong => "bot-device-wrong",
        AuthorizationError::DeviceTooManyTries { .. } => "bot-device-too-many-tries",
        AuthorizationError::ClientUnknown
        | AuthorizationError::RedirectUriNotRegistered { .. }
        | AuthorizationError::RequestExpired
        | AuthorizationError::OtherBrowser
        | AuthorizationError::ConsentStale
        | AuthorizationError::InsufficientScope { .. } => "bot-not-possible",
    })
}

fn banned(localizer: &Localizer, contact: Option<&str>) -> String {
    contact.map_or_else(
        || localizer.text("bot-banned"),
        |contact| localizer.html("bot-banned-contact", &[("contact", Text(contact))]),
    )
}

fn too_many_keys(localizer: &Localizer, limit: u32) -> String {
    localizer.html("bot-too-many-keys", &[("limit", Count(i64::from(limit)))])
}

fn other_recipients(localizer: &Localizer, recipients: i64) -> String {
    localizer.html("bot-other-recipients", &[("recipients", Count(recipients))])
}

fn wait(localizer: &Localizer, seconds: u32) -> String {
    localizer.html("bot-wait", &[("seconds", Count(i64::from(seconds)))])
}

const fn purchase(why: PurchaseError) -> &'static str {
    match why {
        PurchaseError::NotSold => "bot-purchase-not-sold",
        PurchaseError::BetterPlan => "bot-purchase-better-plan",
        PurchaseError::AlreadySubscribed => "bot-purchase-subscribed",
        PurchaseError::TelegramRequired => "bot-purchase-telegram-required",
        PurchaseError::TelegramUnavailable => "bot-purchase-telegram-unavailable",
        PurchaseError::TelegramRefused => "bot-purchase-telegram-refused",
        PurchaseError::NoSubscription => "bot-purchase-no-subscription",
        PurchaseError::PurchaseNotFound => "bot-purchase-not-found",
        PurchaseError::AlreadyRefunded => "bot-purchase-refunded",
        PurchaseError::TrialNotOffered => "bot-purchase-no-trial",
        PurchaseError::TrialUsed => "bot-purchase-trial-used",
    }
}

const fn identity(why: IdentityError) -> &'static str {
    match why {
        IdentityError::NotFound => "bot-identity-not-found",
        IdentityError::Last => "bot-identity-last",
        IdentityError::TooNew => "bot-identity-too-new",
        IdentityError::Disabled => "bot-identity-disabled",
        IdentityError::Protected => "bot-identity-protected",
        IdentityError::AddressUnproven => "bot-not-possible",
        IdentityError::OtherAccountClosed => "bot-identity-other-closed",
        IdentityError::UndoExpired => "bot-undo-expired",
        IdentityError::InUse => "bot-identity-in-use",
    }
}

const fn sign_in_request(why: SignInRequestError) -> &'static str {
    match why {
        SignInRequestError::Unknown => "bot-sign-in-request-unknown",
        SignInRequestError::Expired => "bot-sign-in-request-expired",
        SignInRequestError::Refused => "bot-sign-in-request-refused",
        SignInRequestError::Used => "bot-sign-in-request-used",
    }
}

fn broadcast(localizer: &Localizer, why: BroadcastError) -> String {
    match why {
        BroadcastError::NotFound => localizer.text("bot-no-such-broadcast"),
        BroadcastError::State(state) => broadcast_state(localizer, state),
        BroadcastError::Changed => localizer.text("bot-broadcast-changed"),
        BroadcastError::RecipientsPurged => localizer.text("bot-broadcast-recipients-purged"),
        BroadcastError::CountChanged { recipients, .. } => other_recipients(localizer, recipients),
    }
}

fn broadcast_state(localizer: &Localizer, state: BroadcastState) -> String {
    let state = localizer.text(&format!("bot-broadcast-state-{}", state.as_str()));
    localizer.html("bot-broadcast-state", &[("state", Text(&state))])
}
