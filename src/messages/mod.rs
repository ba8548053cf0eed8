//! Everything the bot shows, as pure functions of what there is to show.

pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod api_keys;
pub(crate) mod broadcasts;
pub(crate) mod callback_data;
pub(crate) mod keyboard;
pub(crate) mod localizer;
pub(crate) mod notices;
pub(crate) mod plans;
pub(crate) mod sign_in;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::domain::accounts::profile::User;
use crate::gateway::telegram::Outgoing;
use crate::messages::callback_data::{AccountTap, Tap};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Speaker;
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::text::language::Language;
use crate::model::text::texts::Value::{Count, Text};
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
    let language = button(speaker.say("bot-button-language"), &Tap::Languages);
    let account = [accounts::identities::ways_button(speaker), accounts::identities::activity_button(speaker)].into();
    let leave = button(speaker.say("bot-button-leave"), &Tap::Account(AccountTap::AskLeave));
    let buttons = [vec![keys_button(speaker)], vec![notify, language], account, vec![leave], vec![back(speaker)]];
    Screen { keyboard: rows(buttons), ..plain(html) }
}

fn standing<'a>(user: &'a User, plan: &'a Plan) -> [(&'static str, crate::model::text::texts::Value<'a>); 5] {
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
        vec![sign_in::sessions_button(speaker), button(speaker.say("bot-button-sign-in"), &Tap::SignIn)],
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

/// Which language?
pub(crate) fn languages(speaker: &Speaker) -> Screen {
    let name = |language: Language| match language {
        Language::English => "English",
        Language::Russian => "Русский",
    };
    let button =
        |language: Language| vec![button(name(language).to_owned(), &Tap::Language(language.code().to_owned()))];
    let buttons = Language::ALL.map(button).into_iter().chain([vec![back(speaker)]]);
    Screen { keyboard: rows(buttons), ..plain(speaker.say("bot-language-ask")) }
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
    let name = crate::messages::localizer::visible(name);
    if name.chars().count() <= 24 { name } else { name.chars().take(23).chain(['…']).collect() }
}
