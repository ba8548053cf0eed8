//! What people are told without their asking, and what their answers come to.

use teloxide::types::InlineKeyboardMarkup;

use crate::bot::callback::{AccountTap, Tap};
use crate::bot::keyboard::{button, rows};
use crate::bot::screens::{Screen, doors, keys_button, plain, rotation, ways};
use crate::bot::speaker::Speaker;
use crate::domain::reach::Doubted;
use crate::model::api_key::KeyId;
use crate::model::notice::Notice;
use crate::model::session::SessionId;
use crate::model::texts::Value::{Count, Text};

/// A notice in a person's words.
pub(crate) fn notice(speaker: &Speaker, notice: &Notice, public_url: &str) -> Screen {
    match notice {
        Notice::KeyLeaked { name, masked, found_at } => leaked(speaker, (name, masked), found_at.as_deref()),
        Notice::SessionReplayed { device, network } => replayed(speaker, (device, network), public_url),
        Notice::SignedIn { session, device, network } => {
            let session = SessionId(*session);
            let was_me = button(speaker.say("bot-button-was-me"), &Tap::WasMe(session));
            let not_me = button(speaker.say("bot-button-was-not-me"), &Tap::NotMe(session));
            Screen { keyboard: rows([vec![was_me, not_me]]), ..plain(signed_in(speaker, device, network)) }
        }
        Notice::KeyMade { key, name, masked } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked))];
            about_key(speaker, speaker.html("bot-notice-key-created", &values), KeyId(*key))
        }
        Notice::KeyRotated { key, name, masked, grace } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked))];
            let old = rotation::old_secret(speaker, *grace);
            about_key(speaker, format!("{} {old}", speaker.html("bot-notice-key-rotated", &values)), KeyId(*key))
        }
        Notice::Reply { html, buttons } => {
            let keyboard = serde_json::from_str(buttons).unwrap_or_default();
            Screen { keyboard, ..plain(format!("{}\n\n{html}", speaker.say("bot-late"))) }
        }
        Notice::KeyFromNewNetwork { key, name, masked, network } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked)), ("network", Text(network))];
            about_key(speaker, speaker.html("bot-notice-key-network", &values), KeyId(*key))
        }
        Notice::Refusals { count, limit } => {
            let values = [("count", Count(*count)), ("limit", Count(*limit))];
            let html = speaker.html("bot-notice-rate-limited", &values);
            Screen { keyboard: rows([vec![keys_button(speaker)]]), ..plain(html) }
        }
        Notice::Linked { way, label } => about_way(speaker, "bot-notice-linked", (way, label)),
        Notice::Unlinked { way, label } => about_way(speaker, "bot-notice-unlinked", (way, label)),
        Notice::Merged { account } => {
            let values = [("account", Count(*account))];
            Screen { keyboard: ways_row(speaker), ..plain(speaker.html("bot-notice-merged", &values)) }
        }
        Notice::Leaving { day } => {
            let keep = button(speaker.say("bot-button-keep-account"), &Tap::Account(AccountTap::Keep));
            let html = speaker.html("bot-notice-deletion-scheduled", &[("day", Text(day))]);
            Screen { keyboard: rows([vec![keep]]), ..plain(html) }
        }
        Notice::BalanceLow { .. } | Notice::PlanEnds { .. } | Notice::PlanEnded { .. } => {
            plain(about_plan(speaker, notice, &format!("{public_url}/web/billing")))
        }
    }
}

fn replayed(speaker: &Speaker, (device, network): (&str, &str), public_url: &str) -> Screen {
    let link = sessions_at(public_url);
    let values = [("device", Text(device)), ("network", Text(network)), ("link", Text(&link))];
    plain(speaker.html("bot-notice-refresh-token-reused", &values))
}

fn leaked(speaker: &Speaker, (name, masked): (&str, &str), found_at: Option<&str>) -> Screen {
    let found = found_at.map(|url| speaker.html("bot-notice-found-at", &[("url", Text(url))]));
    let what = speaker.html("bot-notice-key-leaked", &[("name", Text(name)), ("masked", Text(masked))]);
    let next = speaker.say("bot-notice-key-leaked-next");
    let html = [Some(what), found, Some(next)].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let new_key = button(speaker.say("bot-button-new-key"), &Tap::NewKey);
    Screen { keyboard: rows([vec![new_key, keys_button(speaker)]]), ..plain(html) }
}

fn about_way(speaker: &Speaker, text: &str, (way, label): (&str, &str)) -> Screen {
    let kind = match way {
        "telegram" => "Telegram",
        "google" => "Google",
        _ => "E-mail",
    };
    let html = speaker.html(text, &[("kind", Text(kind)), ("what", Text(label))]);
    Screen { keyboard: ways_row(speaker), ..plain(html) }
}

fn ways_row(speaker: &Speaker) -> InlineKeyboardMarkup {
    rows([vec![ways::ways_button(speaker), doors::sessions_button(speaker)]])
}

/// Revoking asks once more, as everywhere: whatever uses the key would stop.
fn about_key(speaker: &Speaker, html: String, key: KeyId) -> Screen {
    let revoke = button(speaker.say("bot-button-revoke"), &Tap::AskRevoke(key));
    Screen { keyboard: rows([vec![revoke, keys_button(speaker)]]), ..plain(html) }
}

/// What there is to tell of a person's plan and its tokens.
fn about_plan(speaker: &Speaker, notice: &Notice, link: &str) -> String {
    match notice {
        Notice::BalanceLow { percent: 0, left, monthly } => {
            let values = [("left", Count(*left)), ("monthly", Count(*monthly)), ("link", Text(link))];
            speaker.html(if *left == 0 { "bot-notice-balance-empty" } else { "bot-notice-balance-short" }, &values)
        }
        Notice::BalanceLow { percent, left, monthly } => {
            let percent = percent.to_string();
            let values = [("left", Count(*left)), ("percent", Text(&percent)), ("monthly", Count(*monthly))];
            speaker.html("bot-notice-balance-low", &values)
        }
        Notice::PlanEnds { plan, days, day } => {
            let values =
                [("plan", Text(plan.as_str())), ("days", Count(*days)), ("day", Text(day)), ("link", Text(link))];
            speaker.html("bot-notice-plan-ends", &values)
        }
        Notice::PlanEnded { plan, base } => {
            let values = [("plan", Text(plan.as_str())), ("base", Text(base)), ("link", Text(link))];
            speaker.html("bot-notice-plan-ended", &values)
        }
        _ => String::new(),
    }
}

fn signed_in(speaker: &Speaker, device: &str, network: &str) -> String {
    speaker.html("bot-notice-signed-in", &[("device", Text(device)), ("network", Text(network))])
}

/// They said that it was them.
pub(crate) fn was_me(speaker: &Speaker, session: Option<&Doubted>) -> Screen {
    let outcome = match session {
        Some(Doubted { open: true, .. }) => speaker.say("bot-sign-in-was-me"),
        Some(_) | None => speaker.say("bot-sign-in-over"),
    };
    answered(speaker, session, &outcome)
}

/// They said that it was not, and the session is ended.
pub(crate) fn not_me(speaker: &Speaker, session: Option<&Doubted>, public_url: &str) -> Screen {
    let outcome = match session {
        Some(_) => speaker.html("bot-sign-in-ended", &[("link", Text(&sessions_at(public_url)))]),
        None => speaker.say("bot-sign-in-over"),
    };
    answered(speaker, session, &outcome)
}

fn answered(speaker: &Speaker, session: Option<&Doubted>, outcome: &str) -> Screen {
    let Some(Doubted { device, network, .. }) = session else { return plain(outcome.to_owned()) };
    plain(format!("{}\n\n{outcome}", signed_in(speaker, device, network)))
}

fn sessions_at(public_url: &str) -> String {
    format!("{public_url}/web/profile/sessions")
}
