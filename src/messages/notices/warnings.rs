//! Messages of notices, and results of the person's response to one.

use teloxide::types::InlineKeyboardMarkup;

use crate::domain::Domain;
use crate::domain::notices::reachability::DisputedSession;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::identities;
use crate::messages::api_keys::expiry::extend_button;
use crate::messages::api_keys::rotation;
use crate::messages::billing::{offers, receipts};
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::notices::{admin_actions, broadcasts};
use crate::messages::oauth;
use crate::messages::sessions::sessions_button;
use crate::messages::{back, keys_button, plain};
use crate::model::api_key::{ApiKey, KeyId};
use crate::model::network::network_for_people;
use crate::model::notices::notice::Notice;
use crate::model::session::SessionId;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Message of a notice.
pub(crate) fn notice(localizer: &Localizer, notice: &Notice, domain: &Domain) -> OutgoingMessage {
    match notice {
        Notice::KeyLeaked { name, masked, found_at } => leaked(localizer, name, masked, found_at.as_deref()),
        Notice::RefreshTokenReused { device, network } => reused(localizer, device, network, domain.public_url()),
        Notice::SignedIn { session, device, network } => {
            let session = SessionId(*session);
            let was_me = button(localizer.text("bot-button-was-me"), &Callback::WasMe(session));
            let not_me = button(localizer.text("bot-button-was-not-me"), &Callback::NotMe(session));
            OutgoingMessage { keyboard: rows([vec![was_me, not_me]]), ..plain(signed_in(localizer, device, network)) }
        }
        Notice::KeyCreated { .. }
        | Notice::KeyRotated { .. }
        | Notice::KeyFromNewNetwork { .. }
        | Notice::KeyPosted { .. }
        | Notice::KeyExpires { .. } => key_notice(localizer, notice),
        Notice::Reply { html, buttons, .. } => {
            let keyboard = serde_json::from_str(buttons).unwrap_or_default();
            OutgoingMessage { keyboard, ..plain(format!("{}\n\n{html}", localizer.text("bot-deferred"))) }
        }
        Notice::RateLimited { count, limit } => {
            let values = [("count", Count(*count)), ("limit", Count(*limit))];
            let html = localizer.html("bot-notice-rate-limited", &values);
            let buttons = [vec![keys_button(localizer)]].into_iter();
            let buttons = buttons.chain(offers::after_notice(localizer, domain, notice));
            OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
        }
        Notice::SignInApproved { session, device, network, .. } => approved(localizer, *session, device, network),
        Notice::Linked { .. } | Notice::Unlinked { .. } | Notice::Merged { .. } => {
            identities_changed(localizer, notice)
        }
        Notice::PasswordChanged { device, network } => {
            let network = network_for_people(network);
            let values = [("device", Text(device.as_str())), ("network", Text(&network))];
            let html = localizer.html("bot-notice-password-changed", &values);
            OutgoingMessage { keyboard: identities_row(localizer), ..plain(html) }
        }
        Notice::BroadcastStarted { .. }
        | Notice::BroadcastHeld { .. }
        | Notice::BroadcastDone { .. }
        | Notice::BroadcastStalled { .. } => broadcasts::notice(localizer, notice),
        Notice::DeletionScheduled { day } => deletion_scheduled(localizer, day),
        Notice::AdminAction { notice } => admin_actions::notice(localizer, domain, notice),
        Notice::Purchase(purchase) => receipts::receipt(localizer, domain, purchase),
        Notice::App(about) => oauth::notices::notice(localizer, about),
        Notice::BalanceLow { .. } | Notice::PlanEnds { .. } | Notice::PlanEnded { .. } => {
            let html = plan_notice(localizer, notice, &offers::upgrade_address(domain));
            OutgoingMessage { keyboard: rows(offers::after_notice(localizer, domain, notice)), ..plain(html) }
        }
    }
}

/// Notice about one key.
fn key_notice(localizer: &Localizer, notice: &Notice) -> OutgoingMessage {
    match notice {
        Notice::KeyCreated { key, name, masked } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked))];
            about_key(localizer, localizer.html("bot-notice-key-created", &values), KeyId(*key))
        }
        Notice::KeyRotated { key, name, masked, grace } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked))];
            let old = rotation::old_secret(localizer, *grace);
            about_key(localizer, format!("{} {old}", localizer.html("bot-notice-key-rotated", &values)), KeyId(*key))
        }
        Notice::KeyFromNewNetwork { key, name, masked, network } => {
            let network = network_for_people(network);
            let values = [("name", Text(name.as_str())), ("masked", Text(masked)), ("network", Text(&network))];
            key_network(localizer, localizer.html("bot-notice-key-network", &values), KeyId(*key))
        }
        Notice::KeyPosted { key, name, masked, deleted } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked))];
            let message = localizer.text(if *deleted { "bot-pasted-key-gone" } else { "bot-notice-key-posted-there" });
            let html = format!("{} {message}", localizer.html("bot-notice-key-posted", &values));
            about_key(localizer, format!("{html}\n\n{}", localizer.text("bot-pasted-key-revoke")), KeyId(*key))
        }
        Notice::KeyExpires { key, name, days, expires_at, .. } => {
            let values = [("name", Text(name.as_str())), ("days", Count(*days))];
            let rotate = button(localizer.text("bot-button-rotate"), &Callback::AskRotate(KeyId(*key)));
            let buttons = vec![extend_button(localizer, KeyId(*key)), rotate];
            let keyboard = rows([buttons, vec![keys_button(localizer)]]);
            OutgoingMessage {
                keyboard,
                ..plain(localizer.dated("bot-notice-key-expires", &values, Moment(*expires_at)))
            }
        }
        _ => plain(String::new()),
    }
}

fn reused(localizer: &Localizer, device: &str, network: &str, public_url: &str) -> OutgoingMessage {
    let link = sessions_at(public_url);
    let network = network_for_people(network);
    let values = [("device", Text(device)), ("network", Text(&network)), ("link", Text(&link))];
    let html = localizer.html("bot-notice-refresh-token-reused", &values);
    OutgoingMessage { keyboard: rows([vec![sessions_button(localizer)]]), ..plain(html) }
}

fn leaked(localizer: &Localizer, name: &str, masked: &str, found_at: Option<&str>) -> OutgoingMessage {
    let place = found_at.map(|url| localizer.html("bot-notice-found-at", &[("url", Text(url))]));
    let warning = localizer.html("bot-notice-key-leaked", &[("name", Text(name)), ("masked", Text(masked))]);
    let next = localizer.text("bot-notice-key-leaked-next");
    let html = [Some(warning), place, Some(next)].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let new_key = button(localizer.text("bot-button-new-key"), &Callback::NewKey);
    OutgoingMessage { keyboard: rows([vec![new_key, keys_button(localizer)]]), ..plain(html) }
}

/// Notice about the sign-in methods. A recipient who may undo the change gets a button for it.
fn identities_changed(localizer: &Localizer, notice: &Notice) -> OutgoingMessage {
    let changed = |text: &str, provider: &str, label: &str| {
        localizer.html(text, &[("kind", Text(&localizer.identity_kind(provider))), ("what", Text(label))])
    };
    let html = match notice {
        Notice::Linked { provider, label, .. } => changed("bot-notice-linked", provider, label),
        Notice::Unlinked { provider, label, .. } => changed("bot-notice-unlinked", provider, label),
        Notice::Merged { account, .. } => localizer.html("bot-notice-merged", &[("account", Count(*account))]),
        _ => String::new(),
    };
    let undo = notice.undo().map(|id| vec![identities::undo_button(localizer, id)]);
    let open = vec![identities::identities_button(localizer), sessions_button(localizer)];
    OutgoingMessage { keyboard: rows(undo.into_iter().chain([open])), ..plain(html) }
}

fn deletion_scheduled(localizer: &Localizer, day: &str) -> OutgoingMessage {
    let cancel = button(localizer.text("bot-button-keep-account"), &Callback::Account(AccountCallback::CancelDeletion));
    let html = localizer.html("bot-notice-deletion-scheduled", &[("day", Text(&localizer.stored_day(day)))]);
    OutgoingMessage { keyboard: rows([vec![cancel]]), ..plain(html) }
}

fn identities_row(localizer: &Localizer) -> InlineKeyboardMarkup {
    rows([vec![identities::identities_button(localizer), sessions_button(localizer)]])
}

/// Notice about a key, with a button to revoke it. The button asks for confirmation, because programs may use the key.
fn about_key(localizer: &Localizer, html: String, key: KeyId) -> OutgoingMessage {
    let revoke = button(localizer.text("bot-button-revoke"), &Callback::AskRevoke(key));
    OutgoingMessage { keyboard: rows([vec![revoke, keys_button(localizer)]]), ..plain(html) }
}

/// Notice about a key in a new network: confirm, replace the secret, or revoke the key.
fn key_network(localizer: &Localizer, html: String, key: KeyId) -> OutgoingMessage {
    let was_me = button(localizer.text("bot-button-was-me"), &Callback::KeyUseWasMe(key));
    let rotate = button(localizer.text("bot-button-rotate"), &Callback::AskRotate(key));
    let revoke = button(localizer.text("bot-button-revoke"), &Callback::AskRevoke(key));
    OutgoingMessage {
        keyboard: rows([vec![was_me], vec![rotate, revoke], vec![keys_button(localizer)]]),
        ..plain(html)
    }
}

/// Result of "it was me" about a key in a new network.
pub(crate) fn key_was_me(localizer: &Localizer, key: &ApiKey) -> OutgoingMessage {
    let html = localizer.html("bot-key-use-was-me", &[("name", Text(key.name.as_str()))]);
    let open = button(localizer.text("bot-button-key"), &Callback::Key(key.id));
    OutgoingMessage { keyboard: rows([vec![open], vec![back(localizer)]]), ..plain(html) }
}

/// Message that approved a sign-in, once the browser is signed in.
fn approved(localizer: &Localizer, session: i64, device: &str, network: &str) -> OutgoingMessage {
    let network = network_for_people(network);
    let html = localizer.html("bot-sign-in-done", &[("device", Text(device)), ("network", Text(&network))]);
    let end = button(localizer.text("bot-button-was-not-me"), &Callback::NotMe(SessionId(session)));
    OutgoingMessage { keyboard: rows([vec![end], vec![sessions_button(localizer), back(localizer)]]), ..plain(html) }
}

/// Text of a notice about the plan or its tokens.
fn plan_notice(localizer: &Localizer, notice: &Notice, link: &str) -> String {
    match notice {
        Notice::BalanceLow { percent: 0, left, monthly } => {
            let values = [("left", Count(*left)), ("monthly", Count(*monthly)), ("link", Text(link))];
            localizer.html(if *left == 0 { "bot-notice-balance-empty" } else { "bot-notice-balance-short" }, &values)
        }
        Notice::BalanceLow { percent, left, monthly } => {
            let percent = percent.to_string();
            let values = [("left", Count(*left)), ("percent", Text(&percent)), ("monthly", Count(*monthly))];
            localizer.html("bot-notice-balance-low", &values)
        }
        Notice::PlanEnds { plan, days, until, next } => {
            let title =
                localizer.html("bot-notice-plan-ends", &[("plan", Text(plan.as_str())), ("days", Count(*days))]);
            let (link, until) = (("link", Text(link)), Moment(*until));
            let then = match next {
                Some(next) => {
                    let values = [("plan", Text(plan.as_str())), ("next", Text(next)), link];
                    localizer.dated("bot-notice-plan-then", &values, until)
                }
                None => localizer.dated("bot-notice-plan-keep", &[link], until),
            };
            format!("{title}\n\n{then}")
        }
        Notice::PlanEnded { plan, base } => {
            let values = [("plan", Text(plan.as_str())), ("base", Text(base)), ("link", Text(link))];
            localizer.html("bot-notice-plan-ended", &values)
        }
        _ => String::new(),
    }
}

fn signed_in(localizer: &Localizer, device: &str, network: &str) -> String {
    let network = network_for_people(network);
    localizer.html("bot-notice-signed-in", &[("device", Text(device)), ("network", Text(&network))])
}

/// Result of "it was me".
pub(crate) fn was_me(localizer: &Localizer, session: Option<&DisputedSession>) -> OutgoingMessage {
    let outcome = match session {
        Some(DisputedSession { open: true, .. }) => localizer.text("bot-sign-in-was-me"),
        Some(_) | None => localizer.text("bot-sign-in-over"),
    };
    answered(localizer, session, &outcome)
}

/// Result of "not me": the session has ended.
pub(crate) fn not_me(localizer: &Localizer, session: Option<&DisputedSession>, public_url: &str) -> OutgoingMessage {
    let outcome = match session {
        Some(_) => localizer.html("bot-sign-in-ended", &[("link", Text(&sessions_at(public_url)))]),
        None => localizer.text("bot-sign-in-over"),
    };
    answered(localizer, session, &outcome)
}

fn answered(localizer: &Localizer, session: Option<&DisputedSession>, outcome: &str) -> OutgoingMessage {
    let html = match session {
        Some(DisputedSession { device, network, .. }) => {
            format!("{}\n\n{outcome}", signed_in(localizer, device, network))
        }
        None => outcome.to_owned(),
    };
    OutgoingMessage { keyboard: rows([vec![sessions_button(localizer), back(localizer)]]), ..plain(html) }
}

fn sessions_at(public_url: &str) -> String {
    format!("{public_url}/web/profile/sessions")
}
