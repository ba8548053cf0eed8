//! Everything the bot shows, as pure functions of what there is to show.

pub(crate) mod admin;
pub(crate) mod broadcasts;
pub(crate) mod doors;
pub(crate) mod notify;
pub(crate) mod plans;
pub(crate) mod rotation;
pub(crate) mod warnings;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::bot::callback::Tap;
use crate::bot::keyboard::{button, copy, rows};
use crate::bot::speaker::Speaker;
use crate::domain::keys::{Issued, ListedKey};
use crate::domain::people::User;
use crate::gateway::telegram::Outgoing;
use crate::model::account::Account;
use crate::model::api_key::{ApiKey, KeyState};
use crate::model::language::Language;
use crate::model::plan::Plan;
use crate::model::texts::Value::{Count, Text};
use crate::model::time::Moment;

/// A message to be shown.
pub(crate) type Screen = Outgoing;

/// A message without buttons.
pub(crate) fn plain(html: String) -> Screen {
    Screen { html, keyboard: InlineKeyboardMarkup::default(), protected: false }
}

/// The main menu, with a greeting.
pub(crate) fn menu(speaker: &Speaker, user: &User, plan: &Plan) -> Screen {
    let html = speaker.html("bot-menu", &standing(user, plan));
    Screen { keyboard: rows(menu_buttons(speaker)), ..plain(html) }
}

/// Who one is here.
pub(crate) fn profile(speaker: &Speaker, user: &User, (plan, account): (&Plan, &Account)) -> Screen {
    let mut html = speaker.html("bot-profile", &standing(user, plan));
    if let Some(until) = account.plan_until.filter(|_| account.plan == plan.id) {
        html.push('\n');
        html.push_str(&speaker.html("bot-profile-until", &[("day", Text(&until.day()))]));
    }
    let notify = button(speaker.say("bot-button-notify"), &Tap::Notify);
    Screen { keyboard: rows([vec![keys_button(speaker)], vec![notify], vec![back(speaker)]]), ..plain(html) }
}

fn standing<'a>(user: &'a User, plan: &'a Plan) -> [(&'static str, crate::model::texts::Value<'a>); 5] {
    [
        ("name", Text(&user.name)),
        ("number", Count(user.id.0)),
        ("plan", Text(&plan.title)),
        ("tokens", Count(user.token_balance)),
        ("rate", Count(i64::from(plan.requests_per_minute))),
    ]
}

fn menu_buttons(speaker: &Speaker) -> [Vec<InlineKeyboardButton>; 4] {
    [
        vec![keys_button(speaker), button(speaker.say("bot-button-new-key"), &Tap::NewKey)],
        vec![doors::sessions_button(speaker), button(speaker.say("bot-button-sign-in"), &Tap::SignIn)],
        vec![
            button(speaker.say("bot-button-profile"), &Tap::Profile),
            button(speaker.say("bot-button-plans"), &Tap::Plans),
        ],
        vec![button(speaker.say("bot-button-help"), &Tap::Help)],
    ]
}

fn keys_button(speaker: &Speaker) -> InlineKeyboardButton {
    button(speaker.say("bot-button-keys"), &Tap::Keys)
}

fn back(speaker: &Speaker) -> InlineKeyboardButton {
    button(speaker.say("bot-button-menu"), &Tap::Menu)
}

/// What the bot can do.
pub(crate) fn help(speaker: &Speaker, admin: bool) -> Screen {
    let mut html = speaker.say("bot-help");
    if admin {
        html.push_str("\n\n");
        html.push_str(&speaker.say("bot-help-admin"));
    }
    Screen { keyboard: rows([vec![back(speaker)]]), ..plain(html) }
}

/// The list of keys.
pub(crate) fn keys(speaker: &Speaker, keys: &[ListedKey], plan: &Plan) -> Screen {
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let values = [("count", Count(count)), ("limit", Count(i64::from(plan.keys))), ("plan", Text(&plan.title))];
    let html = if plan.api_access {
        speaker.html("bot-keys", &values)
    } else {
        format!("{}\n\n{}", speaker.html("bot-keys-waiting", &values), speaker.html("bot-keys-no-access", &values))
    };
    let card = |listed: &ListedKey| {
        let mark = if listed.state == KeyState::Active { "🔑" } else { "⏸" };
        vec![button(format!("{mark} {} · {}", short(&listed.key.name), listed.key.masked), &Tap::Key(listed.key.id))]
    };
    let mut buttons: Vec<_> = keys.iter().take(50).map(card).collect();
    if plan.api_access {
        buttons.push(vec![button(speaker.say("bot-button-new-key"), &Tap::NewKey)]);
    }
    buttons.push(vec![back(speaker)]);
    Screen { keyboard: rows(buttons), ..plain(html) }
}

/// One key's card.
pub(crate) fn key(speaker: &Speaker, listed: &ListedKey, now: Moment) -> Screen {
    let ApiKey { id, name, masked, created_at, expires_at, .. } = &listed.key;
    let made = ago(speaker, *created_at, now);
    let used = listed.key.last_use().map_or_else(|| speaker.say("bot-never"), |at| ago(speaker, at, now));
    let state = speaker.say(state_text(listed.state));
    let values = [
        ("name", Text(name)),
        ("masked", Text(masked)),
        ("made", Text(&made)),
        ("used", Text(&used)),
        ("state", Text(&state)),
    ];
    let mut html = speaker.html("bot-key", &values);
    if let Some(at) = expires_at {
        html.push('\n');
        html.push_str(&speaker.html("bot-key-expires", &[("day", Text(&at.day()))]));
    }
    if let Some(old) = &listed.old_secret {
        let left = rotation::length(speaker, old.works_until.since(now));
        let used = old.last_used_at.map_or_else(|| speaker.say("bot-never"), |at| ago(speaker, at, now));
        html.push_str("\n\n");
        html.push_str(&speaker.html("bot-key-old-secret", &[("time", Text(&left)), ("used", Text(&used))]));
    }
    let rename = button(speaker.say("bot-button-rename"), &Tap::Rename(*id));
    let rotate = button(speaker.say("bot-button-rotate"), &Tap::AskRotate(*id));
    let revoke = button(speaker.say("bot-button-revoke"), &Tap::AskRevoke(*id));
    Screen { keyboard: rows([vec![rename, rotate], vec![revoke], vec![keys_button(speaker)]]), ..plain(html) }
}

const fn state_text(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "bot-state-active",
        KeyState::Disabled => "bot-state-disabled",
        KeyState::Expired => "bot-state-expired",
        KeyState::Revoked => "bot-state-revoked",
    }
}

/// How long ago, in calm words.
fn ago(speaker: &Speaker, at: Moment, now: Moment) -> String {
    let seconds = now.since(at).max(0);
    let (text, count) = match seconds {
        0..60 => ("bot-ago-now", 0),
        60..3600 => ("bot-ago-minutes", seconds / 60),
        3600..86_400 => ("bot-ago-hours", seconds / 3600),
        _ => ("bot-ago-days", seconds / 86_400),
    };
    speaker.html(text, &[("count", Count(count))])
}

/// Really revoke it?
pub(crate) fn ask_revoke(speaker: &Speaker, key: &ApiKey) -> Screen {
    let values = [("name", Text(key.name.as_str())), ("masked", Text(&key.masked))];
    let yes = button(speaker.say("bot-button-revoke-yes"), &Tap::Revoke(key.id));
    let no = button(speaker.say("bot-button-keep"), &Tap::Key(key.id));
    Screen { keyboard: rows([vec![yes], vec![no]]), ..plain(speaker.html("bot-revoke-ask", &values)) }
}

/// What should the key be called?
pub(crate) fn ask_name(speaker: &Speaker) -> Screen {
    let cancel = button(speaker.say("bot-button-cancel"), &Tap::Cancel);
    Screen { keyboard: rows([vec![cancel]]), ..plain(speaker.say("bot-name-ask")) }
}

/// A new key, this once.
pub(crate) fn new_key(speaker: &Speaker, issued: &Issued) -> Screen {
    let key = issued.plain.reveal();
    let values = [("name", Text(issued.listed.key.name.as_str())), ("key", Text(key))];
    let buttons =
        [vec![copy(speaker.say("bot-button-copy"), key)], vec![button(speaker.say("bot-button-saved"), &Tap::Saved)]];
    Screen { html: speaker.html("bot-new-key", &values), keyboard: rows(buttons), protected: true }
}

/// The key may not have arrived.
pub(crate) fn not_delivered(speaker: &Speaker) -> Screen {
    let again = button(speaker.say("bot-button-new-key"), &Tap::NewKey);
    Screen { keyboard: rows([vec![again]]), ..plain(speaker.say("bot-not-delivered")) }
}

/// Whether a message could be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// It is deleted.
    Yes,
    /// It is still there.
    No,
}

/// A key was pasted into the chat.
pub(crate) fn rescued(speaker: &Speaker, key: Option<&ApiKey>, gone: Gone) -> Screen {
    let message = speaker.say(if gone == Gone::Yes { "bot-rescued-gone" } else { "bot-rescued-there" });
    let Some(key) = key else { return plain(format!("{} {message}", speaker.say("bot-rescued-other"))) };
    let revoke = button(speaker.say("bot-button-revoke"), &Tap::AskRevoke(key.id));
    let keep = button(speaker.say("bot-button-keep"), &Tap::Keys);
    let whose = speaker.html("bot-rescued-own", &[("name", Text(&key.name)), ("masked", Text(&key.masked))]);
    let html = format!("{whose} {message}\n\n{}", speaker.say("bot-rescued-revoke"));
    Screen { keyboard: rows([vec![revoke], vec![keep]]), ..plain(html) }
}

/// Which language?
pub(crate) fn languages(speaker: &Speaker) -> Screen {
    let name = |language: Language| match language {
        Language::English => "English",
        Language::Russian => "Русский",
    };
    let button =
        |language: Language| vec![button(name(language).to_owned(), &Tap::Language(language.code().to_owned()))];
    Screen { keyboard: rows(Language::ALL.map(button)), ..plain(speaker.say("bot-language-ask")) }
}

/// It was sent too long ago to be done now.
pub(crate) fn too_late(speaker: &Speaker, command: &str, sent_at: Moment) -> Screen {
    let sent_at = sent_at.to_string();
    // `2026-11-23T12:03:00Z`
    let (day, time) = (sent_at.get(..10).unwrap_or_default(), sent_at.get(11..16).unwrap_or_default());
    plain(speaker.html("bot-too-late", &[("command", Text(command)), ("day", Text(day)), ("time", Text(time))]))
}

/// Nothing personal in a group.
pub(crate) fn in_group(speaker: &Speaker, bot: Option<&str>) -> Screen {
    let screen = plain(speaker.say("bot-group"));
    let link = bot.and_then(|bot| format!("https://t.me/{bot}?start=group").parse().ok());
    let Some(link) = link else { return screen };
    let open = InlineKeyboardButton::url(speaker.say("bot-button-open"), link);
    Screen { keyboard: rows([vec![open]]), ..screen }
}

/// A name short enough for a button.
fn short(name: &str) -> String {
    let name = crate::bot::speaker::visible(name);
    if name.chars().count() <= 24 { name } else { name.chars().take(23).chain(['…']).collect() }
}
